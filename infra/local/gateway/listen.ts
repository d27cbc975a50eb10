// The gateway's listener: HTTP in, GatewayRequest on, GatewayResponse out.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayRequest, GatewayResponse } from './http-message.ts';
import { headerPairs } from './http-proxy.ts';

export type Handle = (request: GatewayRequest) => Promise<GatewayResponse>;

/** Read no further than this: the flow refuses what is over 10 MB. */
const READ_LIMIT_BYTES = 10 * 1024 * 1024 + 1;

/** Nothing after the limit is kept, so that an endless body costs no memory. */
async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    if (bytes < READ_LIMIT_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, READ_LIMIT_BYTES);
}

async function toRequest(message: IncomingMessage, port: number): Promise<GatewayRequest> {
  const [path = '/', ...query] = (message.url ?? '/').split('?');
  return {
    method: message.method ?? 'GET',
    path,
    query: query.join('?'),
    headers: headerPairs(message.rawHeaders),
    body: await readBody(message),
    sourceIp: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    protocol: `HTTP/${message.httpVersion}`,
    port,
    requestId: randomUUID(),
    receivedAtMs: Date.now(),
  };
}

function write(response: GatewayResponse, to: ServerResponse): void {
  const names = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of response.headers) {
    const known = names.get(name.toLowerCase());
    if (known === undefined) names.set(name.toLowerCase(), { name, values: [value] });
    else known.values.push(value);
  }
  to.statusCode = response.status;
  for (const { name, values } of names.values()) to.setHeader(name, values.length === 1 ? (values[0] ?? '') : values);
  if (response.status !== 204 && response.status !== 304) to.setHeader('Content-Length', response.body.length);
  to.end(response.body);
}

export interface Listener {
  readonly server: Server;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on loopback alone. `handle` that rejects is a bug: the caller gets 500, the terminal gets the error. */
export async function listen(port: number, handle: Handle, report: (line: string) => void): Promise<Listener> {
  const server = createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 5_000 }, (message, to) => {
    const { port: own } = server.address() as AddressInfo;
    toRequest(message, own)
      .then(handle)
      .then((response) => write(response, to))
      .catch((error: unknown) => {
        report(`${message.method} ${message.url?.split('?')[0]}: ${error instanceof Error ? error.stack : String(error)}`);
        if (!to.headersSent) to.writeHead(500, { 'Content-Type': 'application/json' });
        to.end('{"message":"Internal server error"}');
      });
  });
  return openListener(server, port);
}

/** @throws Error that names the port where it is taken */
export async function openListener(server: Server, port: number): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} is taken. Stop what listens there, or choose another: npm start -- --port N`) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
