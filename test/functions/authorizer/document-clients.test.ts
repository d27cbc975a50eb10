// Clients that a document describes, at the authorizer: it knows them by the tenant's entry and by their URL alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, openWorld, restRequest, type World } from './authorizer-world.ts';

const CLIENT = 'https://agents.example.com/client.json';
const FORMATS = [
  ['opaque', 'check'],
  ['jwt', 'check'],
  ['jwt', 'offline'],
] as const;

/** No call to anywhere is possible, and none to the Clients table. */
function openAgents(changes: Readonly<Record<string, unknown>> = {}, api: Readonly<Record<string, unknown>> = {}): World {
  const world = openWorld({ sendOutbound: () => Promise.reject(new Error('the authorizer fetches nothing')) });
  put(world, changes);
  world.stores.put('Tenants', { ...world.pizzashack, ...api });
  world.stores.failing.add('Clients');
  return world;
}

const put = ({ stores }: World, changes: Readonly<Record<string, unknown>>): void =>
  stores.put('Tenants', {
    tenant: 'my_company',
    entry: 'tenant',
    issuer: 'own',
    clientDocuments: { trustedHosts: ['agents.example.com'] },
    ...changes,
  });

const callWith = (world: World, token: string) => world.call(restRequest({ authorization: bearer(token), path: '/pizzashack/1.0.0/menu' }));

test('a token of such a client is let in without a fetch and without a look into the Clients table', async () => {
  for (const [format, jwtRevocation] of FORMATS) {
    const world = openAgents({ jwtRevocation });
    const outcome = await callWith(world, await world.issue({ format, clientId: CLIENT }));
    assert.equal(outcome.status, 200, `${format} ${jwtRevocation}`);
    assert.equal(world.lines.at(-1)?.fields.client, CLIENT);
  }
});

test('a tenant may have more scopes than an entry of a client may list', async () => {
  const world = openAgents();
  for (let at = 0; at < 250; at++) world.stores.put('Tenants', { tenant: 'my_company', entry: `scope#scope-${at}` });
  assert.equal((await callWith(world, await world.issue({ clientId: CLIENT }))).status, 200);
});

test('its backend reads the URL as the application, and the host as whoever answers for it', async () => {
  const world = openAgents();
  const outcome = await callWith(world, await world.issue({ clientId: CLIENT }));
  assert.ok('context' in outcome);
  const claims = JSON.parse(Buffer.from(String(outcome.context.endUserJwt).split('.')[1] ?? '', 'base64url').toString());
  const claim = (name: string): unknown => claims[`http://wso2.org/claims/${name}`];
  assert.deepEqual(['applicationid', 'applicationname', 'subscriber', 'enduser', 'usertype'].map(claim), [
    CLIENT,
    CLIENT,
    'agents.example.com@my_company',
    'EXTERNAL/userx@my_company',
    'APPLICATION_USER',
  ]);
});

test('it is one client for as long as the entry stays as it is, so that its end-user JWT is signed once', async () => {
  const world = openAgents();
  const tenant = await world.stores.tenants.findTenant('my_company');
  assert.ok(tenant);
  world.stores.tenants.findTenant = async () => tenant;
  const token = await world.issue({ clientId: CLIENT });
  const [one, other] = [await callWith(world, token), await callWith(world, token)];
  assert.ok('context' in one && 'context' in other);
  assert.equal(one.context.endUserJwt, other.context.endUserJwt);
});

test('what the entry does not allow any more is refused at once', async () => {
  for (const [format, jwtRevocation] of FORMATS) {
    for (const changes of [
      { clientDocuments: undefined },
      { clientDocuments: { trustedHosts: ['example.com'] } },
      { issuer: 'shared', clientDocuments: undefined },
      { clientTokensNotBefore: { [CLIENT]: 1_900_000_000 } },
    ]) {
      const world = openAgents({ jwtRevocation });
      const token = await world.issue({ format, clientId: CLIENT });
      assert.equal((await callWith(world, token)).status, 200);
      put(world, { jwtRevocation, ...changes });
      assert.equal((await callWith(world, token)).status, 401, JSON.stringify([format, jwtRevocation, changes]));
      const reason = 'clientTokensNotBefore' in changes ? 'before-tokens-not-before' : 'no-such-client';
      assert.equal(world.lines.at(-1)?.fields.reason, reason);
    }
  }
});

test('another client of the same host is another client, and names of object prototypes are no moments', async () => {
  const world = openAgents({ clientTokensNotBefore: { [`${CLIENT}2`]: 1_900_000_000 } });
  assert.equal((await callWith(world, await world.issue({ clientId: CLIENT }))).status, 200);
  assert.equal((await callWith(world, await world.issue({ clientId: `${CLIENT}2` }))).status, 401);
});

test('an API that asks for a subscription lets no such client in', async () => {
  const world = openAgents({}, { requireSubscription: true });
  const outcome = await callWith(world, await world.issue({ clientId: CLIENT }));
  assert.equal(outcome.status, 403);
  assert.equal(world.lines.at(-1)?.fields.reason, 'no-subscription');
});

test('a token of it that was exchanged for another lives as long as the tenant allows it', async () => {
  const world = openAgents();
  const token = await world.issue({ clientId: CLIENT });
  const parent = token.slice(4, 26);
  world.stores.failing.delete('Clients');
  const child = await world.issue({ delegation: { actors: ['demo-app'], parentIds: [parent] } });
  assert.equal((await callWith(world, child)).status, 200);
  put(world, { clientDocuments: undefined });
  assert.equal((await callWith(world, child)).status, 401);
  assert.equal(world.lines.at(-1)?.fields.reason, 'parent-ended');
});
