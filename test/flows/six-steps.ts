// The main job on the running system, as a newcomer does it by hand.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { attributesOf } from '../../functions/storage/aws/attribute-value.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { runSixSteps } from '../../infra/local/six-steps.ts';
import { askForToken, callApi, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let run: TestRun;
before(async () => {
  run = await startTestRun();
});
after(() => run?.close());

const USERX = `${DEMO.externalUser.username}@${DEMO.tenant}`;
const PUBLISHER = `${DEMO.primaryUser.username}@${DEMO.tenant}`;
const CLAIM = 'http://wso2.org/claims/';

async function tokenOf(username: string, password: string, scope?: string): Promise<string> {
  const reply = await askForToken(run.url, passwordGrant(username, password, scope));
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
  return reply.body.access_token;
}

test('the six steps that npm start prints answer as expected', async () => {
  const printed: string[] = [];
  const results = await runSixSteps(run.url, (text) => printed.push(text));
  assert.deepEqual(
    results.map(({ status }) => status),
    [200, 200, 400, 200, 201, 200],
  );
  assert.equal(printed.length, 6);
  for (const text of printed) {
    assert.match(text, /curl -s/);
    // No whole token on the screen.
    assert.doesNotMatch(text, /gat_[A-Za-z0-9_-]{40}|grt_[A-Za-z0-9_-]{40}|eyJ[A-Za-z0-9_-]{60}/);
  }
});

test('the backend gets a JWT that any JOSE library verifies and that names the user of the secondary store', async () => {
  const token = await tokenOf(USERX, DEMO.externalUser.password, DEMO.scope);
  const { status, body } = await callApi(run.url, `${DEMO.context}/whoami`, token);
  assert.equal(status, 200);
  const assertion = body.headers['x-jwt-assertion'];
  const { payload } = await jwtVerify(assertion, createRemoteJWKSet(new URL(`${run.url}/oauth2/jwks`)), { issuer: run.url });
  assert.deepEqual(payload, body.jwt);
  assert.equal(payload[`${CLAIM}enduser`], `EXTERNAL/${USERX}`);
  assert.equal(payload[`${CLAIM}apicontext`], DEMO.context);
  assert.deepEqual(payload[`${CLAIM}role`], ['customer']);
  assert.equal(payload[`${CLAIM}emailaddress`], 'userx@example.org');
});

test('the user of the primary store is named without a store, and gets no scope that the role does not permit', async () => {
  const reply = await askForToken(run.url, passwordGrant(PUBLISHER, DEMO.primaryUser.password, DEMO.scope), DEMO.jwtClient);
  assert.equal(reply.status, 200);
  assert.equal(reply.body.scope.includes(DEMO.scope), false);
  const token = reply.body.access_token;
  assert.match(token, /^eyJ/);
  const { body } = await callApi(run.url, `${DEMO.context}/whoami`, token);
  assert.equal(body.jwt[`${CLAIM}enduser`], PUBLISHER);
  const order = await callApi(run.url, `${DEMO.context}/order`, token, { method: 'POST', body: '{}' });
  assert.equal(order.status, 403);
  assert.equal(order.body.code, '900910');
  assert.match(order.headers.get('www-authenticate') ?? '', /error="insufficient_scope"/);
});

test('menu takes any token, order needs the scope, health is open', async () => {
  const plain = await tokenOf(USERX, DEMO.externalUser.password);
  assert.equal((await callApi(run.url, `${DEMO.context}/menu`, plain)).status, 200);
  assert.equal((await callApi(run.url, `${DEMO.context}/order`, plain, { method: 'POST', body: '{}' })).status, 403);
  const scoped = await tokenOf(USERX, DEMO.externalUser.password, DEMO.scope);
  assert.equal((await callApi(run.url, `${DEMO.context}/order`, scoped, { method: 'POST', body: '{}' })).status, 201);
  const health = await fetch(`${run.url}${DEMO.context}/health`);
  assert.equal(health.status, 200);
});

test('no token, a wrong one and a revoked one are 401 with a challenge; an unknown route is not', async () => {
  const path = `${DEMO.context}/menu`;
  const none = await fetch(`${run.url}${path}`);
  assert.equal(none.status, 401);
  assert.equal((await none.json()).code, '900901');
  const wrong = await callApi(run.url, path, 'gat_wrong');
  assert.equal(wrong.status, 401);
  assert.equal(wrong.body.code, '900901');
  assert.match(wrong.headers.get('www-authenticate') ?? '', /^Bearer realm=".+", error="invalid_token"$/);
  assert.equal(wrong.headers.get('access-control-allow-origin'), '*');
  const unknown = await callApi(run.url, `${DEMO.context}/nothing`, 'gat_wrong');
  assert.notEqual(unknown.status, 401);
});

test('A72 a client’s own X-JWT-Assertion never reaches the backend, on guarded and open routes', async () => {
  const token = await tokenOf(USERX, DEMO.externalUser.password);
  for (const name of ['X-JWT-Assertion', 'x-jwt-assertion', 'X-Jwt-Assertion']) {
    const guarded = await callApi(run.url, `${DEMO.context}/whoami`, token, { headers: { [name]: 'forged' } });
    assert.doesNotMatch(JSON.stringify(guarded.body), /forged/);
    const open = await fetch(`${run.url}${DEMO.context}/health`, { headers: { [name]: 'forged' } });
    assert.doesNotMatch(await open.text(), /forged/);
  }
});

test('A106 the backend does not get the token, on guarded and open routes', async () => {
  const authorization = `Bearer ${await tokenOf(USERX, DEMO.externalUser.password)}`;
  for (const path of ['/whoami', '/health']) {
    const reply = await fetch(`${run.url}${DEMO.context}${path}`, { headers: { authorization } });
    assert.equal(((await reply.json()) as { headers: Record<string, string> }).headers.authorization, 'none', path);
  }
});

test('A102 the JWT of an API names it, and the backend of another refuses it', async () => {
  const token = await tokenOf(USERX, DEMO.externalUser.password);
  const { body } = await callApi(run.url, `${DEMO.context}/whoami`, token);
  assert.equal(body.jwt.aud, `urn:gatehouse:${DEMO.tenant}:pizzashack`);
});

test('the script that writes the demo entries needs nothing but AWS’s own settings, and leaves what an operator changed', async () => {
  const changed = { tenant: DEMO.tenant, entry: 'role#customer', permissions: ['/permission/pizzashack/order', '/permission/own'] };
  await run.put('Tenants', changed);
  const env = {
    ...process.env,
    AWS_REGION: run.region,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_ENDPOINT_URL_DYNAMODB: run.dynamoDbUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: run.secretsManagerUrl,
  };
  const { apiId, userServiceUrl } = run.demo;
  const script = ['infra/demo/write-demo-entries.ts', '--api-id', apiId, '--user-service-url', userServiceUrl];
  await promisify(execFile)(process.execPath, script, { cwd: ROOT, env });
  const { Item } = await run.dynamoDb.send(
    new GetItemCommand({ TableName: 'Gatehouse-Tenants', Key: attributesOf({ tenant: DEMO.tenant, entry: 'role#customer' }) }),
  );
  assert.deepEqual(Item, attributesOf(changed));
  await tokenOf(USERX, DEMO.externalUser.password);
});
