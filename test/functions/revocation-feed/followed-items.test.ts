import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BELIEVED_MS, IN_USE_MS, READ_AT_ONCE, REFRESH_AFTER_MS } from '../../../functions/revocation-feed/bounds.ts';
import { createFollowedItems } from '../../../functions/revocation-feed/followed-items.ts';

type Answer = ReadonlyMap<string, number | Error>;

/** Reads wait until the test answers them; each item is the number of the read. */
function openWorld(maxItems = 1000) {
  const state = { nowMs: 0, failures: [] as string[] };
  const reads: { keys: string[]; answer: (found?: Answer) => Promise<void>; fail: () => Promise<void> }[] = [];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const items = createFollowedItems<number>({
    read(known) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const number = reads.length + 1;
      reads.push({
        keys: [...known.keys()],
        answer(found = new Map([...known.keys()].map((key) => [key, number]))) {
          resolve(found);
          return settle();
        },
        fail() {
          reject(new Error('no answer'));
          return settle();
        },
      });
      return promise;
    },
    maxItems,
    steadyMs: () => state.nowMs,
    onFailure: (keys, error, ageMs) => void state.failures.push(`${keys} ${error.message} ${ageMs}`),
  });
  /** Asks, and answers at once what has to be read for it. */
  const ask = async (key: string) => {
    const asked = items.require(key);
    const read = reads.at(-1);
    await settle();
    await read?.answer();
    return asked;
  };
  return { state, reads, items, ask };
}

test('what is young is answered without a read, what ages is read in the background, what is old is waited for', async () => {
  const { state, reads, items } = openWorld();
  const first = items.require('a');
  assert.equal(reads.length, 1);
  await reads[0]?.answer();
  assert.deepEqual(await first, { value: 1, ageMs: 0 });
  state.nowMs = REFRESH_AFTER_MS - 1;
  assert.deepEqual(await items.require('a'), { value: 1, ageMs: REFRESH_AFTER_MS - 1 });
  assert.equal(reads.length, 1);
  state.nowMs = REFRESH_AFTER_MS;
  assert.equal((await items.require('a')).value, 1);
  assert.equal((await items.require('a')).value, 1);
  assert.equal(reads.length, 2, 'one read at a time');
  state.nowMs += 500;
  await reads[1]?.answer();
  assert.deepEqual(await items.require('a'), { value: 2, ageMs: 500 }, 'as old as the question');
  state.nowMs = REFRESH_AFTER_MS + BELIEVED_MS;
  const waiting = items.require('a');
  const another = items.require('a');
  await reads[2]?.answer();
  assert.deepEqual([(await waiting).value, (await another).value, reads.length], [3, 3, 3]);
});

test('a failure in the background is told, tried again, and an outage when the bound is over', async () => {
  const { state, reads, items, ask } = openWorld();
  await ask('a');
  state.nowMs = 5000;
  await items.require('a');
  await reads[1]?.fail();
  assert.deepEqual(state.failures, ['a no answer 5000']);
  state.nowMs = 5500;
  await items.require('a');
  assert.equal(reads.length, 2, 'not at every request');
  state.nowMs = 6000;
  assert.equal((await items.require('a')).ageMs, 6000);
  assert.equal(reads.length, 3);
  await reads[2]?.fail();
  state.nowMs = BELIEVED_MS;
  const refused = assert.rejects(items.require('a'), /no answer/);
  await reads[3]?.fail();
  await refused;
  await ask('a');
  assert.equal((await items.require('a')).value, 5, 'and good again at once when it answers');
});

test('a read that was frozen changes nothing when it comes back after a later one, and is not waited for', async () => {
  const { state, reads, items, ask } = openWorld();
  await ask('a');
  state.nowMs = 5000;
  await items.require('a');
  state.nowMs = 60_000;
  const thawed = items.require('a');
  assert.equal(reads.length, 3);
  await reads[2]?.answer();
  assert.equal((await thawed).value, 3);
  await reads[1]?.answer();
  assert.deepEqual(await items.require('a'), { value: 3, ageMs: 0 });
});

test('a read that takes longer than the bound is asked once more, and then an outage', async () => {
  const { state, reads, items } = openWorld();
  const asked = items.require('a');
  const refused = assert.rejects(asked, { reason: 'feed-too-old' });
  for (const at of [0, 1]) {
    state.nowMs += BELIEVED_MS;
    await reads[at]?.answer();
  }
  await refused;
  assert.equal(reads.length, 2);
});

test('all that is in use is read by one call, a hundred at once, and what nobody asks for is not', async () => {
  const { state, reads, items, ask } = openWorld();
  await ask('idle');
  state.nowMs = IN_USE_MS;
  for (let at = 0; at < READ_AT_ONCE + 20; at++) await ask(`k${at}`);
  const before = reads.length;
  state.nowMs += 5000;
  await items.require('k119');
  assert.equal(reads.length, before + 1);
  assert.equal(reads.at(-1)?.keys.length, READ_AT_ONCE);
  assert.ok(!reads.at(-1)?.keys.includes('idle'));
  assert.ok(reads.at(-1)?.keys.includes('k119'));
});

test('one that fails alone fails alone, and so many are held and no more', async () => {
  const { reads, items, ask } = openWorld(3);
  const failing = assert.rejects(items.require('a'), /its own/);
  await reads[0]?.answer(new Map([['a', new Error('its own')]]));
  await failing;
  for (const key of ['b', 'c', 'd', 'e']) await ask(key);
  assert.deepEqual(items.values(), [3, 4, 5]);
});
