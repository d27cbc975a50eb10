// A web service that knows some users, as a tenant would run it, on a free port: it answers as the test says.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { listen } from './listen.ts';

export interface ReceivedCall {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (call: ReceivedCall, outgoing: ServerResponse) => void;

/** The service and what it has been asked so far. `attributes` are those of a userstore entry that calls it. */
export async function openRestService(context: TestContext, answer: Answer) {
  const calls: ReceivedCall[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method, url, headers } = incoming;
      const call = { method, url, headers, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      answer(call, outgoing);
    });
  });
  const port = await listen(context, server);
  const url = `http://127.0.0.1:${port}/authenticate`;
  return { calls, url, attributes: { type: 'rest', url, allowPlaintext: true, allowPrivateAddress: true } };
}

export function sendJson(outgoing: ServerResponse, value: unknown, status = 200): void {
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

/** The service of the six steps: it knows `userx` / `mypass`. */
export const knowsUserx: Answer = (call, outgoing) => {
  const { credentials } = JSON.parse(call.body);
  sendJson(outgoing, { response: { status: String(credentials?.username === 'userx' && credentials?.password === 'mypass') } });
};
