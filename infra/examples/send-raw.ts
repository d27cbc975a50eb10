// One request with header names as written, over HTTP/1.1 or HTTP/2.

import { request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { request as httpsRequest } from 'node:https';

export interface RawRequest {
  readonly method?: string;
  readonly url: string;
  /** In order; a name may stand there twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

export interface RawReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TIMEOUT_MS = 30_000;

export function sendHttp1({ method = 'GET', url, headers, body = '' }: RawRequest): Promise<RawReply> {
  const target = new URL(url);
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const length = body === '' ? [] : ['Content-Length', String(Buffer.byteLength(body))];
  return new Promise((resolve, reject) => {
    const raw = ['Host', target.host, 'Connection', 'close', ...length, ...headers.flat()];
    const request = send(target, { method, headers: raw, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: joined(response.headers), body: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
    request.end(body);
  });
}

/** HTTP/2 has header names in lower case alone (RFC 9113 section 8.2.1). */
export async function sendHttp2({ method = 'GET', url, headers, body = '' }: RawRequest): Promise<RawReply> {
  const target = new URL(url);
  const session = connect(target.origin);
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      const fields: Record<string, string | string[]> = { ':method': method, ':path': `${target.pathname}${target.search}` };
      for (const [name, value] of headers) {
        const known = fields[name.toLowerCase()];
        fields[name.toLowerCase()] = known === undefined ? value : [known, value].flat();
      }
      const stream = session.request(fields, { endStream: body === '' });
      stream.setTimeout(TIMEOUT_MS, () => stream.destroy(new Error('timeout')));
      const chunks: Buffer[] = [];
      let status = 0;
      let received: Readonly<Record<string, string>> = {};
      stream.on('response', (response) => {
        status = Number(response[':status']);
        received = joined(response);
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => resolve({ status, headers: received, body: Buffer.concat(chunks).toString() }));
      if (body !== '') stream.end(body);
    });
  } finally {
    session.close();
  }
}

function joined(headers: Readonly<Record<string, string | string[] | number | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]));
}
