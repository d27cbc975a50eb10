// A WebSocket API asks its authorizer once, when a connection is opened.

import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Question } from './question.ts';
import type { Credentials, Headers, SettleTargets } from './targets.ts';

const TIMEOUT_MS = 30_000;

export function webSocketQuestions({ socketUrl }: SettleTargets, { bearer }: Credentials): readonly Question[] {
  const question = (id: string, text: string, assumed: string, headers: Headers): Question => ({
    id,
    question: text,
    assumed,
    breaks: 'Connections are opened that should not be, or none is.',
    missing: socketUrl === undefined ? 'there is no WebSocket API' : undefined,
    observe: async () => (socketUrl === undefined ? '' : String(await openSocket(socketUrl, headers))),
  });
  return [
    question('socket-connect', '$connect with a good token opens the connection', '101', [bearer]),
    question('socket-missing-token', '$connect without a token is refused by API Gateway itself', '401', []),
    question('socket-bad-token', '$connect with a bad token is refused as the authorizer says, by Unauthorized', '401', [
      ['Authorization', 'Bearer x'],
    ]),
  ];
}

/** The status of the answer to an opening handshake (RFC 6455 section 4); the connection is closed at once. */
function openSocket(url: string, headers: Headers): Promise<number> {
  const target = new URL(url.replace(/^ws/, 'http'));
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...Object.fromEntries(headers),
  };
  return new Promise((resolve, reject) => {
    const outgoing = send(target, { headers: upgrade, timeout: TIMEOUT_MS });
    outgoing.on('upgrade', (incoming, socket) => {
      socket.destroy();
      resolve(incoming.statusCode ?? 0);
    });
    outgoing.on('response', (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
