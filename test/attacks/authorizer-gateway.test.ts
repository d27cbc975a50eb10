// Attacks on gateway and authorizer (reference rows A61, A66-A73, A77, A78, A80, A82, A83), against REST events.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, type Outcome, openWorld, restRequest, USERX } from '../functions/authorizer/authorizer-world.ts';

const code = (outcome: Outcome): unknown => ('context' in outcome ? outcome.context.code : outcome.status);

test('A61 no token, path, query or header shows in a log line', async () => {
  const world = openWorld();
  const token = await world.issue();
  const events = [
    restRequest({ authorization: bearer(token) }),
    restRequest({ authorization: bearer(`${token}x`) }),
    restRequest({ authorization: 'Basic dXNlcng6bXlwYXNz' }),
    restRequest({ authorization: [bearer(token), 'Bearer second-secret'] }),
    restRequest({
      path: '/pizzashack/1.0.0/files/secret-name',
      resource: '/pizzashack/1.0.0/files/{proxy+}',
      authorization: bearer(token),
    }),
    restRequest({ apiId: 'zzzzzz9999', path: '/secret-name', authorization: bearer(token) }),
  ];
  for (const event of events) await world.call({ ...event, queryStringParameters: { access_token: 'query-secret' } });
  world.stores.failing.add('Tokens');
  await world.call(restRequest({ authorization: bearer(token) }));
  const log = JSON.stringify(world.lines);
  for (const secret of [token.slice(26), 'dXNlcng6bXlwYXNz', 'second-secret', 'secret-name', 'query-secret', 'curl/8.5.0']) {
    assert.ok(!log.includes(secret), secret);
  }
  assert.equal(world.lines.length, events.length + 1);
});

test('A66 rules are asked anew for every request, whatever was decided for the same token before', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue({ format: 'jwt', scopes: ['order:write'] }));
  const order = restRequest({ method: 'POST', path: '/pizzashack/1.0.0/order', authorization });
  assert.equal((await world.call(order)).status, 200);
  const [menu, ...rules] = world.pizzashack.resources;
  assert.ok(menu !== undefined && rules.length > 0);
  world.stores.put('Tenants', {
    ...world.pizzashack,
    resources: [{ path: '/order', methods: ['POST'], scopes: ['order:write', 'order:admin'] }],
  });
  assert.equal(code(await world.call(order)), '900910');
  world.stores.put('Tenants', { ...world.pizzashack, resources: [menu] });
  assert.equal(code(await world.call(order)), '900906');
});

test('A67 a token that begins like a good one is another token', async () => {
  const world = openWorld();
  for (const format of ['opaque', 'jwt'] as const) {
    const token = await world.issue({ format });
    assert.equal((await world.call(restRequest({ authorization: bearer(token) }))).status, 200);
    for (const other of [`${token}A`, token.slice(0, -1), `${token.slice(0, -6)}AAAAAA`, `${token} `, token.toLowerCase()]) {
      assert.equal((await world.call(restRequest({ authorization: bearer(other) }))).status, 401, format);
    }
  }
});

test('A68 text of the request never widens a policy', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  const resource = '/pizzashack/1.0.0/files/{name}';
  for (const name of ['*', 'a*', '?', 'a?b', '%2a', '%2A', '%3f', `${'{'}aws:username}`]) {
    const outcome = await world.call(restRequest({ path: `/pizzashack/1.0.0/files/${name}`, resource, authorization }));
    assert.equal(code(outcome), '900906', name);
    assert.ok('result' in outcome);
    for (const statement of outcome.result.policyDocument.Statement) {
      assert.equal(statement.Effect, 'Deny');
      const { Resource } = statement as { Resource: string };
      assert.ok(Resource.length <= 512);
      assert.ok(!/[*?$]/.test(Resource) || Resource === 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/*', Resource);
    }
  }
});

test('A68 a path that is too long for a policy is named by its rule, and by nothing that the client sent', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  const allowed = new Set<unknown>();
  for (const name of ['x'.repeat(500), `a/${'y'.repeat(500)}`, `${'z'.repeat(450)}/.../a`]) {
    const path = `/pizzashack/1.0.0/files/${name}`;
    const outcome = await world.call(restRequest({ path, resource: '/pizzashack/1.0.0/files/{name+}', authorization }));
    assert.ok(outcome.status === 200);
    allowed.add(JSON.stringify(outcome.result.policyDocument.Statement));
  }
  const Resource = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/pizzashack/1.0.0/files/*';
  assert.deepEqual([...allowed], [JSON.stringify([{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource }])]);
});

test('A69 the end-user JWT of one API is never handed out for another', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#burger', context: '/burger/2.0.0' });
  const authorization = bearer(await world.issue({ format: 'jwt' }));
  const contexts: unknown[] = [];
  for (const path of ['/pizzashack/1.0.0/menu', '/burger/2.0.0/menu', '/pizzashack/1.0.0/menu']) {
    const outcome = await world.call(restRequest({ path, authorization }));
    assert.ok('context' in outcome);
    const payload = String(outcome.context.endUserJwt).split('.')[1] ?? '';
    contexts.push(JSON.parse(Buffer.from(payload, 'base64url').toString())['http://wso2.org/claims/apicontext']);
  }
  assert.deepEqual(contexts, ['/pizzashack/1.0.0', '/burger/2.0.0', '/pizzashack/1.0.0']);
});

test('A70 a path that can be read in two ways is refused', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, resources: [{ path: '/*' }] });
  const authorization = bearer(await world.issue());
  const rests = ['a', 'a/b', 'caf%C3%A9', 'a.b', 'a%20b', '...', '~x', 'café'];
  const ambiguous = [
    ...[
      '/a',
      'a//b',
      'a/',
      './a',
      '../a',
      'a/..',
      'a/../b',
      '%2e%2e/a',
      '.%2e/a',
      'a%2fb',
      'a%2Fb',
      'a%5cb',
      'a\\b',
      'a;x=1',
      'a%3bx',
      'a/..;/b',
    ],
    ...[
      'a%00',
      'a%0a',
      'a\u0000',
      'a\nb',
      'a%',
      'a%2',
      'a%zz',
      '%61dmin',
      'a%252fb',
      'a%c0%afb',
      'a%fa',
      'a%EF%BC%8Fb',
      'a#b',
      'a?b',
      'a\u0085',
      'a／b',
      'a．．',
      '\ud800',
    ],
  ];
  for (const resource of ['/pizzashack/1.0.0/{proxy+}', '/{proxy+}']) {
    for (const rest of rests) {
      const outcome = await world.call(restRequest({ path: `/pizzashack/1.0.0/${rest}`, resource, authorization }));
      assert.equal(outcome.status, 200, rest);
    }
    for (const rest of ambiguous) {
      const outcome = await world.call(restRequest({ path: `/pizzashack/1.0.0/${rest}`, resource, authorization }));
      assert.equal(code(outcome), '900906', JSON.stringify(rest));
    }
  }
});

test('A70 a path that is no instance of the resource that API Gateway chose is refused', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  for (const resource of ['/pizzashack/1.0.0/order', '/pizzashack/1.0.0/menu/{proxy+}', '/pizzashack/{v}', '/', '/PIZZASHACK/1.0.0/menu']) {
    assert.equal(code(await world.call(restRequest({ resource, authorization }))), '900906', resource);
  }
  // A custom domain puts its base path before the path, but not into the ARN.
  const event = restRequest({ authorization });
  assert.equal((await world.call({ ...event, path: `/base${event.path}` })).status, 200);
  assert.equal(code(await world.call({ ...event, path: `/base//pizzashack/1.0.0/order` })), '900906');
});

test('A71 methods are exact, and no header changes them', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  for (const method of ['HEAD', 'OPTIONS', 'get', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT']) {
    const headers = { 'X-HTTP-Method-Override': ['GET'], 'X-Method-Override': ['GET'] };
    assert.equal(code(await world.call(restRequest({ method, headers, authorization }))), '900906', method);
  }
});

test('A72 a JWT that the client sends never becomes the one in the context', async () => {
  const world = openWorld();
  const spoofed = 'eyJhbGciOiJub25lIn0.e30.';
  const headers = { 'X-JWT-Assertion': [spoofed], 'x-jwt-assertion': [spoofed], X_JWT_Assertion: [spoofed] };
  const known = await world.call(restRequest({ headers, authorization: bearer(await world.issue()) }));
  const open = await world.call(restRequest({ path: '/pizzashack/1.0.0/health', headers }));
  assert.ok(known.status === 200 && open.status === 200);
  assert.notEqual(known.context.endUserJwt, spoofed);
  assert.equal(known.context.endUserJwt?.toString().split('.').length, 3);
  // What is mapped takes the place of what the client sent.
  assert.equal(open.context.endUserJwt, 'none');
});

test('A109 no value of a context is empty, whoever calls: an empty one may replace nothing that the client sent', async () => {
  const world = openWorld();
  const callers = [
    restRequest({ path: '/pizzashack/1.0.0/health' }),
    restRequest({ authorization: bearer(await world.issue({ user: null })) }),
    restRequest({ authorization: bearer(await world.issue({ scopes: [] })) }),
    restRequest({ authorization: bearer(await world.issue()) }),
  ];
  for (const event of callers) {
    const outcome = await world.call(event);
    assert.ok(outcome.status === 200);
    for (const [name, value] of Object.entries(outcome.context)) assert.ok(typeof value === 'string' && value !== '', name);
  }
});

test('A73 the address is that of the connection', async () => {
  const world = openWorld();
  const headers = { 'X-Forwarded-For': ['203.0.113.9'], Forwarded: ['for=203.0.113.9'], 'X-Real-IP': ['203.0.113.9'] };
  await world.call(restRequest({ headers }));
  assert.equal(world.lines.at(-1)?.fields.sourceAddress, '192.0.2.7');
});

test('A77 a subscription that was taken away is missed at the next check', async () => {
  const world = openWorld();
  const client = { clientId: 'demo-app', tenant: 'my_company' };
  world.stores.put('Tenants', { ...world.pizzashack, requireSubscription: true });
  world.stores.put('Clients', { ...client, subscriptions: { pizzashack: 'Gold' } });
  const authorization = bearer(await world.issue({ format: 'jwt' }));
  assert.equal((await world.call(restRequest({ authorization }))).status, 200);
  world.stores.put('Clients', { ...client, subscriptions: { other: 'Gold' } });
  assert.equal(code(await world.call(restRequest({ authorization }))), '900908');
});

test('A78 a token whose revocation can not be checked is no good token, however often it was good before', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue({ format: 'jwt' }));
  assert.equal((await world.call(restRequest({ authorization }))).status, 200);
  world.stores.failing.add('Tokens');
  assert.equal((await world.call(restRequest({ authorization }))).status, 500);
});

test('A80 names of the prototype are names like any other', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, requireSubscription: true, entry: 'api#constructor' });
  world.stores.remove('Tenants', world.pizzashack);
  assert.equal(code(await world.call(restRequest({ authorization: bearer(await world.issue()) }))), '900908');
  world.stores.put('Tenants', world.pizzashack);
  world.stores.remove('Tenants', { ...world.pizzashack, entry: 'api#constructor' });
  const claims = JSON.parse('{"__proto__":"a","constructor":"b","toString":["c"]}');
  const user = { ...USERX, roles: ['__proto__', 'constructor'], claims };
  const outcome = await world.call(restRequest({ authorization: bearer(await world.issue({ user, format: 'jwt' })) }));
  assert.ok(outcome.status === 200);
  const text = Buffer.from(String(outcome.context.endUserJwt).split('.')[1] ?? '', 'base64url').toString();
  assert.match(text, /"http:\/\/wso2\.org\/claims\/constructor":"b"/);
  const path = '/pizzashack/1.0.0/order/7';
  const event = restRequest({ path, resource: '/pizzashack/1.0.0/order/{id}', authorization: bearer(await world.issue({ user })) });
  assert.equal(code(await world.call(event)), '900910');
});

test('A82 a token is dead from its last second on, though its item is still there', async () => {
  const world = openWorld();
  for (const format of ['opaque', 'jwt'] as const) {
    const authorization = bearer(await world.issue({ format, seconds: 60 }));
    world.advance(59);
    assert.equal((await world.call(restRequest({ authorization }))).status, 200);
    world.advance(1);
    assert.equal((await world.call(restRequest({ authorization }))).status, 401);
  }
});

test('A83 a revoked grant is dead at the next check', async () => {
  const world = openWorld();
  for (const format of ['opaque', 'jwt'] as const) {
    const token = await world.issue({ format });
    assert.equal((await world.call(restRequest({ authorization: bearer(token) }))).status, 200);
    const id =
      format === 'opaque'
        ? token.slice(4, 26)
        : JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti.slice(0, 22);
    await world.stores.grants.deleteGrant({ id, tenant: 'my_company' });
    assert.equal((await world.call(restRequest({ authorization: bearer(token) }))).status, 401);
  }
});

test('several Authorization headers, in any spelling, are refused', async () => {
  const world = openWorld();
  const token = bearer(await world.issue());
  const both = [
    restRequest({ authorization: [token, token] }),
    restRequest({ authorization: token, headers: { authorization: [token] } }),
    restRequest({ authorization: token, headers: { AUTHORIZATION: ['Basic eDp5'] } }),
  ];
  for (const event of both) assert.equal((await world.call(event)).status, 401);
  assert.equal(world.lines.at(-1)?.fields.reason, 'several-credentials');
  assert.equal((await world.call(restRequest({ headers: { aUTHORIZATION: [token.replace('Bearer', 'bEARER')] } }))).status, 200);
});
