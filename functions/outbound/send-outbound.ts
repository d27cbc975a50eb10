// Sends one HTTP call to where an entry points, and nowhere else: the name is looked up once, each of its addresses is
// checked, and the connection goes to a checked address (A17, A38).

import { isIP } from 'node:net';
import { Unavailable } from '../shared/errors.ts';
import type { OutageReason } from '../shared/reasons/outages.ts';
import { raceTime } from '../shared/time-budget.ts';
import { createHttpClient, HttpFailure } from './http-client.ts';
import type { OutboundRequest, SendOutbound } from './outbound.ts';
import { isPublicAddress } from './public-address.ts';
import { createResolveName, type ResolveName } from './resolve-name.ts';

export interface OutboundOptions {
  readonly resolveName?: ResolveName;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

export function createSendOutbound(options: OutboundOptions = {}): SendOutbound {
  const resolve = options.resolveName ?? createResolveName();
  const connections = { maxIdleMs: 10_000, maxIdlePerOrigin: 8, clock: options.clock ?? Date.now };
  // Apart, since a connection of the one kind may have gone to an address that the other may not use.
  const toAnywhere = createHttpClient(connections);
  const toPublicAddresses = createHttpClient(connections);
  return async (dependency, request) => {
    const url = requireUrl(dependency, request);
    const deadlineMs = performance.now() + request.timeoutMs;
    const addresses = await checkedAddresses(dependency, request, url, resolve);
    try {
      const send = request.allowPrivateAddress ? toAnywhere : toPublicAddresses;
      const headers = { 'accept-encoding': 'identity', ...request.headers };
      return await send({ ...request, url, headers, addresses, timeoutMs: deadlineMs - performance.now() });
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      throw new Unavailable(dependency, error.reason, { cause: error.cause, neverSent: error.neverSent });
    }
  };
}

/** Outage from before anything was sent. */
function unsent(dependency: string, reason: OutageReason, cause?: unknown): Unavailable {
  return new Unavailable(dependency, reason, { cause, neverSent: true });
}

/**
 * The URL parser has brought every spelling of an IPv4 address (0x7f.1, 2130706433, full-width digits) to one.
 *
 * @throws Unavailable `bad-url`, `plaintext`, `refused-port`
 */
export function requireUrl(dependency: string, request: Pick<OutboundRequest, 'url' | 'allowPlaintext' | 'allowPrivateAddress'>): URL {
  const url = URL.parse(request.url);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw unsent(dependency, 'bad-url');
  if (url.username !== '' || url.password !== '') throw unsent(dependency, 'bad-url');
  if (url.protocol === 'http:' && !request.allowPlaintext) throw unsent(dependency, 'plaintext');
  const port = url.port === '' ? 443 : Number(url.port);
  // Ports of mail, names, shells and the like speak no HTTP, and could be made to say what a prober wants to know.
  if (!request.allowPrivateAddress && port < 1024 && port !== 443 && port !== 80) throw unsent(dependency, 'refused-port');
  return url;
}

/** @throws Unavailable `timeout`, `name-not-resolved`, `refused-address` */
export async function checkedAddresses(
  dependency: string,
  request: Pick<OutboundRequest, 'timeoutMs' | 'allowPrivateAddress'>,
  url: URL,
  resolve: ResolveName,
): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) !== 0 ? [host] : await lookUp(dependency, host, request.timeoutMs, resolve);
  if (!request.allowPrivateAddress && !addresses.every(isPublicAddress)) throw unsent(dependency, 'refused-address');
  return addresses;
}

async function lookUp(dependency: string, host: string, timeoutMs: number, resolve: ResolveName): Promise<readonly string[]> {
  try {
    return await raceTime(resolve(host, timeoutMs), timeoutMs, () => {
      throw unsent(dependency, 'timeout');
    });
  } catch (cause) {
    throw cause instanceof Unavailable ? cause : unsent(dependency, 'name-not-resolved', cause);
  }
}
