// A proxy in front of a service that is called over HTTP, at each of whose calls something can go wrong.

import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What may go wrong with any call. `refused`: nobody listens, from this call on. `none`: the connection ends before the call is
 * carried out. `silent`: it is not carried out, and nothing is ever said. `lost`: it is carried out, and the connection ends.
 * `half`: carried out, and the answer ends in the middle. `late`: carried out, and answered when the caller has given up.
 */
const CONNECTION_FAULTS = ['refused', 'none', 'silent', 'lost', 'half', 'late'] as const;

/** An answer. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ServiceOptions {
  /** The service that answers: its origin. */
  readonly target: string;
  /** For how long it is waited at most, milliseconds: `late` comes after that. */
  readonly waitedMs: number;
  /** By the name of the fault: what is answered in the place of the service's own answer, which it is made of. */
  readonly replies?: Readonly<Record<string, (own: Reply) => Reply>>;
}

/** What goes wrong with the n-th call, from 0. */
export type FaultOf = (n: number) => string | undefined;

export interface Breakable {
  /** All faults that it knows. */
  readonly faults: readonly string[];
  /** From now on, and calls are counted anew. Undefined: nothing goes wrong any more. */
  breakCalls(faultOf: FaultOf | undefined): Promise<void>;
  /** Calls since it was last broken or mended. */
  calls(): number;
  close(): Promise<void>;
}

export interface BreakableService extends Breakable {
  readonly endpoint: string;
}

export async function openBreakableService({ target, waitedMs, replies = {} }: ServiceOptions): Promise<BreakableService> {
  const agent = new Agent({ keepAlive: true });
  let faultOf: FaultOf | undefined;
  let calls = 0;
  const server = createServer((message, response) => {
    const n = calls++;
    answer(message, response, faultOf?.(n))
      // One that has given up is no longer there.
      .catch(() => message.socket.destroy())
      .finally(() => faultOf?.(calls) === 'refused' && stopListening());
  });

  const answer = async (message: IncomingMessage, response: ServerResponse, fault: string | undefined): Promise<void> => {
    if (fault === 'none') return void message.socket.destroy();
    const asked = await buffer(message);
    if (fault === 'silent') return;
    const own = await forward(agent, target, message, asked);
    if (fault === 'lost') return void message.socket.destroy();
    if (fault === 'late') await delay(waitedMs * 1.3);
    const { status, headers, body } = fault === undefined ? own : (replies[fault]?.(own) ?? own);
    response.writeHead(status, { ...headers, 'content-length': String(body.length) });
    // All of it has gone before nobody listens any more.
    if (fault !== 'half') return new Promise((resolve) => response.end(body, resolve));
    response.write(body.subarray(0, body.length >> 1), () => message.socket.destroy());
  };
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stopListening = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    faults: [...CONNECTION_FAULTS, ...Object.keys(replies)],
    async breakCalls(next) {
      faultOf = next;
      calls = 0;
      if (next?.(0) === 'refused') await stopListening();
      else if (!server.listening) await listen(port);
    },
    calls: () => calls,
    async close() {
      agent.destroy();
      await stopListening();
    },
  };
}

function forward(agent: Agent, target: string, message: IncomingMessage, asked: Buffer): Promise<Reply> {
  const { method = 'POST', url = '/' } = message;
  // The service is asked by its own name.
  const { host: _host, ...asSent } = message.headers;
  const headers = { ...asSent, 'content-length': String(asked.length) };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(url, target), { agent, method, headers }, (reply) => {
      const { 'transfer-encoding': _, connection: __, ...own } = reply.headers;
      buffer(reply).then((body) => resolve({ status: reply.statusCode ?? 500, headers: own, body }), reject);
    });
    sent.on('error', reject);
    sent.end(asked);
  });
}

/** An answer in JSON. */
export const jsonReply =
  (status: number, body: unknown, headers: IncomingHttpHeaders = {}) =>
  (): Reply => ({ status, headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(JSON.stringify(body)) });
