// Counted tiers and an own handler on the running system: 429 as the template says it, and a caller whom a function of
// the app vouched for.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { type EchoBackend, openEchoBackend } from '../support/echo-backend.ts';
import { eventually } from '../support/eventually.ts';
import { type Reply, send } from '../support/http-clients.ts';
import { askForToken, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';

const CLIENT = { id: 'counted-app', secret: 'counted-app-secret' } as const;

let backend: EchoBackend;
let run: TestRun;

before(async () => {
  backend = await openEchoBackend();
  run = await startTestRun({ app: 'test/support/counted-app.ts', context: { backend: backend.url } });
  // A window of a day: no test runs into the next.
  await run.put('Tenants', { tenant: DEMO.tenant, entry: 'tier#Three', requests: 3, seconds: 86_400 });
  await run.put('Clients', {
    clientId: CLIENT.id,
    tenant: DEMO.tenant,
    secrets: [{ sha256: createHash('sha256').update(CLIENT.secret).digest('hex') }],
    grantTypes: ['password'],
    applicationTier: 'Three',
  });
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:who-calls';
  await run.put('Tenants', { tenant: DEMO.tenant, entry: 'handler#key', functionArn });
  await run.put('Tenants', {
    tenant: DEMO.tenant,
    entry: 'api#counted',
    apiId: run.outputs.CountedApiId,
    stage: 'prod',
    context: '/counted/1.0.0',
    countTiers: true,
    resources: [{ path: '/echo', methods: ['GET'], handlers: ['oauth2', 'lambda:key'] }],
  });
});
after(async () => {
  await run?.close();
  await backend?.close();
});

const get = (authorization: string): Promise<Reply> =>
  send(Number(new URL(run.url).port), 'GET', '/counted/1.0.0/echo', [['Authorization', authorization]]);

test('a function of the app says who calls, and the backend reads it in the JWT', async () => {
  const reply = await eventually(20, async () => {
    const answer = await get('Key k-1');
    assert.equal(answer.status, 200, answer.text);
    return answer;
  });
  const [, jwt = ''] = reply.json().headers.find(([name]: [string, string]) => name.toLowerCase() === 'x-jwt-assertion') ?? [];
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
  assert.equal(claims['http://wso2.org/claims/enduser'], `lambda:key/machine@${DEMO.tenant}`);
  assert.equal((await get('Key k-2')).status, 401);
  assert.equal((await get('Other k-1')).status, 401);
});

test('a tier that is used up is 429 with Retry-After and body 900803, and exactly so many come through', async () => {
  const username = `${DEMO.externalUser.username}@${DEMO.tenant}`;
  const token = await eventually(20, async () => {
    const { status, body } = await askForToken(run.url, passwordGrant(username, DEMO.externalUser.password), CLIENT);
    assert.equal(status, 200, JSON.stringify(body));
    return String(body.access_token);
  });
  const replies = await Promise.all(Array.from({ length: 8 }, () => get(`Bearer ${token}`)));
  assert.equal(replies.filter(({ status }) => status === 200).length, 3);
  const over = replies.filter(({ status }) => status === 429);
  assert.equal(over.length, 5, replies.map(({ status }) => status).join());
  for (const reply of over) {
    assert.deepEqual(reply.json(), { code: '900803', message: 'Message throttled out', description: 'You have exceeded your quota.' });
    assert.deepEqual(reply.all('Retry-After'), ['60']);
  }
});
