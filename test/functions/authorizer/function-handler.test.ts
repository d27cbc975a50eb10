// Handlers that a deployment brings along: a Lambda function that a rule names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionInvocation } from '../../../functions/outbound/invoke-function.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { bearer, type CallOptions, openWorld, restRequest } from './authorizer-world.ts';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:who-calls';
const ALICE = {
  outcome: 'authenticated',
  user: { username: 'alice', roles: ['customer'], claims: { team: ['a', 'b'] } },
  clientId: 'demo-app',
};

function openFunctionWorld(
  answer: unknown,
  handlers: readonly string[] = ['oauth2', 'lambda:api-key'],
  rule: Record<string, unknown> = {},
) {
  const invocations: FunctionInvocation[] = [];
  const world = openWorld({
    invokeFunction: async (_dependency, invocation) => {
      invocations.push(invocation);
      if (answer instanceof Error) throw answer;
      return typeof answer === 'string' ? answer : JSON.stringify(answer);
    },
  });
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'handler#api-key', functionArn: ARN });
  world.stores.put('Tenants', { ...world.pizzashack, resources: [{ path: '/menu', handlers, ...rule }, { path: '/*' }] });
  return { world, invocations };
}

const KEY: CallOptions = { headers: { 'X-Api-Key': ['k-1'] } };

test('a function is called with the request, and says who it is', async () => {
  const { world, invocations } = openFunctionWorld(ALICE);
  const outcome = await world.call(restRequest(KEY));
  assert.ok(outcome.status === 200);
  assert.equal(outcome.context.endUser, 'lambda:api-key/alice@my_company');
  const claims = JSON.parse(Buffer.from(String(outcome.context.endUserJwt).split('.')[1] ?? '', 'base64url').toString());
  assert.equal(claims['http://wso2.org/claims/applicationname'], 'Demo');
  assert.deepEqual(claims['http://wso2.org/claims/team'], ['a', 'b']);
  assert.equal(invocations.length, 1);
  assert.equal(invocations[0]?.functionArn, ARN);
  const payload = JSON.parse(invocations[0]?.payload ?? '');
  assert.deepEqual(payload.api, { name: 'pizzashack', context: '/pizzashack/1.0.0' });
  assert.equal(payload.tenant, 'my_company');
  assert.deepEqual(payload.event.multiValueHeaders['X-Api-Key'], ['k-1']);
});

test('roles, scopes and client of the answer meet the same rules as those of a token', async () => {
  const statusOf = async (answer: unknown, rule: Record<string, unknown>) =>
    (await openFunctionWorld(answer, ['lambda:api-key'], rule).world.call(restRequest(KEY))).status;
  assert.equal(await statusOf(ALICE, { permissions: ['/permission/order'] }), 200);
  assert.equal(await statusOf(ALICE, { permissions: ['/permission/admin'] }), 403);
  assert.equal(await statusOf(ALICE, { scopes: ['order:write'] }), 200);
  assert.equal(await statusOf({ ...ALICE, scopes: ['default'] }, { scopes: ['order:write'] }), 403);
  assert.equal(await statusOf({ ...ALICE, scopes: ['order:write'] }, { scopes: ['order:write'] }), 200);
  assert.equal(await statusOf({ outcome: 'authenticated', clientId: 'demo-app' }, {}), 200);
  assert.equal(await statusOf({ ...ALICE, clientId: 'unknown-app' }, {}), 401);
});

test('what it refuses is 401, what it knows nothing of is as if nothing had been sent', async () => {
  for (const [outcome, reason] of [
    ['refused', 'function-refused'],
    ['no-credential', 'no-credential'],
  ]) {
    const { world } = openFunctionWorld({ outcome });
    assert.equal((await world.call(restRequest(KEY))).status, 401);
    assert.equal(world.lines.at(-1)?.fields.reason, reason);
  }
});

test('any other answer, an error, or an entry that is missing is a failure, and never an allow', async () => {
  const answers = [
    ...['', 'true', 'not json', {}, { outcome: 'yes' }, { outcome: 'authenticated' }, { outcome: 'authenticated', user: {} }],
    ...[
      { ...ALICE, user: { username: 'a\u0000b' } },
      { ...ALICE, user: { username: '' } },
      { ...ALICE, scopes: 'order:write' },
      // They stand in the context, which mappings make headers of.
      { ...ALICE, scopes: ['a\r\nX-Admin: 1'] },
      { ...ALICE, scopes: ['default order:write'] },
    ],
    new Unavailable('function', 'timeout'),
  ];
  for (const answer of answers) {
    const { world } = openFunctionWorld(answer);
    assert.equal((await world.call(restRequest(KEY))).status, 500, JSON.stringify(answer));
  }
  const { world } = openFunctionWorld(ALICE);
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'handler#api-key', functionArn: 'not an ARN' });
  assert.equal((await world.call(restRequest(KEY))).status, 500);
  assert.equal(world.lines.at(-1)?.fields.reason, 'no-such-handler');
  const { world: odd } = openFunctionWorld({ ...ALICE, user: { username: 'a\u0000b' } });
  await odd.call(restRequest(KEY));
  assert.equal(odd.lines.at(-1)?.fields.reason, 'bad-username');
});

test('only a rule that names it calls it, and only where no other credential was sent', async () => {
  const { world, invocations } = openFunctionWorld(ALICE);
  assert.equal((await world.call(restRequest({ ...KEY, path: '/pizzashack/1.0.0/other' }))).status, 401, '`all` names no function');
  assert.equal((await world.call(restRequest({ ...KEY, authorization: bearer(await world.issue()) }))).status, 200);
  assert.equal((await world.call(restRequest({ ...KEY, authorization: 'Bearer rubbish' }))).status, 401);
  assert.equal(invocations.length, 0);
});

test('the function is that of the tenant who owns the API, and speaks for that tenant alone', async () => {
  const { world } = openFunctionWorld(ALICE);
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'other' });
  assert.equal((await world.call(restRequest(KEY))).status, 401, 'a client of another tenant');
  assert.equal(world.lines.at(-1)?.fields.reason, 'no-such-client');
});

test('the usage key of the client goes to API Gateway, whoever vouched for the caller', async () => {
  const usageKey = 'usage-key-of-demo-app-0001';
  const { world } = openFunctionWorld(ALICE);
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', usageKey });
  for (const event of [restRequest(KEY), restRequest({ authorization: bearer(await world.issue()) })]) {
    const outcome = await world.call(event);
    assert.ok(outcome.status === 200);
    assert.equal(outcome.result.usageIdentifierKey, usageKey);
  }
  assert.ok(!JSON.stringify(world.lines).includes(usageKey));
});
