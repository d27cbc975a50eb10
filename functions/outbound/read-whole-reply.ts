// Reads the reply to an HTTP call to its end, within a limit: half a reply is none.

import type { IncomingMessage } from 'node:http';
import type { HttpFault } from '../shared/reasons/outages.ts';
import { decodeUtf8 } from '../shared/utf8.ts';

export interface WholeReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Calls one of the two: `answer` with a reply that came whole, with a status other than 3xx, in UTF-8 and without a content
 * coding, or `fail`, maybe more than once.
 */
export function readWholeReply(
  maxBytes: number,
  incoming: IncomingMessage,
  answer: (reply: WholeReply) => void,
  fail: (reason: HttpFault, cause?: unknown) => void,
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
    const body = decodeUtf8(Buffer.concat(chunks));
    const encoding = incoming.headers['content-encoding'] ?? 'identity';
    if (!incoming.complete) fail('connection-failed');
    else if (encoding.toLowerCase() !== 'identity' || body === undefined) fail('bad-reply');
    else answer({ status, headers: singleHeaders(incoming), body });
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
