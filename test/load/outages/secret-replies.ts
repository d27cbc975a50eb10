// What Secrets Manager may answer in place of a secret: refusals, and secrets that nobody can use.

import { jsonReply, type Reply } from './breakable-service.ts';

const refusal = (status: number, type: string) => jsonReply(status, { __type: type, message: 'broken' });

/** The own answer with another text in it. */
const withSecret =
  (change: (text: string) => string) =>
  (own: Reply): Reply => {
    const { SecretString, ...rest } = JSON.parse(own.body.toString());
    return { ...own, body: Buffer.from(JSON.stringify({ ...rest, SecretString: change(SecretString) })) };
  };

export const SECRET_REPLIES = {
  throttled: refusal(400, 'ThrottlingException'),
  failing: refusal(500, 'InternalServiceError'),
  'not allowed': refusal(400, 'AccessDeniedException'),
  'a page': (): Reply => ({ status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>Sign in</h1>') }),
  'no text': jsonReply(200, { Name: 'x', SecretBinary: 'eA==' }),
  'secret cut off': withSecret((text) => text.slice(0, text.length >> 1)),
  'secret empty': withSecret(() => '{}'),
  'values cut off': withSecret((text) =>
    JSON.stringify(JSON.parse(text), (_name, value) => (typeof value === 'string' ? value.slice(0, 40) : value)),
  ),
} as const;
