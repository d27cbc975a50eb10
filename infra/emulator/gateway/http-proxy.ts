// The HTTP_PROXY integration: the client's request goes on, with what the method maps put in place of what the client
// sent (infra/emulator/README.md, "Mappings"), and the backend's answer comes back with the headers that API Gateway
// renames (infra/emulator/README.md, "Renamed headers").

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { GatewayFailure } from './gateway-failure.ts';
import { type GatewayResponse, type HeaderList, withoutHeader, withoutHopByHop } from './http-message.ts';
import { remapResponseHeaders } from './passing-headers.ts';

export interface BackendRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
  readonly timeoutMs: number;
}

/** Pairs of Node's flat list of raw headers. */
export function headerPairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Calls a backend. @throws GatewayFailure INTEGRATION_FAILURE, INTEGRATION_TIMEOUT */
export async function integrateHttpProxy(request: BackendRequest): Promise<GatewayResponse> {
  const url = new URL(request.url);
  const passed = withoutHeader(withoutHeader(withoutHopByHop(request.headers), 'host'), 'content-length');
  const length: HeaderList = request.body.length > 0 ? [['Content-Length', String(request.body.length)]] : [];
  const headers = [['Host', url.host] as const, ...passed, ...length].flat();
  const signal = AbortSignal.timeout(request.timeoutMs);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  try {
    const answered = Promise.withResolvers<IncomingMessage>();
    // A connection of its own: one that is kept may be closed by the backend just when it is used again.
    const outgoing = send(url, { method: request.method, headers, signal, setHost: false, agent: false }, answered.resolve);
    outgoing.on('error', answered.reject);
    outgoing.end(request.body);
    const message = await answered.promise;
    const body = await readBody(message);
    return { status: message.statusCode ?? 502, headers: remapBackendHeaders(headerPairs(message.rawHeaders)), body };
  } catch (error) {
    if (signal.aborted) throw new GatewayFailure('INTEGRATION_TIMEOUT', `${url.origin} took over ${request.timeoutMs} ms`);
    throw new GatewayFailure('INTEGRATION_FAILURE', `${url.origin}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `Transfer-Encoding` and its like belong to the connection; `Connection` itself comes out renamed. */
function remapBackendHeaders(headers: HeaderList): HeaderList {
  const dropped = new Set(['keep-alive', 'transfer-encoding', 'trailer', 'upgrade', 'proxy-authenticate']);
  return remapResponseHeaders(headers.filter(([name]) => !dropped.has(name.toLowerCase())));
}
