import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { EndUser } from '../../../../functions/configuration/model.ts';
import { subjectOf } from '../../../../functions/configuration/username.ts';
import { tokenDigest } from '../../../../functions/keys/jwt.ts';
import { createAccessTokenCheck } from '../../../../functions/own-tokens/check-access-token.ts';
import { newGrantId, newOpaqueAccessToken } from '../../../../functions/own-tokens/opaque-token.ts';
import { CONFIGURATION_CACHE_MS } from '../../../../functions/shared/environment.ts';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import { createDynamoDb } from '../../../../functions/storage/aws/dynamodb.ts';
import { createGrants } from '../../../../functions/storage/aws/grants.ts';
import { createHeldItems, type Holder } from '../../../../functions/storage/aws/held-items.ts';
import { createStores, type Stores } from '../../../../functions/storage/aws/index.ts';
import { createRevocation } from '../../../../functions/storage/aws/revocation.ts';
import type { Grant } from '../../../../functions/storage/grant.ts';
import { readFeed } from '../../../contracts/feed-store.ts';
import { newGrant } from '../../../contracts/grant-store.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { putEntry } from '../../../support/put-entry.ts';
import { TABLE_VARIABLES, useTablesAt } from '../../../support/tables.ts';

const USER: EndUser = { tenant: 'my_company', domain: 'EXTERNAL', username: 'userx', id: 'e-1001', roles: [], claims: {} };

let dynamoDb: TestDynamoDb;
let stores: Stores;
let nowMs = 1_900_000_000_000;
const nowSeconds = () => nowMs / 1000;

before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock: () => nowMs, log: () => {} });
  for (const tenant of ['my_company', 'other']) {
    await putEntry(dynamoDb, 'Tenants', { tenant, entry: 'tenant', displayName: tenant });
    await putEntry(dynamoDb, 'Clients', { clientId: `${tenant}-app`, tenant });
  }
});
after(() => dynamoDb.close());

/** What an operator's command opens; `onWait` stands for the pause between two looks at the index. */
function openOperator(onWait: () => Promise<void> = async () => {}) {
  const dynamoDb = createDynamoDb();
  return { ...createRevocation(dynamoDb, TABLE_VARIABLES), ...createHeldItems(dynamoDb, TABLE_VARIABLES.TOKENS_TABLE, onWait) };
}

async function issue(user: EndUser, tenant = 'my_company') {
  const id = newGrantId();
  const token = newOpaqueAccessToken(id);
  const grant = newGrant(nowSeconds(), { id, tenant, clientId: `${tenant}-app`, user });
  await stores.grants.insertGrant({ ...grant, access: { ...grant.access, digest: tokenDigest(token) } });
  return token;
}

/** As the functions would see it when their caches have been renewed. */
async function isLive(token: string): Promise<boolean> {
  nowMs += CONFIGURATION_CACHE_MS;
  const check = createAccessTokenCheck({ ...stores, issuer: 'https://issuer.example' });
  return (await check(token, nowSeconds())).kind === 'live';
}

test('a revoked user loses every grant, and nobody else loses any', async () => {
  const own = [await issue(USER), await issue(USER), await issue(USER)];
  const others = [await issue({ ...USER, id: 'e-1002' }), await issue({ ...USER, tenant: 'other' }, 'other')];
  assert.deepEqual(await openOperator().endHeldItems(subjectOf(USER)), { grants: 3, sessions: 0 });
  for (const token of own) assert.equal(await isLive(token), false);
  for (const token of others) assert.equal(await isLive(token), true);
  assert.deepEqual(await openOperator().endHeldItems(subjectOf(USER)), { grants: 0, sessions: 0 });
  const later = await issue(USER);
  assert.equal(await isLive(later), true, 'who may still log in gets new tokens');
});

test('a grant that the index did not show at the first look is found at the next', async () => {
  const user = { ...USER, id: 'e-2001' };
  const tokens = [await issue(user)];
  const operator = openOperator(async () => {
    if (tokens.length < 3) tokens.push(await issue(user));
  });
  assert.deepEqual(await operator.endHeldItems(subjectOf(user)), { grants: 3, sessions: 0 });
  for (const token of tokens) assert.equal(await isLive(token), false);
});

test('a revoked client or tenant loses what was issued up to this second, and nothing that comes after', async () => {
  const revocations = [
    (now: number) => openOperator().revokeClient('my_company-app', now),
    (now: number) => openOperator().revokeTenant('my_company', now),
  ];
  for (const revoke of revocations) {
    const other = await issue({ ...USER, tenant: 'other' }, 'other');
    const before = await issue(USER);
    assert.equal(await revoke(nowSeconds()), true);
    assert.equal(await isLive(before), false);
    assert.equal(await isLive(other), true);
    const later = await issue(USER);
    assert.equal(await isLive(later), true);
  }
});

test('an earlier moment does not bring back what a later one has revoked, and the rest of the entry stays', async () => {
  const token = await issue(USER);
  const operator = openOperator();
  assert.equal(await operator.revokeTenant('my_company', nowSeconds()), true);
  assert.equal(await operator.revokeTenant('my_company', nowSeconds() - 1000), true);
  assert.equal(await isLive(token), false);
  assert.equal((await stores.tenants.findTenant('my_company'))?.displayName, 'my_company');
});

test('a tenant that is suspended for good loses what a request that is under way may still issue', async () => {
  const operator = openOperator();
  assert.equal(await operator.suspendTenant('other', nowSeconds()), true);
  const late = nowMs + 25_000;
  nowMs = late;
  const underWay = await issue({ ...USER, tenant: 'other' }, 'other');
  assert.equal(await operator.activateTenant('other'), true);
  assert.equal(await isLive(underWay), false);
  const after = await issue({ ...USER, tenant: 'other' }, 'other');
  assert.equal(await isLive(after), true);
});

test('of clients that a document describes, moments stand side by side in the entry of the tenant, and none goes back', async () => {
  const operator = openOperator();
  const [one, other] = ['https://agents.example.com/a.b#c', 'https://agents.example.com/other'];
  // At once, on an entry that has no moments yet.
  const done = await Promise.all([one, other, one].map((url, at) => operator.revokeClientOfDocument('other', url, 1000 + at)));
  assert.deepEqual(done, [true, true, true]);
  assert.equal(await operator.revokeClientOfDocument('other', one, 500), true);
  nowMs += CONFIGURATION_CACHE_MS;
  assert.deepEqual((await stores.tenants.findTenant('other'))?.clientTokensNotBefore, { [one]: 1003, [other]: 1002 });
  assert.equal(await operator.revokeClientOfDocument('nobody', one, 1000), false);
});

test('who is not there is not made', async () => {
  assert.equal(await openOperator().revokeClient('nobody', nowSeconds()), false);
  assert.equal(await openOperator().revokeTenant('nobody', nowSeconds()), false);
  nowMs += CONFIGURATION_CACHE_MS;
  assert.equal(await stores.tenants.findTenant('nobody'), undefined);
  assert.equal(await stores.clients.findClient('nobody'), undefined);
});

test('subjects are found page by page, by what is open, in one tenant alone', async () => {
  const users = Array.from({ length: 13 }, (_, at) => ({
    ...USER,
    id: `paged-${at}`,
    username: 'paged',
    claims: { long: 'x'.repeat(100_000) },
  }));
  for (const user of users) await issue(user);
  await issue({ ...USER, id: 'paged-x', username: 'paged', tenant: 'other' }, 'other');
  const isPaged = ({ username }: Holder) => username === 'paged';
  let looked = 0;
  let readUnits = 0;
  const found = await openOperator().findHolders('my_company', isPaged, async (page) => {
    looked += page.items;
    readUnits += page.readUnits;
  });
  assert.deepEqual([...found.keys()].sort(), users.map(subjectOf).sort());
  assert.ok(looked >= 14 && readUnits > 100, `${looked} items, ${readUnits} read units: what the pace of the operator is set by`);
  assert.equal((await openOperator().findHolders(undefined, isPaged)).size, 14);
  assert.equal((await openOperator().findHolders('nobody', () => true)).size, 0);
});

test('a user who has more open than one call deletes loses all of it, and it can be listed before', async () => {
  const user = { ...USER, id: 'e-3001' };
  const tokens: string[] = [];
  for (let n = 0; n < 27; n++) tokens.push(await issue(user));
  const operator = openOperator();
  const held = await operator.listHeldItems(subjectOf(user));
  assert.deepEqual([held.grants.length, held.sessions.length, held.unreadable.length], [27, 0, 0]);
  assert.equal((await operator.endHeldItems(subjectOf(user))).grants, 27);
  for (const token of tokens) assert.equal(await isLive(token), false);
});

test('the feed is told of each grant of a revoked user that it has to tell of, page after page, also of a renewal meanwhile', async () => {
  const user = { ...USER, id: 'e-4001', tenant: 'other' };
  const grants: Grant[] = [];
  for (let at = 0; at < 130; at++) {
    const grant = newGrant(nowSeconds(), { tenant: 'other', clientId: 'other-app', user, ...(at > 0 && { toldByFeed: true }) });
    await stores.grants.insertGrant(grant);
    grants.push(grant);
  }
  const [renewed] = grants;
  assert.ok(renewed);
  const ending = openOperator().endHeldItems(subjectOf(user));
  // Race: before or after the deletion; the feed tells of it where it had to.
  const isRenewed = await stores.grants.rotateGrant(renewed, { ...renewed, generation: 1, toldByFeed: true });
  assert.equal((await ending).grants, 130);
  const { pages, entries } = await readFeed(await stores.feed(), 'other');
  assert.deepEqual(
    [...entries].sort(),
    grants
      .slice(isRenewed ? 0 : 1)
      .map(({ id }) => id)
      .sort(),
  );
  assert.equal(pages.length, 2);
  for (const { id } of grants) assert.equal(await stores.grants.findGrant(id, nowSeconds()), undefined);
});

test('a feed that can’t be told ends nothing, so that another try finds it all', async () => {
  const user = { ...USER, id: 'e-5001' };
  const grant = newGrant(nowSeconds(), { clientId: 'my_company-app', user, toldByFeed: true });
  await stores.grants.insertGrant(grant);
  const table = createDynamoDb();
  const broken = createGrants(
    { ...table, update: () => Promise.reject(new Unavailable('dynamodb', 'timeout')) },
    TABLE_VARIABLES.TOKENS_TABLE,
  );
  await assert.rejects(broken.deleteGrant(grant), { reason: 'timeout' });
  assert.notEqual(await stores.grants.findGrant(grant.id, nowSeconds()), undefined);
  const half = createGrants(
    { ...table, delete: () => Promise.reject(new Unavailable('dynamodb', 'timeout')) },
    TABLE_VARIABLES.TOKENS_TABLE,
  );
  await assert.rejects(half.deleteGrant(grant), { reason: 'timeout' });
  assert.notEqual(await stores.grants.findGrant(grant.id, nowSeconds()), undefined);
  assert.deepEqual((await readFeed(await stores.feed(), 'my_company')).entries, [grant.id], 'told, though it is still there');
});
