// A108: a tenant writes an `api#` entry that claims another tenant's API, with looser rules. Nobody gets in there, the log
// says so, and the platform's operator alone says whose the API is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API_ID, bearer, openWorld, restRequest, STAGE, USERX, type World } from '../functions/authorizer/authorizer-world.ts';
import { http2Event, webSocketEvent } from '../functions/authorizer/event-kinds.ts';

const MENU = '/pizzashack/1.0.0/menu';

/** A second tenant, with a client and a user, and an entry for the API of my_company. */
function openEvil(entry: Readonly<Record<string, unknown>> = {}): World {
  const world = openWorld();
  world.stores.put('Tenants', { tenant: 'evil', entry: 'tenant' });
  world.stores.put('Clients', { clientId: 'evil-app', tenant: 'evil' });
  putClaim(world, entry);
  return world;
}

function putClaim(world: World, entry: Readonly<Record<string, unknown>>): void {
  const claim = { tenant: 'evil', entry: 'api#x', apiId: API_ID, stage: STAGE, context: '/pizzashack/1.0.0', resources: [{ path: '/*' }] };
  world.stores.put('Tenants', { ...claim, ...entry });
}

const ofUs = async (world: World) => bearer(await world.issue());
const ofEvil = async (world: World) =>
  bearer(await world.issue({ tenant: 'evil', clientId: 'evil-app', user: { ...USERX, tenant: 'evil' } }));

async function statuses(world: World, path = MENU): Promise<readonly number[]> {
  const authorizations = [await ofUs(world), await ofEvil(world)];
  return Promise.all(authorizations.map(async (authorization) => (await world.call(restRequest({ path, authorization }))).status));
}

const reason = (world: World) => world.lines.filter(({ event }) => event === 'authorizer').at(-1)?.fields.reason;

for (const [what, context] of [
  ['the same context', '/pizzashack/1.0.0'],
  ['a longer one', MENU],
  ['a shorter one', '/pizzashack'],
  ['one of another case', '/PizzaShack/1.0.0'],
  ['the root', undefined],
] as const) {
  test(`A108 with ${what} nobody gets in, whoever the caller is, and an alarm can count it`, async () => {
    const world = openEvil({ context });
    assert.deepEqual(await statuses(world), [403, 403]);
    assert.equal(reason(world), 'api-claimed-twice');
    const [line] = world.lines.filter(({ event }) => event === 'api-claimed-twice');
    assert.equal(line?.level, 'ERROR');
    assert.deepEqual(line?.fields.entries, ['my_company / api#pizzashack', 'evil / api#x']);
    assert.equal(line?.fields.apiId, API_ID);
  });
}

test('A108 nobody is let in by an open rule either', async () => {
  const world = openEvil({ resources: [{ path: '/*', secure: false }] });
  assert.equal((await world.call(restRequest({ path: MENU }))).status, 403);
  assert.equal((await world.call(restRequest({ path: '/pizzashack/1.0.0/health' }))).status, 403);
});

test('A108 what only one tenant claims is that tenant’s, beside it and in another stage', async () => {
  const world = openEvil({ context: MENU });
  world.stores.put('Tenants', { ...world.pizzashack, resources: [{ path: '/*' }] });
  assert.deepEqual(await statuses(world, '/pizzashack/1.0.0/order'), [200, 403]);
  assert.deepEqual(await statuses(world, MENU), [403, 403]);
  putClaim(world, { context: '/evil' });
  assert.deepEqual(await statuses(world, MENU), [200, 403]);
  assert.deepEqual(await statuses(world, '/evil/x'), [403, 200]);
  putClaim(world, { stage: 'other' });
  assert.deepEqual(await statuses(world, MENU), [200, 403]);
});

test('A108 where the platform says whose the API is, that tenant’s entries count, and no others', async () => {
  const world = openEvil();
  world.stores.put('Tenants', { tenant: '#apis', entry: `${API_ID}/${STAGE}`, owner: 'my_company' });
  assert.deepEqual(await statuses(world), [200, 403]);
  putClaim(world, { context: '/internal' });
  assert.deepEqual(await statuses(world, '/internal/x'), [403, 403], 'nor where the owner has no entry');
  world.stores.put('Tenants', { tenant: '#apis', entry: `${API_ID}/${STAGE}`, owner: 'evil' });
  assert.deepEqual(await statuses(world, '/internal/x'), [403, 200]);
  assert.deepEqual(await statuses(world), [403, 403]);
});

test('A108 an entry that is wrong says nobody, and one of another stage neither', async () => {
  for (const item of [
    { entry: `${API_ID}/${STAGE}`, owners: 'evil' },
    { entry: `${API_ID}/${STAGE}`, owner: 'evil', note: 'x' },
    { entry: `${API_ID}/other`, owner: 'evil' },
    { entry: `${API_ID}/${STAGE}`, owner: 'evil', apiId: 'another1' },
  ]) {
    const world = openEvil();
    world.stores.put('Tenants', { tenant: '#apis', ...item });
    assert.deepEqual(await statuses(world), [403, 403], JSON.stringify(item));
  }
});

test('A108 a slip of the owner does not give the API to who else has claimed it', async () => {
  const world = openEvil();
  world.stores.put('Tenants', { tenant: '#apis', entry: `${API_ID}/${STAGE}`, owner: 'my_company' });
  world.stores.put('Tenants', { ...world.pizzashack, resource: [] });
  assert.deepEqual(await statuses(world), [403, 403]);
  assert.equal(reason(world), 'api-entry-wrong');
});

test('A108 with apiId in it, the platform’s word counts before the owner has written any entry', async () => {
  const world = openEvil();
  world.stores.remove('Tenants', world.pizzashack);
  assert.deepEqual(await statuses(world), [403, 200]);
  world.stores.put('Tenants', { tenant: '#apis', entry: `${API_ID}/${STAGE}`, owner: 'my_company', apiId: API_ID });
  assert.deepEqual(await statuses(world), [403, 403]);
});

test('A108 a wrong entry of another tenant harms itself alone', async () => {
  const world = openEvil({ resource: [] });
  assert.deepEqual(await statuses(world), [200, 403]);
});

test('A108 a table that does not answer is an outage, and opens nothing', async () => {
  const world = openEvil();
  const authorization = await ofUs(world);
  world.stores.failing.add('Tenants');
  assert.equal((await world.call(restRequest({ path: MENU, authorization }))).status, 500);
});

test('A108 at HTTP and WebSocket APIs as well; a WebSocket API has no paths, so that any two claims are one', async () => {
  const world = openEvil();
  const authorization = await ofUs(world);
  assert.equal((await world.call(http2Event({ path: MENU, authorization }))).status, 403);
  putClaim(world, { context: '/elsewhere' });
  world.stores.put('Tenants', { ...world.pizzashack, resources: [{ path: '/$connect' }] });
  assert.equal((await world.call(webSocketEvent({ authorization }))).status, 403);
  assert.equal(reason(world), 'api-claimed-twice');
});
