// Tiers that are counted exactly, for APIs whose entry says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthorizerResponse } from '../../../functions/authorizer/authorizer-response.ts';
import { bearer, openWorld, restRequest, USERX, type World } from './authorizer-world.ts';
import { http2Event, restTokenEvent } from './event-kinds.ts';

function openTierWorld(client: Record<string, unknown>, api: Record<string, unknown> = { countTiers: true }): World {
  const world = openWorld();
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tier#3PerMin', requests: 3, seconds: 60 });
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tier#Bronze', requests: 5, seconds: 60 });
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', ...client });
  world.stores.put('Tenants', { ...world.pizzashack, ...api });
  return world;
}

async function statuses(world: World, count: number, authorization: string): Promise<number[]> {
  const answers: number[] = [];
  for (let at = 0; at < count; at++) answers.push((await world.call(restRequest({ authorization }))).status);
  return answers;
}

test('the tier of the application counts each of its users, over all of their tokens, until the window ends', async () => {
  const world = openTierWorld({ applicationTier: '3PerMin' });
  assert.deepEqual(await statuses(world, 2, bearer(await world.issue())), [200, 200]);
  assert.deepEqual(await statuses(world, 3, bearer(await world.issue({ format: 'jwt' }))), [200, 429, 429]);
  const other = { ...USERX, username: 'usery', id: 'u-2' };
  assert.deepEqual(await statuses(world, 1, bearer(await world.issue({ user: other }))), [200]);
  world.advance(60);
  assert.deepEqual(await statuses(world, 1, bearer(await world.issue())), [200]);
});

test('the tier of the subscription counts all users of the application together', async () => {
  const world = openTierWorld({ subscriptions: { pizzashack: 'Bronze' } });
  const counts: number[] = [];
  for (let at = 0; at < 7; at++) {
    counts.push(...(await statuses(world, 1, bearer(await world.issue({ user: { ...USERX, id: `u-${at}` } })))));
  }
  assert.deepEqual(counts, [200, 200, 200, 200, 200, 429, 429]);
  const over = await world.call(restRequest({ authorization: bearer(await world.issue()) }));
  assert.equal('context' in over && over.context.code, '900804');
  assert.equal(world.lines.at(-1)?.fields.reason, 'tier-used-up');
});

test('many at once: as many as the tier says, and no more', async () => {
  const world = openTierWorld({ applicationTier: '3PerMin' });
  const authorization = bearer(await world.issue());
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.call(restRequest({ authorization }))));
  assert.equal(answers.filter(({ status }) => status === 200).length, 3);
  const over = answers.find(({ status }) => status === 429);
  assert.deepEqual(over && 'context' in over && over.context, {
    code: '900803',
    message: 'Message throttled out',
    description: 'You have exceeded your quota.',
    wwwAuthenticate: 'Bearer realm="gatehouse"',
  });
});

test('a request that is refused anyway is not counted, and an API that does not say so counts none', async () => {
  const world = openTierWorld({ applicationTier: '3PerMin' });
  const authorization = bearer(await world.issue());
  for (let at = 0; at < 5; at++) await world.call(restRequest({ path: '/pizzashack/1.0.0/none', authorization }));
  assert.deepEqual(await statuses(world, 1, authorization), [200]);
  const uncounted = openTierWorld({ applicationTier: '3PerMin' }, {});
  assert.deepEqual(await statuses(uncounted, 5, bearer(await uncounted.issue())), [200, 200, 200, 200, 200]);
});

test('Unlimited needs no entry; another tier that has none is no limit, and the log says so', async () => {
  const world = openTierWorld({ subscriptions: { pizzashack: 'Gold' } });
  assert.deepEqual(
    await statuses(world, 7, bearer(await world.issue())),
    Array.from({ length: 7 }, () => 200),
  );
  const missing = world.lines.filter(({ event }) => event === 'tier-missing');
  assert.deepEqual(missing[0]?.fields, { tenant: 'my_company', client: 'demo-app', tier: 'Gold' });
});

test('a table that does not count lets nobody through', async () => {
  const world = openTierWorld({ applicationTier: '3PerMin' });
  const authorization = bearer(await world.issue());
  const { requestCounts } = world.stores;
  requestCounts.countRequest = () => Promise.reject(new Error('no table'));
  assert.equal((await world.call(restRequest({ authorization }))).status, 500);
});

test('what a REST API can not take for an answer is a refusal even to one that could; an HTTP API is told 403', async () => {
  const world = openTierWorld({ applicationTier: '3PerMin' });
  const authorization = bearer(await world.issue());
  assert.deepEqual(await statuses(world, 3, authorization), [200, 200, 200]);
  const answers: AuthorizerResponse[] = [
    await world.handler(restRequest({ authorization })),
    await world.handler(restTokenEvent({ authorization })),
  ];
  for (const answer of answers) {
    assert.ok('policyDocument' in answer);
    assert.equal(answer.policyDocument.Statement[0]?.Effect, 'Deny');
    assert.equal(typeof answer.context?.throttled, 'object');
  }
  const http = await world.call(http2Event({ authorization }));
  assert.ok(http.status === 403);
  assert.equal(http.context.code, '900803');
});
