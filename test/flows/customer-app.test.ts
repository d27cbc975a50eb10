// Another CDK app on the running system: the construct's authorizer in front of an HTTP API, over HTTP/1.1 and HTTP/2,
// with the end-user JWT at the backend, refusals as on REST APIs, and A72; and a function of the app as userstore.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { type EchoBackend, openEchoBackend } from '../support/echo-backend.ts';
import { eventually } from '../support/eventually.ts';
import { type Reply, send, sendHttp2 } from '../support/http-clients.ts';
import { askForToken, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';
import { testOnboarding } from './onboard-and-leave.ts';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:people-store';

let backend: EchoBackend;
let run: TestRun;
let port: number;

before(async () => {
  backend = await openEchoBackend();
  run = await startTestRun({ app: 'test/support/customer-app.ts', context: { backend: backend.url } });
  port = Number(new URL(run.url).port);
  const resources = [
    { path: '/echo', methods: ['GET'] },
    { path: '/order', methods: ['POST'], scopes: [DEMO.scope] },
  ];
  const entry = {
    tenant: DEMO.tenant,
    entry: 'api#shop',
    apiId: run.outputs.ShopApiId,
    stage: '$default',
    context: '/shop/1.0.0',
    resources,
  };
  await run.put('Tenants', entry);
  await run.put('Tenants', {
    tenant: DEMO.tenant,
    entry: 'api#desk',
    apiId: run.outputs.DeskApiId,
    stage: 'prod',
    context: '/desk/1.0.0',
    resources: [{ path: '/echo', handlers: ['oauth2', 'basic'] }],
  });
  // Before the first login: what a function knows of a tenant is seconds old, and failed logins are counted.
  const people = { type: 'lambda', priority: 20, functionArn: FUNCTION_ARN, roles: 'response.roles' };
  await run.put('Tenants', { tenant: DEMO.tenant, entry: 'userstore#PEOPLE', ...people });
});
after(async () => {
  await run?.close();
  await backend?.close();
});

async function tokenOf(user: { username: string; password: string }, scope?: string): Promise<string> {
  const { body } = await askForToken(run.url, passwordGrant(`${user.username}@${DEMO.tenant}`, user.password, scope));
  return body.access_token;
}

const seen = (reply: Reply): string[] =>
  reply.json().headers.flatMap(([name, value]: [string, string]) => (name.toLowerCase() === 'x-jwt-assertion' ? [value] : []));

for (const [protocol, sender] of [
  ['HTTP/1.1', send],
  ['HTTP/2', sendHttp2],
] as const) {
  test(`HTTP API over ${protocol}: the backend gets a JWT that jose verifies, and never the client’s own (A72)`, async () => {
    const authorization = ['Authorization', `Bearer ${await tokenOf(DEMO.externalUser)}`] as const;
    for (const name of ['X-JWT-Assertion', 'x-jwt-assertion', 'X-Jwt-Assertion']) {
      const reply = await eventually(10, async () => {
        const answer = await sender(port, 'GET', '/shop/1.0.0/echo', [authorization, [name, 'forged'], [name, 'again']]);
        assert.equal(answer.status, 200, answer.text);
        return answer;
      });
      const [assertion = '', ...others] = seen(reply);
      assert.deepEqual(others, []);
      const { payload } = await jwtVerify(assertion, createRemoteJWKSet(new URL(`${run.url}/oauth2/jwks`)), { issuer: run.url });
      assert.equal(payload['http://wso2.org/claims/enduser'], `EXTERNAL/userx@${DEMO.tenant}`);
      assert.equal(payload['http://wso2.org/claims/apiname'], 'shop');
      const open = await sender(port, 'GET', '/shop/1.0.0/health', [[name, 'forged']]);
      assert.deepEqual(seen(open), ['none']);
    }
  });
}

test('refusals have the status codes that AWS documents for HTTP APIs, with API Gateway’s own bodies', async () => {
  const path = '/shop/1.0.0/order';
  const bearer = (token: string) => [['Authorization', `Bearer ${token}`] as const];
  const none = await send(port, 'POST', path);
  assert.deepEqual([none.status, none.json()], [401, { message: 'Unauthorized' }]);
  const bad = await send(port, 'POST', path, bearer('gat_wrong'));
  assert.deepEqual([bad.status, bad.json()], [403, { message: 'Forbidden' }]);
  const scoped = await send(port, 'POST', path, bearer(await tokenOf(DEMO.externalUser, DEMO.scope)));
  assert.equal(scoped.status, 200, scoped.text);
  const unscoped = await send(port, 'POST', path, bearer(await tokenOf(DEMO.externalUser)));
  assert.deepEqual([unscoped.status, unscoped.json()], [403, { message: 'Forbidden' }]);
  assert.equal((await send(port, 'GET', '/shop/1.0.0/nothing')).status, 404);
  // The REST APIs on the same port are what they were.
  assert.equal((await send(port, 'GET', `${DEMO.context}/menu`)).status, 401);
});

const received = (reply: Reply, name: string): string[] =>
  reply.json().headers.flatMap(([candidate, value]: [string, string]) => (candidate.toLowerCase() === name ? [value] : []));

for (const [protocol, sender] of [
  ['HTTP/1.1', send],
  ['HTTP/2', sendHttp2],
] as const) {
  test(`A106 a REST API over ${protocol}: a password opens it and ends at the gateway, unless the route hands it on`, async () => {
    const password = `Basic ${Buffer.from(`${DEMO.externalUser.username}@${DEMO.tenant}:${DEMO.externalUser.password}`).toString('base64')}`;
    const token = `Bearer ${await tokenOf(DEMO.externalUser)}`;
    for (const authorization of [password, token]) {
      const kept = await sender(port, 'POST', '/desk/1.0.0/echo', [['authorization', authorization]]);
      assert.equal(kept.status, 200, kept.text);
      assert.deepEqual(received(kept, 'authorization'), ['none']);
      const forwarded = await sender(port, 'GET', '/desk/1.0.0/echo', [['Authorization', authorization]]);
      assert.deepEqual(received(forwarded, 'authorization'), [authorization]);
    }
  });

  test(`A109 a REST API over ${protocol}: the backend hears of no other method than the one that was judged`, async () => {
    const headers = [
      ['Authorization', `Bearer ${await tokenOf(DEMO.externalUser)}`],
      ['X-HTTP-Method-Override', 'DELETE'],
      ['x-http-method', 'DELETE'],
      ['X-METHOD-OVERRIDE', 'DELETE'],
    ] as const;
    const reply = await sender(port, 'POST', '/desk/1.0.0/echo', [...headers]);
    assert.deepEqual(
      ['x-http-method-override', 'x-http-method', 'x-method-override'].map((name) => received(reply, name)),
      [['POST'], ['POST'], ['POST']],
    );
  });
}

test('an API whose routes take passwords invites one beside a token', async () => {
  const reply = await send(port, 'POST', '/desk/1.0.0/echo');
  assert.equal(reply.status, 401);
  assert.deepEqual(reply.all('www-authenticate'), [
    'Bearer realm="gatehouse", error="invalid_token", Basic realm="gatehouse", charset="UTF-8"',
  ]);
});

test('a revoked token is refused once the cache’s two seconds are over, on REST and HTTP APIs', async () => {
  const token = await tokenOf(DEMO.externalUser);
  const paths = [`${DEMO.context}/whoami`, '/shop/1.0.0/echo'];
  const statuses = () =>
    Promise.all(paths.map(async (path) => (await send(port, 'GET', path, [['Authorization', `Bearer ${token}`]])).status));
  assert.deepEqual(await statuses(), [200, 200]);
  const form = new URLSearchParams({ token, client_id: DEMO.opaqueClient.id, client_secret: DEMO.opaqueClient.secret });
  assert.equal((await fetch(`${run.url}/oauth2/revoke`, { method: 'POST', body: form })).status, 200);
  // The rest of the ten seconds is for a slow machine.
  await eventually(10, async () => assert.deepEqual(await statuses(), [401, 403]));
});

test('a function of the app is a userstore: its user gets a token, and the role that the function says', async () => {
  const grace = await askForToken(run.url, passwordGrant(`grace@${DEMO.tenant}`, 'hopper', DEMO.scope));
  assert.equal(grace.status, 200, JSON.stringify(grace.body));
  assert.equal(grace.body.scope, DEMO.scope);
  const wrong = await askForToken(run.url, passwordGrant(`PEOPLE/grace@${DEMO.tenant}`, 'wrong'));
  assert.deepEqual([wrong.status, wrong.body.error], [400, 'invalid_grant']);
});

test('the AWS SDK invokes functions of the stack', async () => {
  const client = new LambdaClient({
    region: run.region,
    endpoint: run.lambdaUrl,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const invoke = (FunctionName: string, payload: object) =>
    client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(payload)) }));
  const { StatusCode, Payload } = await invoke('people-store', { credentials: { username: 'x', password: 'y' } });
  assert.equal(StatusCode, 200);
  assert.deepEqual(JSON.parse(Buffer.from(Payload ?? []).toString()), { response: { status: 'false' } });
  assert.equal((await invoke('people-store', {})).FunctionError, 'Unhandled');
  await assert.rejects(invoke('nobody', {}), { name: 'ResourceNotFoundException' });
  client.destroy();
});

testOnboarding(() => run);
