// Sends one HTTP/1.1 call (RFC 9112) on node:http or node:https: the one client for AWS, for userstores and for what others
// publish. It owns kept connections, the deadline, the limit, and the one retry that HTTP itself allows.

import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { HttpFault } from '../shared/reasons/outages.ts';
import { createKeptConnections, type KeptConnections, type KeptConnectionsOptions } from './kept-connections.ts';
import { readWholeReply, type WholeReply } from './read-whole-reply.ts';

interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Time to the last byte of the reply. */
  readonly timeoutMs: number;
  /** Additional time where no connection has been kept. Absent: none. */
  readonly connectMs?: number;
  readonly maxBytes: number;
  /** Addresses that the connection goes to, whatever DNS says by now. Absent: those of the URL's name. */
  readonly addresses?: readonly string[];
  /** PEM: a private CA; a client certificate with its key. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export interface HttpReply extends WholeReply {
  /** True: it was sent twice, and the first one may have been carried out. */
  readonly isResent: boolean;
}

/** No reply, or none that may be believed. */
export class HttpFailure extends Error {
  readonly reason: HttpFault;
  /** There was no connection yet: nothing of the request has left us. */
  readonly neverSent: boolean;

  constructor(reason: HttpFault, options: { cause?: unknown; neverSent?: boolean } = {}) {
    super(reason, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'HttpFailure';
    this.reason = reason;
    this.neverSent = options.neverSent ?? false;
  }
}

/**
 * Sends a request. Only a reply that came whole, with a status other than 3xx, in UTF-8 and without a content coding, is returned.
 *
 * @throws HttpFailure
 */
export type SendHttp = (request: HttpRequest) => Promise<HttpReply>;

export function createHttpClient(options: KeptConnectionsOptions): SendHttp {
  const connections = createKeptConnections(options);
  return async (request) => {
    const startedMs = performance.now();
    const reply = await attempt(request, connections, { spentMs: 0, isSent: false });
    if (reply !== undefined) return { ...reply, isResent: false };
    // RFC 9112 section 9.5: what a kept connection did not take may be sent again. Once, and none that is as old serves it.
    const second = await attempt(request, connections, { spentMs: performance.now() - startedMs, isSent: true });
    if (second === undefined) throw new HttpFailure('connection-failed');
    return { ...second, isResent: true };
  };
}

/** Earlier try: what it has cost, and whether it may have sent the request. */
interface Before {
  readonly spentMs: number;
  readonly isSent: boolean;
}

/** Undefined where a kept connection turned out to have been closed by the other side before it took the request. */
function attempt(request: HttpRequest, connections: KeptConnections, before: Before): Promise<WholeReply | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = createRequest(request, connections);
    let { isSent } = before;
    whenConnected(outgoing, () => {
      isSent = true;
    });
    let isOver = false;
    const answer = (reply: WholeReply | undefined): void => {
      isOver = true;
      clearTimeout(timer);
      resolve(reply);
    };
    const fail = (reason: HttpFault, cause?: unknown): void => {
      if (isOver) return; // the connection may serve another call by now
      isOver = true;
      clearTimeout(timer);
      // A reply that never comes on a kept connection: it may have died in a freeze, with all that were kept beside it.
      if (reason === 'timeout' && outgoing.reusedSocket) connections.drop(request.url);
      reject(new HttpFailure(reason, { cause, neverSent: !isSent }));
      outgoing.destroy();
    };
    const endAfter = (limitMs: number) => setTimeout(() => fail('timeout'), Math.max(0, limitMs - before.spentMs));
    let timer = endAfter(request.timeoutMs + (request.connectMs ?? 0));
    if (request.connectMs !== undefined)
      outgoing.on('socket', () => {
        if (!outgoing.reusedSocket || isOver) return;
        clearTimeout(timer);
        timer = endAfter(request.timeoutMs);
      });
    let isAnswered = false;
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      readWholeReply(request.maxBytes, incoming, answer, fail);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = !isAnswered && outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (!isStale || isOver) return fail(isTlsError(error) ? 'tls-failed' : 'connection-failed', error);
      connections.drop(request.url);
      answer(undefined);
    });
    outgoing.on('close', () => fail('connection-failed'));
    outgoing.end(request.body);
  });
}

/** Calls `act` when there is a connection: from then on what was written is under way. */
function whenConnected(outgoing: ClientRequest, act: () => void): void {
  outgoing.on('socket', (socket) => {
    if (!socket.connecting) act();
    else socket.once(outgoing.protocol === 'https:' ? 'secureConnect' : 'connect', act);
  });
}

function createRequest({ method, url, headers, body, addresses, tls }: HttpRequest, connections: KeptConnections): ClientRequest {
  const options = {
    agent: connections.agentFor(url),
    method,
    headers: body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    ...(addresses !== undefined && { lookup: onlyThese(addresses) }),
  };
  try {
    if (url.protocol === 'http:') return httpRequest(url, options);
    // Written out, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn verification off (A14).
    return httpsRequest(url, { ...options, ...tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' });
  } catch (cause) {
    throw new HttpFailure('bad-request', { cause, neverSent: true });
  }
}

/** Answers the connection's own look-up with what was checked, so that no second answer of DNS counts. */
function onlyThese(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
}

/** Codes of OpenSSL's verification (`CERT_HAS_EXPIRED`) and of Node's TLS (`ERR_TLS_…`, `ERR_SSL_…`). */
function isTlsError(error: NodeJS.ErrnoException): boolean {
  return /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|EPROTO$)/.test(
    error.code ?? '',
  );
}
