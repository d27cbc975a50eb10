// The server of the token endpoint rows, in a process of its own so that its CPU time is all its own: one constant JSON,
// the same with a signature made each time, and the token handler. It tells its CPU time when asked.

import { createPrivateKey } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signBytes } from '../../functions/keys/jwt.ts';
import { newSigningKeys } from '../support/signing-keys.ts';
import { CONSTANT, CONSTANT_HEADERS } from './constant-answer.ts';
import { formEvent, openWarmTokenEndpoint } from './warm-token-endpoint.ts';

function answerWith(response: ServerResponse, status: number, headers: Readonly<Record<string, unknown>>, body: string): void {
  response.writeHead(status, { ...(headers as Record<string, string>), 'Content-Length': body.length });
  response.end(body);
}

/** As long as what is signed of an access token. */
const SIGNED_BYTES = 400;
const signed = Buffer.alloc(SIGNED_BYTES, 'x');
const signer = { alg: 'ES256', privateKey: newPrivateKey() } as const;

function newPrivateKey() {
  const key = newSigningKeys().keys.find(({ alg }) => alg === 'ES256');
  if (key === undefined) throw new Error('The bench has no key for ES256.');
  return createPrivateKey(key.privateKeyPem);
}

const handler = await openWarmTokenEndpoint();
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', async () => {
    if (request.url === '/constant') {
      answerWith(response, 200, CONSTANT_HEADERS, CONSTANT);
      return;
    }
    if (request.url === '/signed') {
      answerWith(response, 200, CONSTANT_HEADERS, `${CONSTANT}${signBytes(signer, signed).toString('base64url')}`);
      return;
    }
    const answer = await handler(formEvent(request.url ?? '/', request.rawHeaders, body));
    answerWith(response, answer.statusCode, answer.headers ?? {}, answer.body);
  });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
