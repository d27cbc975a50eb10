// An API whose paths have nothing in common: an entry without `context` is about its root.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API_ID, bearer, openWorld, restRequest, STAGE } from './authorizer-world.ts';
import { http1Event, http2Event, type KindOptions, restTokenEvent } from './event-kinds.ts';

const ROOT = { tenant: 'my_company', entry: 'api#orders', apiId: API_ID, stage: STAGE };
const WSO2 = 'http://wso2.org/claims/';

function openRoot(entry: object) {
  const world = openWorld();
  world.stores.remove('Tenants', world.pizzashack);
  world.stores.put('Tenants', { ...ROOT, ...entry });
  return world;
}

const RULES = [
  { path: '/', methods: ['GET'] },
  { path: '/order', methods: ['POST'] },
  { path: '/{customer}/orders', methods: ['GET'] },
  { path: '/{customer}', methods: ['GET'], scopes: ['order:write'] },
];

for (const [kind, event] of [
  ['REST', restRequest],
  ['REST TOKEN', restTokenEvent],
  ['HTTP 1.0', http1Event],
  ['HTTP 2.0', http2Event],
] as const) {
  test(`the root, and first segments that are variables, have rules: ${kind}`, async () => {
    const world = openRoot({ resources: RULES });
    const authorization = bearer(await world.issue());
    const statusOf = async (options: KindOptions) => (await world.call(event({ ...options, authorization }))).status;
    assert.equal(await statusOf({ path: '/' }), 200);
    assert.equal(await statusOf({ path: '/order', method: 'POST' }), 200);
    assert.equal(await statusOf({ path: '/acme/orders' }), 200);
    assert.equal(await statusOf({ path: '/acme' }), 403);
    assert.equal(await statusOf({ path: '/acme/other' }), 403);
    assert.equal(await statusOf({ path: '/', method: 'POST' }), 403);
  });
}

test('a root `{proxy+}` and the route `$default` have rules', async () => {
  const world = openRoot({ resources: [{ path: '/closed/*', scopes: ['order:write'] }, { path: '/*' }] });
  const authorization = bearer(await world.issue());
  for (const [event, resource] of [
    [restRequest, '/{proxy+}'],
    [http1Event, '/{proxy+}'],
    [http2Event, '/{proxy+}'],
    [http2Event, '$default'],
  ] as const) {
    assert.equal((await world.call(event({ path: '/any/thing', resource, authorization }))).status, 200, resource);
    assert.equal((await world.call(event({ path: '/closed/thing', resource, authorization }))).status, 403, resource);
  }
});

test('an entry with a longer context decides before the root, and a wrong one is not gone round by it', async () => {
  const world = openRoot({ resources: [{ path: '/*' }] });
  const admin = { ...ROOT, entry: 'api#admin', context: '/admin', resources: [{ path: '/*', scopes: ['order:write'] }] };
  world.stores.put('Tenants', admin);
  const authorization = bearer(await world.issue());
  const statusOf = async (path: string) => (await world.call(restRequest({ path, authorization }))).status;
  assert.deepEqual([await statusOf('/admin/x'), await statusOf('/administration')], [403, 200]);
  const { context, ...rest } = admin;
  for (const wrong of [
    { ...admin, resource: [] },
    { ...rest, contxt: context },
    { ...admin, context: '/admin/' },
    { ...admin, context: 'admin' },
    { ...rest, Context: context, stage: undefined, stag: STAGE },
  ]) {
    world.stores.put('Tenants', wrong);
    assert.deepEqual([await statusOf('/admin/x'), await statusOf('/administration')], [403, 200], JSON.stringify(wrong));
  }
});

test('a wrong entry for the root lets nobody in there, and stops no entry below it', async () => {
  const world = openRoot({ resource: [{ path: '/*' }] });
  world.stores.put('Tenants', { ...ROOT, entry: 'api#menu', context: '/menu', resources: [{ path: '/*' }] });
  const authorization = bearer(await world.issue());
  const statusOf = async (path: string) => (await world.call(restRequest({ path, authorization }))).status;
  assert.deepEqual([await statusOf('/other'), await statusOf('/menu/x')], [403, 200]);
});

test('whatever a wrong entry has in its place, the others serve', async () => {
  const world = openRoot({ resources: [{ path: '/*' }] });
  const authorization = bearer(await world.issue());
  const contexts = ['/%zz', '%', '/\ud800', '/x'.repeat(5000), '/__proto__', 7, null, {}, [], true, '/%C3', 'Ⅷ/\u0000'];
  for (const context of contexts) {
    for (const tenant of ['my_company', 'other']) {
      world.stores.put('Tenants', { ...ROOT, tenant, entry: 'api#wrong', context, stage: tenant === 'other' ? context : STAGE, wrong: 1 });
      assert.equal((await world.call(restRequest({ path: '/order', authorization }))).status, 200, JSON.stringify(context));
    }
  }
});

test('of two entries for one place a wrong one that would be asked first is not gone round', async () => {
  const world = openRoot({ resources: [{ path: '/*' }] });
  const authorization = bearer(await world.issue());
  const status = async () => (await world.call(restRequest({ path: '/x', authorization }))).status;
  world.stores.put('Tenants', { ...ROOT, entry: 'api#z', resource: [] });
  assert.equal(await status(), 200);
  world.stores.put('Tenants', { ...ROOT, entry: 'api#a', resource: [] });
  assert.equal(await status(), 403);
});

test('the end-user JWT says `/` as apicontext of the root, and a version where the entry has one', async () => {
  const claimsOf = async (entry: object) => {
    const world = openRoot({ resources: [{ path: '/*' }], ...entry });
    const answer = await world.call(restRequest({ path: '/order', authorization: bearer(await world.issue()) }));
    assert.ok(answer.status === 200);
    const claims = JSON.parse(Buffer.from(String(answer.context.endUserJwt).split('.')[1] ?? '', 'base64url').toString());
    return [claims[`${WSO2}apicontext`], claims[`${WSO2}version`]];
  };
  assert.deepEqual(await claimsOf({}), ['/', undefined]);
  assert.deepEqual(await claimsOf({ version: '2.1' }), ['/', '2.1']);
  assert.deepEqual(await claimsOf({ context: '/order', version: '2.1' }), ['/order/2.1', '2.1']);
});
