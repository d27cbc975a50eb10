// Whether it works at all: each of these stands before all that follows.

import { DEMO } from '../../demo/demo-data.ts';
import { sendHttp1 } from '../send-raw.ts';
import type { Question } from './question.ts';
import { get, refusalOf, requestUserToken, seenBy, sendForm, sendUnknownWorkload } from './requests.ts';
import type { Credentials, SettleTargets } from './targets.ts';

export function basicQuestions(targets: SettleTargets, { bearer }: Credentials): readonly Question[] {
  const { demoUrl, tokenUrl } = targets;
  return [
    {
      id: 'argon2',
      question: 'crypto.argon2 works in the token function: a user of the Users table gets a token',
      assumed: 'yes',
      breaks: 'No password of the Users table can be verified: logins are 503, and the log says argon2-not-supported.',
      observe: async () => ((await requestUserToken(targets, DEMO.opaqueClient)) === '' ? 'no' : 'yes'),
    },
    {
      id: 'workload-claims',
      question: 'the token function may read three attributes of all clients, by a policy that names them',
      assumed: '401',
      breaks:
        'No client that is a workload gets in: 503, and the log says access-denied. Take the condition from the right to dynamodb:Scan.',
      observe: async () => String((await sendUnknownWorkload(targets)).status),
    },
    {
      id: 'authorizer-called',
      question: 'API Gateway may call the authorizer with its role (500 AUTHORIZER_FAILURE where it may not)',
      assumed: 'yes',
      breaks: 'Every protected call is 500 with no line in our log. Look at the trust policy of the role AuthorizerInvokeRoleArn.',
      observe: async () => {
        const { status } = await get(`${demoUrl}/menu`, [bearer]);
        return status === 500 ? 'no: 500' : 'yes';
      },
    },
    {
      id: 'rest-identity-sources',
      question: 'context.httpMethod and context.path are filled as identity sources of a REST API',
      assumed: '200',
      breaks: 'API Gateway answers 401 to everybody, or a cached answer counts for other paths (A66, A69).',
      observe: async () => String((await get(`${demoUrl}/menu`, [bearer])).status),
    },
    {
      id: 'rest-missing-token',
      question: 'a missing token is refused by API Gateway itself, with our challenge and body',
      assumed: '401 Bearer 900901',
      breaks: 'Callers without a token see another body than callers with a bad one.',
      observe: async () => refusalOf(await get(`${demoUrl}/menu`)),
    },
    {
      id: 'rest-bad-token',
      question: 'an authorizer that throws Unauthorized is 401 on a REST API',
      assumed: '401 Bearer 900901',
      breaks: 'A bad token is 500, which wakes whoever is on call, and clients do not renew.',
      observe: async () => refusalOf(await get(`${demoUrl}/menu`, [['Authorization', 'Bearer x']])),
    },
    {
      id: 'rest-context-in-responses',
      question: 'a gateway response takes header and body from the context of the authorizer',
      assumed: '403 Bearer 900910',
      breaks: 'A refusal says neither why nor which scope is missing (RFC 6750 section 3.1).',
      observe: async () =>
        refusalOf(
          await sendHttp1({ method: 'POST', url: `${demoUrl}/order`, headers: [bearer, ['Content-Type', 'application/json']], body: '{}' }),
        ),
    },
    {
      id: 'rest-unknown-route',
      question: 'a route that is not there is 404 by the gateway response for a missing authentication token',
      assumed: '404',
      breaks: 'Clients take a wrong path for a missing permission.',
      observe: async () => String((await get(`${demoUrl}/nothing`, [bearer])).status),
    },
    {
      id: 'rest-cors-of-refusals',
      question: 'a refusal by API Gateway itself has CORS headers',
      assumed: 'yes',
      breaks: 'Applications in a browser see a network error in place of 401.',
      observe: async () => ((await get(`${demoUrl}/menu`)).headers['access-control-allow-origin'] === undefined ? 'no' : 'yes'),
    },
    {
      id: 'rest-header-limit',
      question: '11,000 bytes of headers are more than a REST API takes',
      assumed: 'refused',
      breaks: 'Nothing: the end-user JWT is held to 4 KiB because of this limit.',
      observe: async () => {
        const { status } = await get(`${demoUrl}/health`, [['X-Long', 'x'.repeat(11_000)]]);
        return status >= 400 ? 'refused' : String(status);
      },
    },
    {
      id: 'lambda-challenge-renamed',
      question: 'WWW-Authenticate of a Lambda proxy is renamed',
      assumed: 'x-amzn-remapped-www-authenticate',
      breaks: 'Nothing: clients read the JSON. Where it comes unrenamed, the page of the token API may say so.',
      observe: async () => {
        const { headers } = await sendForm(tokenUrl, { grant_type: 'client_credentials' }, { id: 'demo-app', secret: 'wrong' });
        return Object.keys(headers).find((name) => name.endsWith('www-authenticate')) ?? 'none';
      },
    },
    {
      id: 'rest-open-route',
      question: 'an open route has no authorizer in its way',
      assumed: '200 yes',
      breaks: 'Open routes ask for a token.',
      observe: async () => {
        const reply = await get(`${demoUrl}/health`);
        return `${reply.status} ${seenBy(reply, 'headers')}`;
      },
    },
  ];
}
