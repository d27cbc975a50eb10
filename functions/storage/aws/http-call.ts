// One exchange of HTTP/1.1 with an AWS service: connections that are kept, a deadline, a limit, and an answer that is whole.

import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** From the request to the last byte of the answer. */
const REPLY_MS = 1000;
/** So much more where there is no connection yet. */
const CONNECT_MS = 500;
/** A page of a Query is 1 MB, and JSON may be several times as long. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;
/** Longer ago, by the wall clock, and the connections of a function that was frozen are likely dead. */
const MAX_IDLE_MS = 60_000;

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly errorType: string | undefined;
  /** The service's own clock, by its `Date` header: milliseconds since the epoch. */
  readonly dateMs: number | undefined;
}

/** No answer, or half of one. */
export class ConnectionFailed extends Error {
  override readonly name: string;
  /** It was a kept connection, which may have been dead before. */
  readonly isStale: boolean;

  constructor(name: 'TimeoutError' | 'ConnectionFailed', options: { cause?: unknown; isStale?: boolean } = {}) {
    super(name, options);
    this.name = name;
    this.isStale = options.isStale === true;
  }
}

type OpenRequest = (headers: Readonly<Record<string, string>>) => ClientRequest;

/** Kept connections, all given up after a pause in which the function may have been frozen. */
export function createConnections() {
  let agents = newAgents();
  let usedAtMs = Date.now();
  return {
    /** What is open serves its requests to their end, and no other. */
    renew(): void {
      agents = newAgents();
    },
    open(url: URL): OpenRequest {
      if (Math.abs(Date.now() - usedAtMs) > MAX_IDLE_MS) {
        for (const agent of Object.values(agents)) agent.destroy();
        agents = newAgents();
      }
      usedAtMs = Date.now();
      return url.protocol === 'https:'
        ? // Written out, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn verification off (A14).
          (headers) => httpsRequest(url, { method: 'POST', headers, agent: agents.https, rejectUnauthorized: true, minVersion: 'TLSv1.2' })
        : (headers) => httpRequest(url, { method: 'POST', headers, agent: agents.http });
    },
  };
}

const newAgents = () => ({
  http: new HttpAgent({ keepAlive: true, maxSockets: 50 }),
  https: new HttpsAgent({ keepAlive: true, maxSockets: 50 }),
});

/** @param limitMs what the request has left; the exchange takes no longer, nor than its own limits */
export function exchange(open: OpenRequest, headers: Readonly<Record<string, string>>, body: string, limitMs: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = open({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
    const fail = (name: 'TimeoutError' | 'ConnectionFailed', cause?: unknown, isStale = false): void => {
      clearTimeout(timer);
      reject(new ConnectionFailed(name, { cause, isStale }));
      outgoing.destroy();
    };
    let timer = setTimeout(() => fail('TimeoutError'), Math.min(REPLY_MS + CONNECT_MS, limitMs));
    outgoing.on('socket', () => {
      if (!outgoing.reusedSocket) return;
      clearTimeout(timer);
      timer = setTimeout(() => fail('TimeoutError', undefined, true), Math.min(REPLY_MS, limitMs));
    });
    let isAnswered = false;
    outgoing.on('error', (cause) => fail('ConnectionFailed', cause, outgoing.reusedSocket && !isAnswered));
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      readReply(incoming).then(
        (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        (cause: unknown) => fail('ConnectionFailed', cause),
      );
    });
    outgoing.end(body);
  });
}

async function readReply(incoming: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) throw new Error('The reply is too long.');
    chunks.push(chunk);
  }
  if (!incoming.complete) throw new Error('The reply ended too early.');
  const header = incoming.headers['x-amzn-errortype'];
  const dateMs = Date.parse(incoming.headers.date ?? '');
  return {
    status: incoming.statusCode ?? 0,
    text: Buffer.concat(chunks).toString(),
    errorType: typeof header === 'string' ? header : undefined,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
  };
}
