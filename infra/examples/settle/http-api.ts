// The same for an HTTP API, which has rules of its own.

import type { Question } from './question.ts';
import { get, headerAtBackend, seenBy } from './requests.ts';
import type { Credentials, SettleTargets } from './targets.ts';

const FORGED = 'forged-by-the-client';

export function httpApiQuestions({ httpUrl }: SettleTargets, { bearer }: Credentials): readonly Question[] {
  const forged = ['X-JWT-Assertion', FORGED] as const;
  const status = async (headers: Parameters<typeof get>[1]): Promise<string> =>
    String((await get(`${httpUrl}/settle/echo`, headers)).status);
  return [
    {
      id: 'http-authorizer-called',
      question: 'an HTTP API may call the authorizer with its role, and maps its context into a header',
      assumed: '200 a JWT',
      breaks: 'Every protected call of an HTTP API is 500, or its backends have no end-user JWT.',
      observe: async () => {
        const reply = await get(`${httpUrl}/settle/echo`, [bearer]);
        return `${reply.status} ${headerAtBackend(reply, 'x-jwt-assertion').split('.').length === 3 ? 'a JWT' : 'no JWT'}`;
      },
    },
    {
      id: 'http-missing-token',
      question: 'a missing token is 401 on an HTTP API',
      assumed: '401',
      breaks: 'The page of the authorizer is wrong for HTTP APIs.',
      observe: () => status([]),
    },
    {
      id: 'http-bad-token',
      question: 'a token that the authorizer denies is 403 on an HTTP API',
      assumed: '403',
      breaks: 'The page of the authorizer is wrong for HTTP APIs; a 500 would wake whoever is on call.',
      observe: () => status([['Authorization', 'Bearer x']]),
    },
    {
      id: 'http-two-authorizations',
      question: 'two Authorization headers are not one good token',
      assumed: 'refused',
      breaks: 'Which of two credentials counts depends on who looks (A70).',
      observe: async () => (Number(await status([bearer, ['Authorization', 'Bearer x']])) >= 400 ? 'refused' : 'let in'),
    },
    {
      id: 'http-forged-header',
      question: "overwrite replaces the client's header, on a protected route and on an open one",
      assumed: 'no no',
      breaks: 'A client names its own end user to the backend.',
      observe: async () => {
        const guarded = await get(`${httpUrl}/settle/echo`, [bearer, forged]);
        const open = await get(`${httpUrl}/settle/open`, [forged]);
        return `${seenBy(guarded, FORGED)} ${seenBy(open, FORGED)}`;
      },
    },
    {
      id: 'http-authorization-reaches-backend',
      question: 'Authorization reaches the backend of an HTTP API, where its name is reserved',
      assumed: 'yes',
      breaks: 'Nothing: it would be better.',
      observe: async () => seenBy(await get(`${httpUrl}/settle/echo`, [bearer]), bearer[1]),
    },
  ];
}
