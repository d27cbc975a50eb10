// What reaches a backend of the headers that a client sent (A72, A106): by the construct's mappings, and by others that
// nothing relies on.

import { sendHttp1, sendHttp2 } from '../send-raw.ts';
import type { Question } from './question.ts';
import { get, headerAtBackend, seenBy } from './requests.ts';
import type { Credentials, Headers, SettleTargets } from './targets.ts';

const FORGED = 'forged-by-the-client';
const SPELLINGS = ['X-JWT-Assertion', 'x-jwt-assertion', 'X-Jwt-ASSERTION'] as const;
const LEAKS = 'A client names its own end user to the backend: route by route, block the header in a web ACL until it is mended.';

export function headerQuestions(targets: SettleTargets, { bearer }: Credentials): readonly Question[] {
  return [...forgeries(targets, bearer), ...looseSpellings(targets, bearer), ...mappings(targets, bearer)];
}

/** In any case, twice, over both protocols, on a protected route, an open one, and one whose rule says `secure: false`. */
function forgeries({ demoUrl, restUrl }: SettleTargets, bearer: Headers[number]): readonly Question[] {
  const routes = [
    { route: 'protected', url: `${demoUrl}/whoami`, own: [bearer] },
    { route: 'open', url: `${demoUrl}/health`, own: [] },
    { route: 'secure-false', url: `${restUrl}/anyone`, own: [bearer] },
  ] as const;
  const protocols = [['http1', sendHttp1] as const, ['http2', sendHttp2] as const];
  return protocols.flatMap(([protocol, send]) =>
    routes.flatMap(({ route, url, own }) =>
      SPELLINGS.flatMap((name) =>
        [1, 2].map((times) => ({
          id: 'rest-forged-header',
          question: `${protocol}: ${name}, sent ${times === 1 ? 'once' : 'twice'}, does not get through a route that is ${route}`,
          assumed: '200 no',
          breaks: LEAKS,
          observe: async () => {
            const forged = Array.from({ length: times }, () => [name, FORGED] as const);
            const reply = await get(url, [...own, ...forged], send);
            return `${reply.status} ${seenBy(reply, FORGED)}`;
          },
        })),
      ),
    ),
  );
}

/** Names that some servers take for the same, and API Gateway for others. */
function looseSpellings({ demoUrl }: SettleTargets, bearer: Headers[number]): readonly Question[] {
  return ['X_JWT_Assertion', 'X-JWT_Assertion'].map((name) => ({
    id: 'rest-underscore-header',
    question: `${name} reaches a backend beside our own header`,
    assumed: undefined,
    breaks: 'Nothing relies on it: backends must not take an underscore for a hyphen, and the web ACL blocks these.',
    observe: async () => seenBy(await get(`${demoUrl}/whoami`, [bearer, [name, FORGED]]), FORGED),
  }));
}

function mappings({ demoUrl, rawUrl }: SettleTargets, bearer: Headers[number]): readonly Question[] {
  const forged = ['X-JWT-Assertion', FORGED] as const;
  return [
    {
      id: 'rest-authorization-replaced',
      question: 'Authorization that is mapped to a static value is kept from an HTTP backend',
      assumed: 'none',
      breaks: "Every backend gets its callers' tokens (A106).",
      observe: async () => headerAtBackend(await get(`${demoUrl}/whoami`, [bearer]), 'authorization'),
    },
    {
      id: 'rest-static-value',
      question: "a static value 'none' replaces the client's header, without an authorizer",
      assumed: 'none',
      breaks: LEAKS,
      observe: async () => headerAtBackend(await get(`${rawUrl}/static`, [forged]), 'x-jwt-assertion'),
    },
    {
      id: 'rest-empty-value',
      question: "an empty mapped value replaces the client's header",
      assumed: undefined,
      breaks: 'Nothing relies on it: no mapping of ours is ever empty, because AWS does not say what one does.',
      observe: async () => seenBy(await get(`${rawUrl}/empty`, [forged]), FORGED),
    },
  ];
}
