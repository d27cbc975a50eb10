// Sends one HTTP call to where an entry points, and nowhere else: the name is looked up once, each of its addresses is
// checked, and the connection goes to a checked address (A17, A38). HTTP/1.1 (RFC 9112) on node:http and node:https.

import { isUtf8 } from 'node:buffer';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP, isIPv6, type LookupFunction } from 'node:net';
import { Unavailable } from '../shared/errors.ts';
import type { OutboundFault } from '../shared/reasons.ts';
import { createKeepAliveAgents, type KeepAliveAgents } from './keep-alive-agents.ts';
import type { OutboundReply, OutboundRequest, SendOutbound } from './outbound.ts';
import { isPublicAddress } from './public-address.ts';
import { createResolveName, type ResolveName } from './resolve-name.ts';

export interface OutboundOptions {
  readonly resolveName?: ResolveName;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** One call under way: what it is for, where it goes, and when it must be over. */
interface Call {
  readonly dependency: string;
  readonly request: OutboundRequest;
  readonly url: URL;
  readonly addresses: readonly string[];
  readonly deadline: AbortSignal;
}

export function createSendOutbound(options: OutboundOptions = {}): SendOutbound {
  const resolve = options.resolveName ?? createResolveName();
  const agents = createKeepAliveAgents(options.clock ?? Date.now);
  return async (dependency, request) => {
    const url = requireUrl(dependency, request);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), request.timeoutMs);
    try {
      const addresses = await beforeDeadline(dependency, abort.signal, checkedAddresses(dependency, request, url, resolve));
      const call = { dependency, request, url, addresses, deadline: abort.signal };
      return (await send(call, agents)) ?? (await sendAfresh(call));
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The URL parser has brought every spelling of an IPv4 address (0x7f.1, 2130706433, full-width digits) to one. */
function requireUrl(dependency: string, request: OutboundRequest): URL {
  const url = URL.parse(request.url);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new Unavailable(dependency, 'bad-url');
  if (url.username !== '' || url.password !== '') throw new Unavailable(dependency, 'bad-url');
  if (url.protocol === 'http:' && !request.allowPlaintext) throw new Unavailable(dependency, 'plaintext');
  const port = url.port === '' ? 443 : Number(url.port);
  // Ports of mail, names, shells and the like speak no HTTP, and could be made to say what a prober wants to know.
  if (!request.allowPrivateAddress && port < 1024 && port !== 443 && port !== 80) throw new Unavailable(dependency, 'refused-port');
  return url;
}

async function checkedAddresses(dependency: string, request: OutboundRequest, url: URL, resolve: ResolveName): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) !== 0 ? [host] : await lookUp(dependency, host, request.timeoutMs, resolve);
  if (!request.allowPrivateAddress && !addresses.every(isPublicAddress)) throw new Unavailable(dependency, 'refused-address');
  return addresses;
}

async function lookUp(dependency: string, host: string, timeoutMs: number, resolve: ResolveName): Promise<readonly string[]> {
  try {
    return await resolve(host, timeoutMs);
  } catch (cause) {
    throw new Unavailable(dependency, 'name-not-resolved', { cause });
  }
}

function beforeDeadline<T>(dependency: string, deadline: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    deadline.addEventListener('abort', () => reject(new Unavailable(dependency, 'timeout')), { once: true });
    work.then(resolve, reject);
  });
}

/** Undefined where a kept connection turned out to have been closed by the other side before it took the request. */
function send(call: Call, agents: KeepAliveAgents): Promise<OutboundReply | undefined> {
  const agent = agents.agentFor({ isTls: call.url.protocol === 'https:', allowPrivateAddress: call.request.allowPrivateAddress });
  return exchange(call, { agent });
}

/** RFC 9112 section 9.5: such a request may be sent again. Once, on a connection of its own. */
async function sendAfresh(call: Call): Promise<OutboundReply> {
  const reply = await exchange(call, { agent: false });
  if (reply === undefined) throw new Unavailable(call.dependency, 'connection-failed');
  return reply;
}

function exchange(call: Call, connection: Pick<RequestOptions, 'agent'>): Promise<OutboundReply | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = open(call, connection);
    let isOver = false;
    const answer = (reply: OutboundReply | undefined): void => {
      isOver = true;
      resolve(reply);
    };
    const fail = (reason: OutboundFault, cause?: unknown): void => {
      if (isOver) return; // the connection may serve another call by now
      isOver = true;
      reject(new Unavailable(call.dependency, reason, { cause }));
      outgoing.destroy();
    };
    call.deadline.addEventListener('abort', () => fail('timeout'), { once: true });
    if (call.deadline.aborted) fail('timeout');
    let isAnswered = false;
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      read(call.request.maxBytes, incoming, answer, fail);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = !isAnswered && outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (isStale) answer(undefined);
      else fail(isTlsError(error) ? 'tls-failed' : 'connection-failed', error);
    });
    outgoing.on('close', () => fail('connection-failed'));
    outgoing.end(call.request.body);
  });
}

function open(call: Call, connection: Pick<RequestOptions, 'agent'>): ClientRequest {
  const { request, url } = call;
  const body = request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) };
  const options = {
    ...connection,
    method: request.method,
    headers: { 'accept-encoding': 'identity', ...request.headers, ...body },
    lookup: onlyThese(call.addresses),
  };
  try {
    if (url.protocol === 'http:') return httpRequest(url, options);
    // Written out, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn verification off.
    return httpsRequest(url, { ...options, ...request.tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' });
  } catch (cause) {
    throw new Unavailable(call.dependency, 'bad-request', { cause });
  }
}

/** Answers the connection's own look-up with what was checked, so that no second answer of DNS counts. */
function onlyThese(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
}

function read(
  maxBytes: number,
  incoming: IncomingMessage,
  answer: (reply: OutboundReply) => void,
  fail: (reason: OutboundFault, cause?: unknown) => void,
): void {
  const status = incoming.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (status >= 300 && status < 400) fail('redirect');
  else if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) fail('too-large');
  incoming.on('error', (error) => fail('connection-failed', error));
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) fail('too-large');
    else chunks.push(chunk);
  });
  incoming.on('end', () => {
    const body = Buffer.concat(chunks);
    const encoding = incoming.headers['content-encoding'] ?? 'identity';
    if (!incoming.complete) fail('connection-failed');
    else if (encoding.toLowerCase() !== 'identity' || !isUtf8(body)) fail('bad-reply');
    else answer({ status, headers: singleHeaders(incoming), body: body.toString() });
  });
}

function singleHeaders(incoming: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]): [string, string] => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

/** Codes of OpenSSL's verification (`CERT_HAS_EXPIRED`) and of Node's TLS (`ERR_TLS_…`, `ERR_SSL_…`). */
function isTlsError(error: NodeJS.ErrnoException): boolean {
  return /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|EPROTO$)/.test(
    error.code ?? '',
  );
}
