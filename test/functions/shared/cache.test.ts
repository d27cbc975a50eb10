import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCache } from '../../../functions/shared/cache.ts';

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
