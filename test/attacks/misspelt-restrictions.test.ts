// A111 where it counts: entries that somebody wrote into the tables past the command line, and callers that the restriction
// was meant to keep out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, openWorld, restRequest } from '../functions/authorizer/authorizer-world.ts';
import { openLoginFixture } from '../support/login-fixture.ts';

const REFUSED = 'no attribute of this name';

/** What the log says of wrong entries: `key path: expected`. */
const reportsOf = ({ stores }: ReturnType<typeof openWorld>): string[] =>
  stores.reports.flatMap(({ key, faults }) => faults.map(({ path, expected }) => `${key} ${path}: ${expected}`));

for (const [wrong, value, meant] of [
  ['scope', ['order:write'], 'scopes'],
  ['permission', ['/permission/order'], 'permissions'],
  ['handler', ['certificate'], 'handlers'],
  ['method', ['POST'], 'methods'],
] as const) {
  test(`A111 a rule with ${wrong} in place of ${meant} opens nothing`, async () => {
    const world = openWorld();
    world.stores.put('Tenants', { ...world.pizzashack, resources: [{ path: '/*', [wrong]: value }] });
    const answer = await world.call(restRequest({ authorization: bearer(await world.issue({ scopes: ['default'] })) }));
    assert.equal(answer.status, 403);
    assert.ok(reportsOf(world).includes(`my_company / api#pizzashack resources.0.${wrong}: ${REFUSED}; did you mean ${meant}?`));
  });
}

test('A111 a tenant that was to be suspended is nobody', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  assert.equal((await world.call(restRequest({ authorization }))).status, 200);
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', statuss: 'suspended' });
  assert.notEqual((await world.call(restRequest({ authorization }))).status, 200);
});

test('A111 a client whose scopes were misspelt is unknown', async () => {
  const world = openWorld();
  const authorization = bearer(await world.issue());
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', scops: ['order:write'] });
  assert.equal((await world.call(restRequest({ authorization }))).status, 401);
});

test('A111 a tier that is wrong limits nothing and opens nothing: it is an outage of what it limits', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, countTiers: true });
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', scopes: ['order:write'], applicationTier: '10PerMin' });
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tier#10PerMin', requests: 10, second: 60 });
  const authorization = bearer(await world.issue());
  assert.equal((await world.call(restRequest({ authorization }))).status, 500);
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tier#10PerMin', requests: 10, seconds: 60 });
  assert.equal((await world.call(restRequest({ authorization }))).status, 200);
});

test('A111 a userstore that is wrong is an outage, and no later store answers for it', async () => {
  const { login, putStore, stores } = openLoginFixture();
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant' });
  putStore('EXTERNAL', { type: 'rest', url: 'https://users.example.org/', sucess: { path: 'ok', equals: true } });
  await assert.rejects(login('userx', 'mypass'), { reason: 'wrong-entry' });
});
