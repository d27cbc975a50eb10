// An HTTP proxy in front of an AWS endpoint that can lose answers, refuse, and stall, as networks and services do.

import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/**
 * What happens to one call. `lose`: it is carried out, and its answer never arrives. `unprocessed`: a batch comes back undone.
 * `reply`: that is answered in its place.
 */
export type Fault =
  | 'none'
  | 'lose'
  | 'stall'
  | 'unprocessed'
  | { readonly status: number; readonly type: string }
  | { readonly reply: object };

/**
 * @param target endpoint that answers
 * @param faultOf what to do with the n-th call (from 0) of an operation such as `PutItem`
 */
export async function startFaultyProxy(target: string, faultOf: (operation: string, n: number) => Fault) {
  const seen = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const n = seen.get(operation) ?? 0;
    seen.set(operation, n + 1);
    const fault = faultOf(operation, n);
    if (fault === 'stall') return;
    if (typeof fault === 'object') {
      incoming.resume();
      const body = 'reply' in fault ? fault.reply : { __type: fault.type, message: 'quoted: a-secret-value' };
      outgoing.writeHead('reply' in fault ? 200 : fault.status, { 'content-type': 'application/x-amz-json-1.0' });
      outgoing.end(JSON.stringify(body));
      return;
    }
    if (fault === 'unprocessed') {
      void json(incoming).then((body) => {
        outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
        const left = isBatch(body) ? body.RequestItems : {};
        outgoing.end(JSON.stringify(operation === 'BatchGetItem' ? { Responses: {}, UnprocessedKeys: left } : { UnprocessedItems: left }));
      });
      return;
    }
    const forwarded = request(target, { method: incoming.method, headers: incoming.headers, path: incoming.url }, (answer) => {
      if (fault === 'lose') {
        answer.resume();
        answer.on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** How often an operation was called. */
    count: (operation: string) => seen.get(operation) ?? 0,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const isBatch = (body: unknown): body is { RequestItems: unknown } => typeof body === 'object' && body !== null && 'RequestItems' in body;
