// How API Gateway asks an authorizer and what it remembers: infra/emulator/README.md. The authorizer here answers with
// the number of its call, so that a cached answer can be told from a new one.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { lambdaProxy, restApi } from '../../support/gateway-template.ts';
import { openTestGateway, type TestGateway } from '../../support/local-gateway.ts';

const COUNTING = `
let calls = 0;
export const handler = async (event) => {
  calls++;
  const asked = event.headers?.['X-Policy'];
  const token = event.headers?.Authorization ?? event.authorizationToken;
  if (token === 'throw') throw new Error('boom ' + calls);
  if (token === 'unauthorized') throw new Error('Unauthorized');
  const resource = asked === 'exact' ? event.methodArn : event.methodArn.split('/').slice(0, 2).join('/') + '/*';
  const effect = token === 'deny' ? 'Deny' : 'Allow';
  return { principalId: 'p', context: { calls, arn: event.methodArn }, policyDocument: { Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }] } };
};`;

const BACKEND = `
export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer) });`;

const METHODS = ['/a', '/b'].flatMap((path) =>
  ['GET', 'POST'].map((method) => ({ path, method, integration: lambdaProxy('Backend'), authorized: true })),
);

let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function open(authorizer: object, clock?: () => number): Promise<TestGateway> {
  const resources = restApi(METHODS, authorizer);
  gateway = await openTestGateway(resources, { AuthorizerFunction: COUNTING, Backend: BACKEND }, clock === undefined ? {} : { clock });
  return gateway;
}

const AUTHORIZATION = 'method.request.header.Authorization';
const bearer = (token: string) => [['Authorization', token]] as const;

test('a missing identity source is 401 and the function is not called', async () => {
  const { send } = await open({ IdentitySource: AUTHORIZATION, AuthorizerResultTtlInSeconds: 0 });
  const missing = await send('GET', '/a');
  assert.equal(missing.status, 401);
  assert.deepEqual(missing.json(), { message: 'Unauthorized' });
  assert.equal((await send('GET', '/a', [['Authorization', '']])).status, 401);
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '1');
});

test('a result is kept by identity source for its TTL and not longer', async () => {
  let now = 1_000_000;
  const { send } = await open({ IdentitySource: AUTHORIZATION, AuthorizerResultTtlInSeconds: 60 }, () => now);
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '1');
  now += 59_999;
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '1');
  assert.equal((await send('GET', '/a', bearer('two'))).json().calls, '2');
  now += 1;
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '3');
});

test('the TTL is 300 seconds where the template does not say', async () => {
  let now = 1_000_000;
  const { send } = await open({ IdentitySource: AUTHORIZATION }, () => now);
  await send('GET', '/a', bearer('one'));
  now += 299_999;
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '1');
  now += 1;
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '2');
});

test('a cached context is reused for every route of the key (A69)', async () => {
  const { send } = await open({ IdentitySource: AUTHORIZATION, AuthorizerResultTtlInSeconds: 60 });
  const first = (await send('GET', '/a', bearer('one'))).json();
  assert.deepEqual((await send('POST', '/b', bearer('one'))).json(), first);
});

test('all identity sources are the key: method and path too where they are named', async () => {
  const { send } = await open({ IdentitySource: `${AUTHORIZATION},context.httpMethod,context.path`, AuthorizerResultTtlInSeconds: 60 });
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '1');
  assert.equal((await send('POST', '/a', bearer('one'))).json().calls, '2');
  assert.equal((await send('GET', '/b', bearer('one'))).json().calls, '3');
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '1');
});

test('a cached policy for one method refuses the next with an implicit deny', async () => {
  const { send } = await open({ IdentitySource: AUTHORIZATION, AuthorizerResultTtlInSeconds: 60 });
  assert.equal((await send('GET', '/a', [...bearer('one'), ['X-Policy', 'exact']])).status, 200);
  const refused = await send('GET', '/b', bearer('one'));
  assert.equal(refused.status, 403);
  assert.deepEqual(refused.json(), { message: 'User is not authorized to access this resource' });
});

test('a Deny is kept', async () => {
  const { send, lines } = await open({ IdentitySource: AUTHORIZATION, AuthorizerResultTtlInSeconds: 60 });
  for (let at = 0; at < 3; at++) {
    const refused = await send('GET', '/a', bearer('deny'));
    assert.equal(refused.status, 403);
    assert.deepEqual(refused.json(), { message: 'User is not authorized to access this resource with an explicit deny' });
  }
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '2', lines.join('\n'));
});

test('errors are not kept: the function is called again', async () => {
  const { send } = await open({ IdentitySource: AUTHORIZATION, AuthorizerResultTtlInSeconds: 60 });
  for (let at = 0; at < 2; at++) {
    const failed = await send('GET', '/a', bearer('throw'));
    assert.equal(failed.status, 500);
    assert.deepEqual(failed.json(), { message: null });
    assert.equal((await send('GET', '/a', bearer('unauthorized'))).status, 401);
  }
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '5');
});

test('FlushStageAuthorizersCache forgets everything', async () => {
  const { send, flushCaches } = await open({ IdentitySource: AUTHORIZATION, AuthorizerResultTtlInSeconds: 60 });
  await send('GET', '/a', bearer('one'));
  flushCaches();
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '2');
});

test('a TOKEN authorizer gets the token, and one that does not look right is 401 without a call', async () => {
  const { send } = await open({
    Type: 'TOKEN',
    IdentitySource: AUTHORIZATION,
    IdentityValidationExpression: 'tok-.*',
    AuthorizerResultTtlInSeconds: 0,
  });
  assert.equal((await send('GET', '/a', bearer('other'))).status, 401);
  const passed = (await send('GET', '/a', bearer('tok-1'))).json();
  assert.equal(passed.calls, '1');
});

test('two values of one identity source are another key than either', async () => {
  const { send } = await open({ IdentitySource: AUTHORIZATION, AuthorizerResultTtlInSeconds: 60 });
  assert.equal((await send('GET', '/a', bearer('one'))).json().calls, '1');
  assert.equal((await send('GET', '/a', [...bearer('two'), ...bearer('one')])).json().calls, '2');
});
