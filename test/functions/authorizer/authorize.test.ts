// What the authorizer answers to REST `REQUEST` events, outcome by outcome.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, type CallOptions, NOW_SECONDS, type Outcome, openWorld, restRequest, USERX } from './authorizer-world.ts';

const ORDER: CallOptions = { method: 'POST', path: '/pizzashack/1.0.0/order' };

function code(outcome: Outcome): unknown {
  return 'context' in outcome ? outcome.context.code : undefined;
}

for (const format of ['opaque', 'jwt'] as const) {
  test(`a live ${format} token opens what any token may see, for exactly the method that was asked`, async () => {
    const world = openWorld();
    const event = restRequest({ authorization: bearer(await world.issue({ format })) });
    const outcome = await world.call(event);
    assert.equal(outcome.status, 200);
    assert.deepEqual('result' in outcome && outcome.result.policyDocument, {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }],
    });
    assert.ok('context' in outcome && Object.values(outcome.context).every((value) => typeof value === 'string'));
    assert.partialDeepStrictEqual(outcome, {
      context: { tenant: 'my_company', clientId: 'demo-app', endUser: 'EXTERNAL/userx@my_company', scope: 'default' },
    });
  });

  test(`an expired and a revoked ${format} token are answered like none at all`, async () => {
    const world = openWorld();
    const token = await world.issue({ format, seconds: 10 });
    world.advance(10);
    const expired = await world.call(restRequest({ authorization: bearer(token) }));
    const none = await world.call(restRequest());
    assert.deepEqual(expired, { status: 401, message: 'Unauthorized' });
    assert.deepEqual(none, expired);
    assert.deepEqual(
      world.lines.map(({ fields }) => fields.reason),
      [format === 'jwt' ? 'expired' : 'no-such-grant', 'no-credential'],
    );
  });
}

test('a scope that the rule asks for is needed, and the challenge names it', async () => {
  const world = openWorld();
  const event = restRequest({ ...ORDER, authorization: bearer(await world.issue()) });
  const without = await world.call(event);
  assert.equal(without.status, 403);
  assert.deepEqual('context' in without && without.context, {
    code: '900910',
    message: 'The access token does not allow you to access the requested resource',
    description: 'User is NOT authorized to access the Resource. Scope validation failed.',
    wwwAuthenticate: 'Bearer realm="gatehouse", error="insufficient_scope", scope="order:write"',
    decision: event.requestContext.requestId,
  });
  assert.equal('result' in without && without.result.policyDocument.Statement[0]?.Effect, 'Deny');
  const authorization = bearer(await world.issue({ scopes: ['order:write'] }));
  assert.equal((await world.call(restRequest({ ...ORDER, authorization }))).status, 200);
});

test('a permission that the rule asks for comes from roles of the user, and an application has none', async () => {
  const world = openWorld();
  const event = async (user: typeof USERX | null) =>
    restRequest({
      path: '/pizzashack/1.0.0/order/7',
      resource: '/pizzashack/1.0.0/order/{id}',
      authorization: bearer(await world.issue({ user })),
    });
  assert.equal((await world.call(await event(USERX))).status, 200);
  const stranger = await world.call(await event({ ...USERX, roles: ['guest'] }));
  assert.equal(code(stranger), '900910');
  assert.ok('context' in stranger);
  assert.equal(stranger.context.wwwAuthenticate, 'Bearer realm="gatehouse", error="insufficient_scope"');
  assert.equal(code(await world.call(await event(null))), '900910');
});

test('what no rule names is refused: another method, another path', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  for (const options of [{ method: 'DELETE' }, { path: '/pizzashack/1.0.0/other' }, { path: '/pizzashack/1.0.0/menu/x' }]) {
    assert.equal(code(await world.call(restRequest({ ...options, authorization }))), '900906', JSON.stringify(options));
  }
});

test('an open rule lets anyone in, with any credential or none, and names nobody', async () => {
  const world = openWorld();
  for (const authorization of [null, 'Bearer rubbish', bearer(await world.issue())]) {
    const outcome = await world.call(restRequest({ path: '/pizzashack/1.0.0/health', authorization }));
    assert.equal(outcome.status, 200);
    // Never an empty value: a mapping would let through what the client sent under the same name (A109).
    const nobody = { endUserJwt: 'none', tenant: 'none', clientId: 'none', endUser: 'none', scope: 'none' };
    assert.deepEqual('context' in outcome && outcome.context, nobody);
  }
});

test('an API that no entry names is refused, and the log says which entry to write', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  for (const options of [
    { apiId: 'zzzzzz9999' },
    { stage: 'test' },
    { path: '/elsewhere/1.0.0/menu' },
    { path: '/pizzashack/1.0.01/menu' },
  ]) {
    assert.equal(code(await world.call(restRequest({ ...options, authorization }))), '900906');
    const line = world.lines.at(-1);
    assert.equal(line?.fields.event, undefined, 'the name of the line is its own');
    assert.equal(line?.level, 'WARN');
    assert.equal(line?.fields.reason, 'no-api-entry');
    assert.match(String(line?.fields.expected), /an entry api#<name> with apiId \w+, stage \w+/);
  }
});

test('a tenant that the entry does not let in is refused, one that it lists or `*` is let in', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  world.stores.put('Clients', { clientId: 'other-app', tenant: 'other' });
  const authorization = bearer(await world.issue({ tenant: 'other', clientId: 'other-app', user: { ...USERX, tenant: 'other' } }));
  assert.equal(code(await world.call(restRequest({ authorization }))), '900908');
  for (const tenants of [['other'], '*', ['*']]) {
    world.stores.put('Tenants', { ...world.pizzashack, tenants });
    assert.equal((await world.call(restRequest({ authorization }))).status, 200, JSON.stringify(tenants));
  }
  // The list is whole: an owner that is not on it is not let in by an entry of somebody else, but by its own it is.
  world.stores.put('Tenants', { ...world.pizzashack, tenants: [] });
  assert.equal(code(await world.call(restRequest({ authorization }))), '900908');
});

test('the entry with the longest context decides', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#wide', context: '/pizzashack', resources: [{ path: '/*' }] });
  const authorization = bearer(await world.issue());
  assert.equal(code(await world.call(restRequest({ path: '/pizzashack/1.0.0/other', authorization }))), '900906');
  assert.equal((await world.call(restRequest({ path: '/pizzashack/2.0.0/other', authorization }))).status, 200);
});

test('a wrong entry is not gone round by one of its owner with a shorter context', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  const admin = {
    ...world.pizzashack,
    entry: 'api#admin',
    context: '/pizzashack/1.0.0/admin',
    resources: [{ path: '/*', scopes: ['order:write'] }],
  };
  world.stores.put('Tenants', { ...world.pizzashack, resources: [{ path: '/*' }] });
  world.stores.put('Tenants', admin);
  const statusOf = async (path: string) => (await world.call(restRequest({ path, authorization }))).status;
  assert.equal(await statusOf('/pizzashack/1.0.0/admin/users'), 403);
  world.stores.put('Tenants', { ...admin, resources: [{ path: '/*', methods: ['get'], scopes: ['order:write'] }] });
  assert.equal(await statusOf('/pizzashack/1.0.0/admin/users'), 403, 'written wrong');
  assert.equal(await statusOf('/pizzashack/1.0.0/admin'), 403);
  assert.equal(await statusOf('/pizzashack/1.0.0/administration'), 200, 'what lies beside it is not touched');
  world.stores.put('Tenants', { ...admin, tenant: 'other', methods: 'wrong', resources: 'wrong' });
  world.stores.remove('Tenants', { tenant: 'my_company', entry: 'api#admin' });
  assert.equal(await statusOf('/pizzashack/1.0.0/admin/users'), 200, 'a wrong entry of another tenant harms itself alone');
});

test('a path that can be read in two ways, or would be a wildcard in a policy, is refused before anything is looked up', async () => {
  for (const [path, reason] of [
    ['/pizzashack/1.0.0//menu', 'ambiguous-path'],
    ['/pizzashack/1.0.0/../1.0.0/menu', 'ambiguous-path'],
    ['/pizzashack/1.0.0/%6Denu', 'ambiguous-path'],
  ] as const) {
    const world = openWorld();
    const outcome = await world.call(restRequest({ path, authorization: bearer(await world.issue()) }));
    assert.deepEqual([code(outcome), world.lines.at(-1)?.fields.reason], ['900906', reason], path);
  }
  const world = openWorld();
  const event = restRequest({ authorization: bearer(await world.issue()) });
  for (const wildcard of ['*', '?', '$' + '{aws:username}']) {
    const outcome = await world.call({ ...event, methodArn: `${event.methodArn}${wildcard}` });
    assert.deepEqual([code(outcome), world.lines.at(-1)?.fields.reason], ['900906', 'unsafe-resource'], wildcard);
  }
});

test('an API that asks for a subscription refuses clients without one', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, requireSubscription: true });
  const authorization = bearer(await world.issue());
  assert.equal(code(await world.call(restRequest({ authorization }))), '900908');
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', subscriptions: { pizzashack: 'Gold' } });
  assert.equal((await world.call(restRequest({ authorization }))).status, 200);
});

test('a suspended tenant, client or owner of the API is refused', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', status: 'suspended' });
  assert.equal((await world.call(restRequest({ authorization }))).status, 401);
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company' });
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', status: 'suspended' });
  assert.equal((await world.call(restRequest({ authorization }))).status, 401);
  world.stores.put('Tenants', { ...world.pizzashack, tenants: '*' });
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  world.stores.put('Clients', { clientId: 'other-app', tenant: 'other' });
  const theirs = bearer(await world.issue({ tenant: 'other', clientId: 'other-app', user: { ...USERX, tenant: 'other' } }));
  assert.equal(code(await world.call(restRequest({ authorization: theirs }))), '900908');
});

test('a store or a key that does not answer is a failure that says nothing, never an allow', async () => {
  for (const part of ['Tenants', 'Clients', 'Tokens', 'signingKeys'] as const) {
    for (const format of ['opaque', 'jwt'] as const) {
      const world = openWorld();
      const authorization = bearer(await world.issue({ format }));
      world.stores.failing.add(part);
      const outcome = await world.call(restRequest({ authorization }));
      assert.deepEqual(outcome, { status: 500, message: 'The authorizer can not decide.' }, `${part} ${format}`);
      assert.equal(world.lines.at(-1)?.fields.outcome, 'outage');
      assert.equal(world.lines.at(-1)?.fields.dependency, part === 'signingKeys' ? 'secrets-manager' : 'dynamodb');
    }
  }
});

test('an Allow for a token that ends before its answer would says until when it holds, and what is said afterwards', async () => {
  for (const format of ['opaque', 'jwt'] as const) {
    for (const [seconds, isBound] of [
      [10, true],
      [59, true],
      [60, false],
      [3600, false],
    ] as const) {
      const world = openWorld({ cacheSeconds: 60 });
      const outcome = await world.call(restRequest({ authorization: bearer(await world.issue({ format, seconds })) }));
      assert.ok(outcome.status === 200);
      const [statement] = outcome.result.policyDocument.Statement;
      const end = new Date((NOW_SECONDS + seconds) * 1000).toISOString().replace('.000', '');
      assert.deepEqual(statement?.Condition, isBound ? { DateLessThanIfExists: { 'aws:CurrentTime': end } } : undefined, `${seconds}`);
      // API Gateway makes its 403 of the same context.
      assert.equal(outcome.context.code, isBound ? '900901' : undefined);
      assert.equal(outcome.context.wwwAuthenticate, isBound ? 'Bearer realm="gatehouse", error="invalid_token"' : undefined);
      assert.notEqual(outcome.context.endUserJwt, 'none');
    }
  }
});

test('an event that API Gateway does not send is a failure', async () => {
  const world = openWorld();
  for (const event of [null, 'x', {}, { type: 'REQUEST' }, { ...restRequest(), requestContext: {} }, { ...restRequest(), path: 7 }]) {
    assert.equal((await world.call(event)).status, 500);
  }
});
