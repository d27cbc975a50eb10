// Requests whose headers go over the wire as they are written, by HTTP/1.1 and HTTP/2.

import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:http2';
import { type HeaderList, headerValues } from '../../infra/emulator/gateway/http-message.ts';
import { headerPairs } from '../../infra/emulator/gateway/http-proxy.ts';

export interface Reply {
  readonly status: number;
  readonly headers: HeaderList;
  readonly text: string;
  /** All values of a header. */
  all(name: string): readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of every shape.
  json(): any;
}

/** Sends a request with its headers as they are written: no fetch, which would put them in order. */
export async function send(port: number, method: string, path: string, headers: HeaderList = [], body = ''): Promise<Reply> {
  const answered = Promise.withResolvers<IncomingMessage>();
  const flat = [
    ['Host', '127.0.0.1'] as const,
    ...headers,
    ...(body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))] as const]),
  ];
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers: flat.flat(), agent: false }, answered.resolve);
  outgoing.on('error', answered.reject);
  outgoing.end(body);
  const message = await answered.promise;
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const received = headerPairs(message.rawHeaders);
  return {
    status: message.statusCode ?? 0,
    headers: received,
    text,
    all: (name) => headerValues(received, name),
    json: () => JSON.parse(text),
  };
}

/** The same over HTTP/2, whose header names are in lower case on the wire. */
export async function sendHttp2(port: number, method: string, path: string, headers: HeaderList = []): Promise<Reply> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const grouped = Map.groupBy(headers, ([name]) => name.toLowerCase());
    const fields = Object.fromEntries([...grouped].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]));
    const stream = session.request({ ':method': method, ':path': path, ...fields });
    const answered = Promise.withResolvers<HeaderList>();
    stream.on('error', answered.reject);
    stream.on('response', (_, __, raw: string[]) => answered.resolve(headerPairs(raw)));
    stream.end();
    const received = await answered.promise;
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const all = (name: string): readonly string[] => headerValues(received, name);
    return { status: Number(all(':status')[0]), headers: received, text, all, json: () => JSON.parse(text) };
  } finally {
    session.close();
  }
}
