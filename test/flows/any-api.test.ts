// APIs of every kind on this machine, in front of backends of every type: their rules come from their routes, and the first
// call works with no entry written by anybody.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { decodeJwt } from 'jose';
import { plainItem } from '../../functions/storage/aws/attribute-value.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { askForToken, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';
import { testDiscovery } from './discovery.ts';

let run: TestRun;
let user: string;
let other: string;
const backend = createServer((request, response) => response.end(JSON.stringify({ path: request.url, headers: request.headers })));

before(async () => {
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const { port } = backend.address() as AddressInfo;
  run = await startTestRun({ app: 'test/support/any-api-app.ts', context: { backend: `http://127.0.0.1:${port}` } });
  const login = async (form: Record<string, string>) => (await askForToken(run.url, form, DEMO.opaqueClient)).body.access_token as string;
  user = await login(passwordGrant('userx@my_company', 'mypass', 'order:write openid'));
  other = await login(passwordGrant('publisher@my_company', 'publisher-pass', 'openid'));
});
after(async () => {
  await run?.close();
  backend.close();
});

testDiscovery(() => run);

/** Of one API alone, at its own address. */
async function call(api: string, route: string, token?: string, body?: string) {
  const [method = 'GET', path = '/'] = route.split(' ');
  const id = run.outputs[`${api}Id`];
  const address = run.apis.find(({ apiId }) => apiId === id)?.url;
  const headers = {
    'x-jwt-assertion': 'forged',
    'x-other': 'own',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const reply = await fetch(`${address}${path}`, { method, headers, ...(body !== undefined && { body }) });
  const text = await reply.text();
  return { status: reply.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

const endUserOf = (jwt: unknown): unknown => decodeJwt(String(jwt))['http://wso2.org/claims/enduser'];
const NAME = 'EXTERNAL/userx@my_company';

test('the root, a variable as first segment and a greedy route of every method reach an HTTP backend with our JWT', async () => {
  for (const route of ['GET /', 'POST /acme/orders', 'DELETE /any/thing/else', 'PUT /one', 'GET /linked']) {
    const { status, body } = await call('Rest', route, user, route.startsWith('P') ? '{}' : undefined);
    assert.equal(status, 200, route);
    assert.equal(endUserOf(body.headers['x-jwt-assertion']), NAME, route);
    assert.equal(body.headers.authorization, 'none', route);
    assert.equal((await call('Rest', route)).status, 401, route);
  }
});

test('the rule of the more specific route decides, and an open one lets anybody in with no JWT', async () => {
  assert.equal((await call('Rest', 'POST /acme/orders', other, '{}')).status, 403);
  assert.equal((await call('Rest', 'POST /acme/invoices', other, '{}')).status, 200);
  const open = await call('Rest', 'GET /health');
  assert.deepEqual([open.status, open.body.headers['x-jwt-assertion']], [200, 'none']);
});

test('a function reads the JWT from the context, behind a proxy and behind a mapping template', async () => {
  assert.equal(endUserOf((await call('Rest', 'GET /acme/orders', user)).body.jwt), NAME);
  const { status, body } = await call('Rest', 'POST /custom', user, '{"name":"x","jwt":"forged"}');
  assert.equal(status, 200);
  assert.equal(endUserOf(body.got.jwt), NAME);
  assert.equal(body.got.name, 'x');
});

test('an integration that is no proxy hands on what it maps, and nothing else of the client’s', async () => {
  const { status, body } = await call('Rest', 'POST /mapped', user, '{"a":1}');
  assert.equal(status, 200);
  assert.equal(endUserOf(body.headers['x-jwt-assertion']), NAME);
  assert.equal(body.headers['x-other'], undefined);
  assert.equal((await call('Rest', 'GET /mock', user)).status, 200);
  assert.equal((await call('Rest', 'GET /mock')).status, 401);
});

test('what nothing here stands in for is refused by 501, after the authorizer, and never let through', async () => {
  const queue = await call('Rest', 'POST /queue', user, '{}');
  assert.deepEqual(
    [queue.status, queue.body.message],
    [501, 'Not run on this machine: nothing here stands in for sqs, which this route calls'],
  );
  assert.equal((await call('Rest', 'POST /queue', undefined, '{}')).status, 401);
  const admin = await call('Rest', 'GET /admin', user);
  assert.deepEqual([admin.status, admin.body.message], [501, 'Not run on this machine: authorization of type AWS_IAM is not checked here']);
  assert.ok(run.lines.some((line) => line.includes('WebSocket APIs are not run here')));
});

test('LambdaRestApi, an OpenAPI document and an imported API', async () => {
  for (const route of ['GET /', 'POST /a/b']) {
    assert.equal(endUserOf((await call('Whole', route, user)).body.jwt), NAME, route);
    assert.equal((await call('Whole', route, other)).status, 403, route);
  }
  assert.equal(endUserOf((await call('Spec', 'GET /order/7', user)).body.headers['x-jwt-assertion']), NAME);
  assert.equal((await call('Spec', 'GET /order/7', other)).status, 403);
  const refused = await call('Spec', 'GET /order/7');
  assert.deepEqual([refused.status, refused.body.code], [401, '900901']);
  assert.equal((await call('Spec', 'GET /health')).body.headers['x-jwt-assertion'], 'none');
  assert.equal((await call('Spec', 'GET /nothing', user)).status, 404);
  assert.equal(endUserOf((await call('Imported', 'GET /order', other)).body.headers['x-jwt-assertion']), 'publisher@my_company');
});

test('an HTTP API: $default, a variable as first segment, an open route, and one that moved in', async () => {
  assert.equal(endUserOf((await call('Http', 'PATCH /whatever/comes', user, '{}')).body.headers['x-jwt-assertion']), NAME);
  assert.equal((await call('Http', 'GET /whatever/comes', other)).status, 403);
  assert.equal(endUserOf((await call('Http', 'GET /acme/orders', other)).body.jwt), 'publisher@my_company');
  assert.equal((await call('Http', 'GET /health')).body.headers['x-jwt-assertion'], 'none');
  assert.equal(endUserOf((await call('Http', 'GET /moved', other)).body.jwt), 'publisher@my_company');
  assert.equal((await call('Http', 'GET /moved')).status, 401);
});

test('the entries are there, each with the mark of its stack', async () => {
  for (const name of ['rest', 'whole', 'spec', 'imported', 'http', 'chat']) {
    const { Item } = await run.dynamoDb.send(
      new GetItemCommand({ TableName: 'Gatehouse-Tenants', Key: { tenant: { S: 'my_company' }, entry: { S: `api#${name}` } } }),
    );
    const entry = plainItem(Item ?? {});
    assert.ok(Array.isArray(entry.resources) && entry.resources.length > 0, name);
    assert.match((entry['x-gatehouse-deployment'] as { readonly by: string }).by, /:stack\/Apis\//, name);
  }
});
