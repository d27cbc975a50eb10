// The contract of the revocation feed (functions/storage/revocation-feed.ts), and of the grants whose end it tells.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Grant } from '../../functions/storage/grant.ts';
import type { FeedPage, FeedStore } from '../../functions/storage/revocation-feed.ts';
import { newGrant } from './grant-store.ts';
import type { StoresUnderTest } from './stores-under-test.ts';

/** All that a tenant's feed tells, page by page. */
export async function readFeed(feed: FeedStore, tenant: string): Promise<{ pages: readonly FeedPage[]; entries: readonly string[] }> {
  const newest = (await feed.readNewestPages([tenant])).get(tenant);
  if (newest instanceof Error) throw newest;
  if (newest === undefined) return { pages: [], entries: [] };
  const pages = [...(await feed.readPages(tenant, newest.chain, Math.max(0, newest.number - 100), newest.number)), newest];
  return { pages, entries: pages.flatMap(({ entries }) => entries) };
}

export function feedStoreContract(opened: () => StoresUnderTest): void {
  const newTenant = () => `feed_${randomBytes(6).toString('hex')}`;
  const open = async () => {
    const { stores, nowSeconds } = opened();
    const tenant = newTenant();
    const insert = async (changes: Partial<Grant> = { toldByFeed: true }) => {
      const grant = newGrant(nowSeconds(), { tenant, ...changes });
      await stores.grants.insertGrant(grant);
      return grant;
    };
    return { stores, nowSeconds, tenant, feed: await stores.feed(), insert };
  };

  test('the feed tells of the end of a grant that it is to tell of, and of no other', async () => {
    const { stores, nowSeconds, tenant, feed, insert } = await open();
    const told = await insert();
    assert.deepEqual(await stores.grants.findGrant(told.id, nowSeconds()), told);
    await stores.grants.deleteGrant(await insert({}));
    assert.deepEqual(await readFeed(feed, tenant), { pages: [], entries: [] }, 'who has no feed pays for none');
    await stores.grants.deleteGrant(told);
    assert.deepEqual((await readFeed(feed, tenant)).entries, [told.id]);
    assert.equal(await stores.grants.findGrant(told.id, nowSeconds()), undefined);
    await stores.grants.deleteGrant(told);
    assert.deepEqual((await readFeed(feed, tenant)).entries, [told.id, told.id], 'told twice rather than never');
    assert.deepEqual(await readFeed(feed, newTenant()), { pages: [], entries: [] }, 'nobody else’s');
  });

  test('a renewal that gives a grant its first JWT of the feed, while the grant is ended, is told of', async () => {
    const { stores, nowSeconds, tenant, feed, insert } = await open();
    const read = await insert({});
    assert.equal(await stores.grants.rotateGrant(read, { ...read, generation: 1, toldByFeed: true }), true);
    await stores.grants.deleteGrant(read);
    assert.deepEqual((await readFeed(feed, tenant)).entries, [read.id]);
    assert.equal(await stores.grants.findGrant(read.id, nowSeconds()), undefined);
  });

  test('many who end grants at the same time turn pages, and lose no entry', async () => {
    const { stores, tenant, feed, insert } = await open();
    const grants: Grant[] = [];
    for (let round = 0; round < 14; round++) {
      const some = await Promise.all(Array.from({ length: 20 }, () => insert()));
      await Promise.all(some.map((grant) => stores.grants.deleteGrant(grant)));
      grants.push(...some);
    }
    const { pages, entries } = await readFeed(feed, tenant);
    assert.deepEqual([...new Set(entries)].sort(), grants.map(({ id }) => id).sort());
    assert.ok(pages.length >= 3, String(pages.length));
    assert.deepEqual(
      pages.map(({ number }) => number),
      pages.map((_, at) => at),
    );
    for (const { chain, entries } of pages) {
      assert.equal(chain, pages[0]?.chain);
      assert.ok(JSON.stringify(entries).length < 4000, 'one read unit reads a page');
    }
  });

  test('whoever begins a feed, first or at the same time, begins the same one', async () => {
    const { stores, nowSeconds, tenant, feed, insert } = await open();
    const grant = await insert();
    const [one, other] = await Promise.all([
      feed.beginFeed(tenant, nowSeconds()),
      feed.beginFeed(tenant, nowSeconds()),
      stores.grants.deleteGrant(grant),
    ]);
    assert.equal(one.chain, other.chain);
    assert.deepEqual((await readFeed(feed, tenant)).entries, [grant.id]);
    const later = await feed.beginFeed(tenant, nowSeconds() + 100);
    assert.deepEqual(later.entries, [grant.id]);
    assert.equal(later.sinceSeconds, nowSeconds());
  });

  test('pages that are not there are left out, and users are read by the hundred', async () => {
    const { stores, tenant, feed } = await open();
    await feed.beginFeed(tenant, 1);
    assert.deepEqual(await feed.readPages(tenant, 'another', 0, 3), []);
    const user = { tenant, username: 'ann', id: 'u-1', passwordHash: '$argon2id$x', status: 'active' as const, roles: [], claims: {} };
    assert.equal(await stores.users.insertUser(user), true);
    const [found, missing, impossible] = await feed.readUsers([
      { tenant, username: 'ann' },
      { tenant, username: 'bob' },
      { tenant, username: '' },
    ]);
    assert.deepEqual([typeof found === 'object' && found.id, missing, impossible], ['u-1', undefined, undefined]);
  });
}
