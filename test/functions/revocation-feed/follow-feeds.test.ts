import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGES_READ_BACK } from '../../../functions/revocation-feed/bounds.ts';
import { followFeeds } from '../../../functions/revocation-feed/follow-feeds.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import type { FeedPage } from '../../../functions/storage/revocation-feed.ts';
import { openMemoryFeed } from '../../support/memory-feed.ts';

const START_SECONDS = 1_900_000_000;
const PAGE_ENTRIES = 2;

function openWorld(maxHeldIds = 1000) {
  const state = {
    nowMs: START_SECONDS * 1000,
    calls: [] as string[],
    replaced: undefined as FeedPage | Error | undefined,
    whileRead: undefined as (() => void) | undefined,
  };
  const feed = openMemoryFeed(() => state.nowMs / 1000, PAGE_ENTRIES);
  const called = <T>(name: string, result: T): T => {
    state.calls.push(name);
    return result;
  };
  const follow = () =>
    followFeeds({
      store: {
        readNewestPages: async (tenants) => {
          state.whileRead?.();
          const found: ReadonlyMap<string, FeedPage | Error | undefined> = await called('newest', feed.readNewestPages(tenants));
          return state.replaced === undefined ? found : new Map(found).set('a', state.replaced);
        },
        beginFeed: (...asked) => called('begin', feed.beginFeed(...asked)),
        readPages: (...asked) => called('pages', feed.readPages(...asked)),
      },
      clock: () => state.nowMs,
      steadyMs: () => state.nowMs,
      onFailure: () => {},
      maxHeldIds,
    });
  const tell = (tenant: string, count: number, name = 'id') => {
    for (let at = 0; at < count; at++) feed.tell(tenant, [`${name}${at}`]);
  };
  const known = async (followed: ReturnType<typeof follow>, tenant = 'a') => (await followed.require(tenant)).value;
  const later = () => {
    state.nowMs += 9000;
  };
  return { state, feed, follow, tell, known, later };
}

test('a tenant that has ended nothing costs one read, and the first of all time one write', async () => {
  const { state, follow, known } = openWorld();
  const first = await known(follow());
  assert.equal(first.coveredFromSeconds(), START_SECONDS);
  state.nowMs += 60_000;
  const other = await known(follow());
  assert.equal(other.coveredFromSeconds(), START_SECONDS, 'all since then is known to every function that starts');
  assert.deepEqual(state.calls, ['newest', 'begin', 'newest']);
});

test('a function that starts reads back as far as it may, and knows how far that is', async () => {
  const { state, follow, tell, known, feed } = openWorld();
  tell('a', PAGE_ENTRIES * 3);
  const whole = await known(follow());
  assert.equal(whole.size, PAGE_ENTRIES * 3);
  state.nowMs += 1000;
  tell('a', PAGE_ENTRIES * (PAGES_READ_BACK + 10), 'more');
  const part = await known(follow());
  assert.equal(part.size, PAGE_ENTRIES * (PAGES_READ_BACK + 1));
  assert.equal(part.has('id0'), false);
  assert.equal(part.coveredFromSeconds(), START_SECONDS + 1);
  feed.lose('a', (feed.newestOf('a')?.number ?? 0) - 2);
  const gap = await known(follow());
  assert.equal(gap.size, PAGE_ENTRIES * 2, 'nothing is known of what is before a gap');
});

test('pages that were turned between two looks are read, and nothing more', async () => {
  const { state, follow, tell, known, later } = openWorld();
  tell('a', 1);
  const followed = follow();
  const before = await known(followed);
  state.calls.length = 0;
  tell('a', 6, 'more');
  later();
  const after = await known(followed);
  assert.equal(after, before, 'what was looked up stays looked up');
  assert.equal(after.size, 7);
  assert.deepEqual(state.calls, ['newest', 'pages']);
});

test('a feed that goes back, or has less than it had, reaches back to now alone', async () => {
  for (const back of [1, 0]) {
    const { state, feed, follow, tell, known, later } = openWorld();
    tell('a', 2 * PAGE_ENTRIES);
    const followed = follow();
    assert.equal((await known(followed)).size, 4);
    const newest = feed.newestOf('a');
    assert.ok(newest);
    state.replaced = { ...newest, number: newest.number - back, entries: [] };
    later();
    const anew = await known(followed);
    assert.deepEqual([anew.size, anew.coveredFromSeconds()], [0, state.nowMs / 1000]);
  }
});

test('a function that was frozen while it read knows nothing of the time that it slept through', async () => {
  const { state, feed, follow, tell, known, later } = openWorld();
  tell('a', 1);
  const followed = follow();
  await known(followed);
  later();
  tell('a', PAGE_ENTRIES * (PAGES_READ_BACK + 10), 'more');
  // The question is sent when it thaws: of an hour it finds the pages of the last minutes.
  state.whileRead = () => {
    state.nowMs += 3_600_000;
    state.whileRead = undefined;
    tell('a', PAGE_ENTRIES * (PAGES_READ_BACK + 10), 'asleep');
    state.replaced = { ...(feed.newestOf('a') as FeedPage), sinceSeconds: undefined };
  };
  const anew = await known(followed);
  assert.equal(anew.has('asleep0'), false);
  assert.equal(anew.coveredFromSeconds(), state.nowMs / 1000);
});

test('a feed that can’t be read is an outage of its own tenant alone', async () => {
  const { state, follow, known, tell } = openWorld();
  tell('b', 1);
  state.replaced = new Unavailable('dynamodb', 'feed-malformed');
  const followed = follow();
  await assert.rejects(known(followed), { reason: 'feed-malformed' });
  assert.equal((await known(followed, 'b')).size, 1);
});

test('a tenant that ends very many grants costs itself what is held, and no other', async () => {
  const { follow, tell, known, later } = openWorld(20);
  tell('quiet', 6);
  const followed = follow();
  const quiet = await known(followed, 'quiet');
  const covered = quiet.coveredFromSeconds();
  for (let round = 0; round < 5; round++) {
    tell('loud', 20, `r${round}-`);
    later();
    const loud = await known(followed, 'loud');
    assert.ok(loud.size + quiet.size <= 20, `${loud.size}`);
    assert.equal(loud.has(`r${round}-19`), true);
  }
  assert.deepEqual([quiet.size, quiet.coveredFromSeconds()], [6, covered]);
});
