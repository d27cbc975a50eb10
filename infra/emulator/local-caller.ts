// Who may call what stands in for AWS on this machine: programs of this machine, and no web page. A page that is open in a
// browser here reaches 127.0.0.1 too; the tables have password hashes, and Secrets Manager has the signing keys.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GatewayRequest, type GatewayResponse, headerValues } from './gateway/http-message.ts';
import type { Handle } from './gateway/listen.ts';

/** Names of this machine by which a service is called. Another name may be a page's own, which it points here (DNS rebinding). */
const NAMES = ['127.0.0.1', 'localhost', '[::1]'] as const;

/** Whether `Host` is an address of this machine with the port that was called. */
export function isLocalHost(host: string | undefined, port: number): boolean {
  return host !== undefined && NAMES.some((name) => host.toLowerCase() === `${name}:${port}`);
}

interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which browsers set and pages can't. */
  readonly fetchSite: string | undefined;
}

/** What is wrong with a caller; undefined where it may go on. Programs send neither `Origin` nor `Sec-Fetch-Site`. */
function findFault({ host, origin, fetchSite }: Caller, port: number): string | undefined {
  if (!isLocalHost(host, port)) return `Call it as ${NAMES.map((name) => `${name}:${port}`).join(' or ')}.`;
  const isOwn = origin === undefined || NAMES.some((name) => origin.toLowerCase() === `http://${name}:${port}`);
  const isOfPage = fetchSite !== undefined && fetchSite !== 'none' && fetchSite !== 'same-origin';
  return isOwn && !isOfPage ? undefined : 'No page of another origin may call it.';
}

const HEADERS = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } as const;
const bodyOf = (fault: string): string => JSON.stringify({ __type: 'AccessDeniedException', message: fault });

/** Whether a page of this very address has sent the request: browsers say so, and programs need not ask for pages. */
export function isOwnPage({ headers, port }: Pick<GatewayRequest, 'headers' | 'port'>): boolean {
  const [host, origin] = [headerValues(headers, 'host').join(','), headerValues(headers, 'origin').join(',')];
  return isLocalHost(host, port) && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/** The same answers, for callers of this machine alone. */
export function guardHandle(handle: Handle): Handle {
  return async (request) => refuseForeign(request) ?? handle(request);
}

/** The answer to a caller that is no program of this machine; undefined for one that is. */
export function refuseForeign({ headers, port }: Pick<GatewayRequest, 'headers' | 'port'>): GatewayResponse | undefined {
  const only = (name: string): string | undefined => {
    const values = headerValues(headers, name);
    return values.length === 0 ? undefined : values.join(',');
  };
  const fault = findFault({ host: only('host'), origin: only('origin'), fetchSite: only('sec-fetch-site') }, port);
  return fault === undefined ? undefined : { status: 403, headers: Object.entries(HEADERS), body: Buffer.from(bodyOf(fault)) };
}

/** Puts the guard before whatever a server of somebody else's does, which then sees no `Origin` and so allows none. */
export function guardServer(server: Server): void {
  const listeners = server.listeners('request') as ((message: IncomingMessage, to: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (message: IncomingMessage, to: ServerResponse) => {
    const { host, origin, 'sec-fetch-site': fetchSite } = message.headers;
    const caller = { host, origin, fetchSite: [fetchSite].flat().join(',') || undefined };
    const fault = findFault(caller, (server.address() as AddressInfo).port);
    if (fault !== undefined) return void to.writeHead(403, HEADERS).end(bodyOf(fault));
    delete message.headers.origin;
    for (const listener of listeners) listener.call(server, message, to);
  });
}
