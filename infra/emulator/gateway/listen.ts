// The gateway's listener: HTTP/1.1, or HTTP/2 for clients that begin with it, on one port of loopback; GatewayRequest on,
// GatewayResponse out.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer as createFront, type Server, type Socket } from 'node:net';
import type { GatewayRequest, GatewayResponse, HeaderList } from './http-message.ts';
import { headerPairs } from './http-proxy.ts';

export type Handle = (request: GatewayRequest) => Promise<GatewayResponse>;

/** Long, as on AWS: a client must not meet a connection that is just being closed. */
export const KEEP_ALIVE_MS = 60_000;

type Message = IncomingMessage | Http2ServerRequest;
type Answer = ServerResponse | Http2ServerResponse;

/** Read no further than this: the flow refuses what is over 10 MB. */
const READ_LIMIT_BYTES = 10 * 1024 * 1024 + 1;
/** Above API Gateway's own limit, so that it is the flow that refuses. */
const MAX_HEADER_BYTES = 65_536;

/** Nothing after the limit is kept, so that an endless body costs no memory. */
async function readBody(message: Message): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    if (bytes < READ_LIMIT_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, READ_LIMIT_BYTES);
}

/** Pseudo headers of HTTP/2 are no headers; `:authority` is its Host (RFC 9113 section 8.3.1). */
function plainHeaders(raw: readonly string[]): HeaderList {
  const pairs = headerPairs(raw).map(([name, value]) => [name === ':authority' ? 'host' : name, value] as const);
  return pairs.filter(([name]) => !name.startsWith(':'));
}

async function toRequest(message: Message, port: number): Promise<GatewayRequest> {
  const [path = '/', ...query] = (message.url ?? '/').split('?');
  return {
    method: message.method ?? 'GET',
    path,
    query: query.join('?'),
    headers: plainHeaders(message.rawHeaders),
    body: await readBody(message),
    sourceIp: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    protocol: `HTTP/${message.httpVersion}`,
    port,
    requestId: randomUUID(),
    receivedAtMs: Date.now(),
  };
}

function write(response: GatewayResponse, to: Answer): void {
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
  readonly port: number;
  close(): Promise<void>;
}

/** HTTP/2 with prior knowledge begins with a request line that HTTP/1.1 does not have (RFC 9113 section 3.4). */
function isHttp2(firstBytes: Buffer): boolean {
  return firstBytes.subarray(0, 3).toString('latin1') === 'PRI';
}

function openFront(serve: (message: Message, to: Answer) => void): Server {
  const http1 = createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS }, serve);
  const http2 = createHttp2Server({ maxSendHeaderBlockLength: MAX_HEADER_BYTES, settings: { maxHeaderListSize: MAX_HEADER_BYTES } }, serve);
  const front = createFront((socket: Socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first === null) return void socket.destroy();
      socket.unshift(first);
      (isHttp2(first) ? http2 : http1).emit('connection', socket);
    });
  });
  return front;
}

/** Listens on loopback alone. `handle` that rejects is a bug: the caller gets 500, the terminal gets the error. */
export async function listen(port: number, handle: Handle, report: (line: string) => void): Promise<Listener> {
  const server = openFront((message, to) => {
    const { port: own } = server.address() as AddressInfo;
    toRequest(message, own)
      .then(handle)
      .then((response) => write(response, to))
      .catch((error: unknown) => {
        report(`${message.method} ${message.url?.split('?')[0]}: ${error instanceof Error ? error.stack : String(error)}`);
        if (!to.headersSent) to.statusCode = 500;
        to.end('{"message":"Internal server error"}');
      });
  });
  return openListener(server, port);
}

/** @throws Error that names the port where it is taken */
export async function openListener(server: Server, port: number): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} is taken. Stop what listens there, or choose another: npm start -- --port N`) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}
