import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCache, createRenewingCache } from '../../../functions/shared/cache.ts';

/** A cache of five seconds and three entries, whose loads the test sees and ends. */
function openTestCache() {
  const state = { nowMs: 0, loads: [] as string[], failure: undefined as Error | undefined, gate: Promise.resolve() };
  const cache = createCache(
    async (key) => {
      state.loads.push(key);
      const { failure } = state;
      await state.gate;
      if (failure !== undefined) throw failure;
      return key === 'absent' ? undefined : `${key}@${state.loads.length}`;
    },
    5000,
    3,
    () => state.nowMs,
  );
  return { state, cache };
}

test('a value serves for its time from the start of the load, and so does the absence of one', async () => {
  const { state, cache } = openTestCache();
  assert.equal(await cache.get('a'), 'a@1');
  assert.equal(await cache.get('absent'), undefined);
  state.nowMs = 4999;
  assert.equal(await cache.get('a'), 'a@1');
  assert.equal(await cache.get('absent'), undefined);
  state.nowMs = 5000;
  assert.equal(await cache.get('a'), 'a@3');
  assert.deepEqual(state.loads, ['a', 'absent', 'a']);
});

test('all who ask while a load is under way share it', async () => {
  const { state, cache } = openTestCache();
  let open = () => {};
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const asked = [cache.get('a'), cache.get('a'), cache.get('a')];
  open();
  assert.deepEqual(new Set(await Promise.all(asked)).size, 1);
  assert.deepEqual(state.loads, ['a']);
});

test('a failure reaches all who waited, and is not kept', async () => {
  const { state, cache } = openTestCache();
  state.failure = new Error('down');
  const results = await Promise.allSettled([cache.get('a'), cache.get('a')]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  state.failure = undefined;
  assert.equal(await cache.get('a'), 'a@2');
});

test('the oldest key goes first when there are too many, and a reload makes a key young', async () => {
  const { state, cache } = openTestCache();
  for (const key of ['a', 'b', 'c']) await cache.get(key);
  state.nowMs = 5000;
  await cache.get('a');
  await cache.get('d');
  state.loads.length = 0;
  await cache.get('a');
  await cache.get('d');
  assert.deepEqual(state.loads, []);
  await cache.get('b');
  assert.deepEqual(state.loads, ['b']);
});

test('a load that fails late does not take away what came after it', async () => {
  const { state, cache } = openTestCache();
  let open = () => {};
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  state.failure = new Error('late');
  const late = cache.get('a');
  cache.delete('a');
  state.failure = undefined;
  const next = cache.get('a');
  open();
  await assert.rejects(late);
  assert.equal(await next, await cache.get('a'));
  assert.deepEqual(state.loads, ['a', 'a']);
});

test('A80 keys are only keys', async () => {
  const { cache } = openTestCache();
  assert.equal(await cache.get('__proto__'), '__proto__@1');
  assert.equal(await cache.get('constructor'), 'constructor@2');
});

/** A cache of five seconds, whose values that begin with `a` serve for three more while they are loaded anew. */
function openRenewingTestCache() {
  const state = { nowMs: 0, loads: 0, failure: undefined as Error | undefined, gate: Promise.resolve() };
  const cache = createRenewingCache(
    async (key) => {
      const load = ++state.loads;
      await state.gate;
      if (state.failure !== undefined) throw state.failure;
      return { value: `${key}${load}` };
    },
    { ttlMs: 5000, maxEntries: 3, clock: () => state.nowMs, extraMsOf: (value) => (value.startsWith('a') ? 3000 : 0) },
  );
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { state, cache, settle };
}

test('a value that may serve for longer is loaded anew in the background, once, and nobody waits for it', async () => {
  const { state, cache, settle } = openRenewingTestCache();
  assert.deepEqual([await cache.get('a'), await cache.get('b')], ['a1', 'b2']);
  state.nowMs = 5000;
  assert.deepEqual([await cache.get('a'), await cache.get('a'), await cache.get('b')], ['a1', 'a1', 'b4']);
  await settle();
  assert.equal(await cache.get('a'), 'a3');
  assert.equal(state.loads, 4);
  state.nowMs = 13_000;
  assert.equal(await cache.get('a'), 'a5', 'nobody has asked in time: it is waited for');
});

test('where the loading in the background fails, the value serves until its end, each who asks tries again, and then it is an error', async () => {
  const { state, cache, settle } = openRenewingTestCache();
  await cache.get('a');
  state.failure = new Error('no answer');
  for (const nowMs of [5000, 6000]) {
    state.nowMs = nowMs;
    assert.equal(await cache.get('a'), 'a1');
    await settle();
  }
  assert.equal(state.loads, 3);
  state.nowMs = 8000;
  await assert.rejects(cache.get('a'), /no answer/);
  state.failure = undefined;
  assert.equal(await cache.get('a'), 'a5');
});

test('a loading that was frozen replaces nothing that was loaded after it', async () => {
  const { state, cache, settle } = openRenewingTestCache();
  await cache.get('a');
  state.nowMs = 5000;
  const { promise, resolve } = Promise.withResolvers<void>();
  state.gate = promise;
  assert.equal(await cache.get('a'), 'a1');
  state.gate = Promise.resolve();
  state.nowMs = 9000;
  assert.equal(await cache.get('a'), 'a3');
  resolve();
  await settle();
  assert.equal(await cache.get('a'), 'a3');
});
