// What a policy names where the ARN of the method is longer than API Gateway takes, 512 characters.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, type Outcome, openWorld, restRequest, SIMPLE_API_ID, type World } from './authorizer-world.ts';
import { http2Event, httpSimpleEvent } from './event-kinds.ts';

const STAGE = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod';
const LONG = 'x'.repeat(450);
const CONTEXT = '/pizzashack/1.0.0';

async function callLong(world: World, path: string, method = 'GET'): Promise<Outcome> {
  const authorization = bearer(await world.issue({ scopes: ['order:write'] }));
  return world.call(restRequest({ method, path: `${CONTEXT}${path}`, resource: `${CONTEXT}/{proxy+}`, authorization }));
}

const worldOf = (resources: readonly object[], more: object = {}): World => {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, resources, ...more });
  return world;
};

const named = (outcome: Outcome): unknown => {
  assert.ok('result' in outcome, JSON.stringify(outcome));
  const [statement] = outcome.result.policyDocument.Statement as { Effect: string; Resource: string }[];
  return outcome.status === 200 ? statement?.Resource : `${statement?.Effect} ${statement?.Resource} ${outcome.context.code}`;
};

const REFUSED = `Deny ${STAGE}/* 900906`;

test('a long path is allowed by what its rule covers, where every rule about that asks the same', async () => {
  for (const [rules, path, resource] of [
    [[{ path: '/*' }], `/${LONG}`, `${STAGE}/GET${CONTEXT}/*`],
    [[{ path: '/files/*' }], `/files/a/${LONG}`, `${STAGE}/GET${CONTEXT}/files/*`],
    // Rules about other paths, and about other methods, are none about this.
    [[{ path: '/orders/*', scopes: ['order:write'] }, { path: '/files/*' }], `/files/${LONG}`, `${STAGE}/GET${CONTEXT}/files/*`],
    [[{ path: '/*', methods: ['POST'], scopes: ['order:write'] }, { path: '/*' }], `/${LONG}`, `${STAGE}/GET${CONTEXT}/*`],
    [[{ path: '/files', scopes: ['order:write'] }, { path: '/files/a/*' }], `/files/a/${LONG}`, `${STAGE}/GET${CONTEXT}/files/a/*`],
    // Rules that ask the same are as good as one.
    [[{ path: '/files/secret' }, { path: '/{any}' }, { path: '/files/*' }, { path: '/*' }], `/a/${LONG}`, `${STAGE}/GET${CONTEXT}/*`],
    [
      [
        { path: '/files/secret', scopes: ['order:write'] },
        { path: '/files/*', scopes: ['order:write'] },
      ],
      `/files/${LONG}`,
      `${STAGE}/GET${CONTEXT}/files/*`,
    ],
  ] as const) {
    const outcome = await callLong(worldOf(rules), path);
    assert.equal(named(outcome), resource, JSON.stringify(rules));
  }
});

test('a long path is refused, with a reason of its own, where a policy would allow more than was asked', async () => {
  const scoped = { scopes: ['order:write'] };
  for (const [rules, path] of [
    // Another rule about the same paths asks for more, or for less, or for another credential.
    [[{ path: '/files/secret', ...scoped }, { path: '/files/*' }], `/files/${LONG}`],
    [[{ path: '/files/{id}', ...scoped }, { path: '/files/*' }], `/files/a/${LONG}`],
    [[{ path: '/{any}/secret', ...scoped }, { path: '/files/*' }], `/files/${LONG}`],
    [[{ path: '/files/*' }, { path: '/*', ...scoped }], `/files/${LONG}`],
    [[{ path: '/files/open', secure: false }, { path: '/files/*' }], `/files/${LONG}`],
    [[{ path: '/files/x', handlers: ['oauth2'] }, { path: '/files/*' }], `/files/${LONG}`],
    [[{ path: '/files/x', permissions: ['/permission/order'] }, { path: '/files/*' }], `/files/${LONG}`],
    // No policy can say where these end.
    [[{ path: '/files/{id}' }], `/files/${LONG}`],
    [[{ path: '/{any}/*' }], `/files/${LONG}`],
    [[{ path: '/files/{id}/*' }], `/files/a/${LONG}`],
  ] as const) {
    const world = worldOf(rules);
    assert.equal(named(await callLong(world, path)), REFUSED, JSON.stringify(rules));
    assert.equal(world.lines.at(-1)?.fields.reason, 'path-too-long');
    // A short path is judged as ever.
    assert.notEqual(named(await callLong(world, path.replace(LONG, 'y'))), REFUSED, JSON.stringify(rules));
  }
});

test('a long path is refused where other entries have a say about the API, or a path is an exception to a certificate’s issuer', async () => {
  const rules = [{ path: '/*' }];
  const nested = worldOf(rules);
  nested.stores.put('Tenants', { ...nested.pizzashack, entry: 'api#admin', context: `${CONTEXT}/admin`, resources: rules });
  const wrong = worldOf(rules);
  wrong.stores.put('Tenants', { ...wrong.pizzashack, entry: 'api#admin', context: `${CONTEXT}/admin`, resources: [{ path: 7 }] });
  const exempt = worldOf(rules, { certificates: { issuerCns: ['CA'], exemptPaths: ['/menu'] } });
  for (const world of [nested, wrong, exempt]) {
    assert.equal(named(await callLong(world, `/${LONG}`)), REFUSED);
    assert.equal(world.lines.at(-1)?.fields.reason, 'path-too-long');
  }
  const shared = worldOf(rules);
  shared.stores.put('Tenants', { ...shared.pizzashack, entry: 'api#twin', resources: [{ path: '/*', scopes: ['x'] }] });
  const inOtherCase = worldOf(rules);
  inOtherCase.stores.put('Tenants', {
    ...nested.pizzashack,
    entry: 'api#admin',
    context: `${CONTEXT.toUpperCase()}/admin`,
    resources: rules,
  });
  for (const world of [shared, inOtherCase]) assert.equal(named(await callLong(world, `/${LONG}`)), REFUSED);
  // An entry beside, and one above whose paths this one has taken, have none.
  const beside = worldOf([{ path: '/files/*' }]);
  beside.stores.put('Tenants', {
    ...beside.pizzashack,
    entry: 'api#orders',
    context: `${CONTEXT}/orders`,
    resources: [{ path: '/*', scopes: ['x'] }],
  });
  beside.stores.put('Tenants', {
    ...beside.pizzashack,
    entry: 'api#wide',
    context: '/pizzashack',
    resources: [{ path: '/*', scopes: ['x'] }],
  });
  assert.equal(named(await callLong(beside, `/files/${LONG}`)), `${STAGE}/GET${CONTEXT}/files/*`);
  // An entry of another stage has none.
  const staged = worldOf(rules);
  staged.stores.put('Tenants', { ...staged.pizzashack, entry: 'api#test', stage: 'test', resources: [{ path: '/*', scopes: ['x'] }] });
  assert.equal(named(await callLong(staged, `/${LONG}`)), `${STAGE}/GET${CONTEXT}/*`);
});

test('an open rule lets a long path through as well, and HTTP APIs are no different but for the simple form, which names nothing', async () => {
  assert.equal(named(await callLong(worldOf([{ path: '/*', secure: false }]), `/${LONG}`)), `${STAGE}/GET${CONTEXT}/*`);
  const world = worldOf([{ path: '/files/{id}' }]);
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#simple', apiId: SIMPLE_API_ID, resources: [{ path: '/files/{id}' }] });
  const options = { path: `${CONTEXT}/files/${LONG}`, resource: `${CONTEXT}/{proxy+}`, authorization: bearer(await world.issue()) };
  assert.equal((await world.call(http2Event(options))).status, 403);
  assert.equal((await world.call(httpSimpleEvent(options))).status, 200);
});

test('no policy ever names more than 512 characters', async () => {
  const context = `/${'c'.repeat(64)}`.repeat(7);
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, context, resources: [{ path: '/*' }] });
  const authorization = bearer(await world.issue());
  for (const rest of ['x', 'x'.repeat(300)]) {
    const outcome = await world.call(restRequest({ path: `${context}/${rest}`, resource: `${context}/{proxy+}`, authorization }));
    assert.ok('result' in outcome);
    const [statement] = outcome.result.policyDocument.Statement as { Resource: string }[];
    assert.ok((statement?.Resource.length ?? 513) <= 512);
  }
});
