// What the authorizer is told of unusual paths, and what a tier that is used up becomes.

import { request } from 'node:https';
import type { Question } from './question.ts';
import { bearerOf, get, sendForm, tokenOf } from './requests.ts';
import { type Credentials, SETTLE_CLIENT, type SettleTargets } from './targets.ts';

const DECIDES = 'The authorizer refuses paths of this kind, or judges another path than API Gateway serves (A67, A68).';

export function pathQuestions(targets: SettleTargets, { bearer }: Credentials): readonly Question[] {
  const { restUrl } = targets;
  const path = (id: string, question: string, suffix: string, assumed: string): Question => ({
    id,
    question,
    assumed,
    breaks: DECIDES,
    observe: async () => String((await get(`${restUrl}/paths/${suffix}`, [bearer])).status),
  });
  return [
    path('path-plain', 'a path of two segments below a greedy route', 'a/b', '200'),
    path('path-blank', 'a blank in a path, as %20', 'a%20b', '200'),
    path('path-colon', 'a colon in a path', 'a:b', '200'),
    path('path-trailing-slash', 'a slash at the end is an empty segment to the authorizer too, which refuses it', 'a/', '403'),
    path('path-500', 'a path of 500 characters', 'x'.repeat(500), '200'),
    countedTier(targets),
    customDomain(targets),
    clientCertificate(targets),
  ];
}

function countedTier({ tokenUrl, countedUrl }: SettleTargets): Question {
  return {
    id: 'rest-counted-tier',
    question: 'an answer with a nested context is the gateway response AUTHORIZER_CONFIGURATION_ERROR: a tier used up is 429',
    assumed: '200 200 429',
    breaks: 'Who has used up a tier is refused all the same, with another status and an empty body.',
    observe: async () => {
      const form = { grant_type: 'client_credentials' };
      const bearer = bearerOf(tokenOf(await sendForm(tokenUrl, form, SETTLE_CLIENT)));
      const statuses: number[] = [];
      for (let call = 0; call < 3; call++) statuses.push((await get(`${countedUrl}/counted`, [bearer])).status);
      return statuses.join(' ');
    },
  };
}

function customDomain({ customUrl }: SettleTargets): Question {
  return {
    id: 'custom-domain-base-path',
    question: 'under a domain with a base path the authorizer is told the path without it',
    assumed: '200',
    breaks: 'An API under a base path needs the base path in the `context` of its entry.',
    missing: customUrl === undefined ? 'no --custom-url was given' : undefined,
    observe: async () => String((await get(`${customUrl}/health`)).status),
  };
}

/** Of an API of the operator's own: a domain with a trust store needs a certificate and a name, which no app can bring. */
function clientCertificate({ mutualTls }: SettleTargets): Question {
  return {
    id: 'client-certificate',
    question: 'a certificate that was shown to a domain with a trust store reaches the authorizer whole, as PEM',
    assumed: '200',
    breaks: 'Callers who show a certificate are 401: names and dates are read from the certificate itself.',
    missing: mutualTls === undefined ? 'no --mutual-tls-url with --certificate and --key was given' : undefined,
    observe: async () => (mutualTls === undefined ? '' : statusWithCertificate(mutualTls)),
  };
}

function statusWithCertificate({ url, certificate, key }: NonNullable<SettleTargets['mutualTls']>): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { cert: certificate, key, timeout: 30_000 }, (incoming) => {
      incoming.resume();
      resolve(String(incoming.statusCode));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
