// What the revocation feed is on real tables beside its contract (test/contracts/feed-store.ts).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newGrantId } from '../../../../functions/own-tokens/opaque-token.ts';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import { createDynamoDb, type DynamoDb } from '../../../../functions/storage/aws/dynamodb.ts';
import { endGrants } from '../../../../functions/storage/aws/end-grants.ts';
import { createFeed } from '../../../../functions/storage/aws/feed.ts';
import { FULL_PAGE_ENTRIES, newestPageKey } from '../../../../functions/storage/aws/feed-items.ts';
import { tellFeed } from '../../../../functions/storage/aws/tell-feed.ts';
import { grantKey } from '../../../../functions/storage/aws/token-keys.ts';
import { createUserTable } from '../../../../functions/storage/aws/user-table.ts';
import type { FeedPage, FeedStore } from '../../../../functions/storage/revocation-feed.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { TABLE_VARIABLES, useTablesAt } from '../../../support/tables.ts';

const table = TABLE_VARIABLES.TOKENS_TABLE;
const NOW = 1_900_000_000;
const ids = (count: number, name = 'id') => Array.from({ length: count }, (_, at) => `${name}-${at}`.padEnd(22, '.'));

let server: TestDynamoDb;
let dynamoDb: DynamoDb;
let feed: FeedStore;
const tell = (tenant: string, grantIds: readonly string[]) => tellFeed({ dynamoDb, table, clock: () => NOW * 1000 }, tenant, grantIds);
async function newestOf(tenant: string): Promise<FeedPage | undefined> {
  const page = (await feed.readNewestPages([tenant])).get(tenant);
  if (page instanceof Error) throw page;
  return page;
}

before(async () => {
  server = await startDynamoDb();
  useTablesAt(server.endpoint);
  dynamoDb = createDynamoDb();
  feed = createFeed(
    dynamoDb,
    table,
    createUserTable(dynamoDb, TABLE_VARIABLES.USERS_TABLE, () => {}),
  );
});
after(() => server.close());

test('A83 a table that was restored or copied begins its feeds anew: what it told by then is not all that has ended', async () => {
  const page = { chain: 'of-before', number: 3, sinceSeconds: NOW - 86_400, entries: ids(5), tenant: 'restored' };
  await dynamoDb.put(table, { ...newestPageKey('Tokens-before', 'restored'), ...page });
  assert.equal(await newestOf('restored'), undefined);
  const begun = await feed.beginFeed('restored', NOW);
  assert.notEqual(begun.chain, page.chain);
  await tell('restored', ids(1, 'new'));
  assert.deepEqual(await newestOf('restored'), { ...begun, entries: ids(1, 'new') });
});

test('A83 a call that was frozen on its way says of no page that was turned meanwhile since when it tells', async () => {
  await feed.beginFeed('frozen', NOW);
  for (let told = 0; told < FULL_PAGE_ENTRIES; told += 20) await tell('frozen', ids(20, `p${told}`));
  // An operator, whose clock nobody knows, turns the page.
  await tellFeed({ dynamoDb, table }, 'frozen', ids(1, 'operator'));
  const turned = await newestOf('frozen');
  assert.deepEqual(turned, { chain: turned?.chain, number: 1, entries: ids(1, 'operator') });
  assert.deepEqual(await feed.beginFeed('frozen', NOW - 3600), turned);
  assert.deepEqual(await newestOf('frozen'), turned);
});

test('A83 an end that stops between the feed and the grant is not acknowledged, and the next try does it whole', async () => {
  const id = newGrantId();
  await dynamoDb.put(table, { ...grantKey(id), tenant: 'half', toldByFeed: true });
  const half: DynamoDb = { ...dynamoDb, delete: () => Promise.reject(new Unavailable('dynamodb', 'timeout')) };
  await assert.rejects(endGrants({ dynamoDb: half, table }, [{ id, tenant: 'half', toldByFeed: true }]), { reason: 'timeout' });
  assert.deepEqual((await newestOf('half'))?.entries, [id], 'the feed is told first: nothing of it is believed any more');
  assert.notEqual(await dynamoDb.get(table, grantKey(id), { isConsistent: true }), undefined);
  await endGrants({ dynamoDb, table }, [{ id, tenant: 'half', toldByFeed: true }]);
  assert.equal(await dynamoDb.get(table, grantKey(id), { isConsistent: true }), undefined);
  const untold: DynamoDb = { ...dynamoDb, update: () => Promise.reject(new Unavailable('dynamodb', 'timeout')) };
  const other = newGrantId();
  await dynamoDb.put(table, { ...grantKey(other), tenant: 'half', toldByFeed: true });
  await assert.rejects(endGrants({ dynamoDb: untold, table }, [{ id: other, tenant: 'half' }]), { reason: 'timeout' });
  assert.notEqual(await dynamoDb.get(table, grantKey(other), { isConsistent: true }), undefined, 'it can be ended again');
});

test('A83 ends in one burst, of many at once and in batches, are all told, in pages of one read unit', async () => {
  const all = ids(600);
  await Promise.all(Array.from({ length: 10 }, (_, at) => tell('burst', all.slice(at * 60, (at + 1) * 60))));
  const newest = await newestOf('burst');
  assert.ok(newest);
  const pages = [...(await feed.readPages('burst', newest.chain, 0, newest.number)), newest];
  assert.equal(pages.length, newest.number + 1, 'no page is missing');
  assert.deepEqual([...new Set(pages.flatMap(({ entries }) => entries))].sort(), all.toSorted());
  for (const { entries } of pages) assert.ok(entries.length < FULL_PAGE_ENTRIES + 25);
});
