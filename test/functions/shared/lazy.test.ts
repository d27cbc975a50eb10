// Lazy loading: once for all who ask, and again where it failed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lazy } from '../../../functions/shared/lazy.ts';

test('loads at the first call alone, also where two come at once', async () => {
  let loads = 0;
  const find = lazy(async () => {
    loads += 1;
    return { loads };
  });
  assert.equal(loads, 0);
  const [first, second] = await Promise.all([find(), find()]);
  assert.equal(first, second);
  assert.equal(await find(), first);
  assert.equal(loads, 1);
});

test('what could not be loaded is tried again at the next call', async () => {
  let loads = 0;
  const find = lazy(async () => {
    loads += 1;
    if (loads === 1) throw new Error('too many open files');
    return loads;
  });
  await assert.rejects(Promise.all([find(), find()]), /too many open files/);
  assert.equal(await find(), 2);
  assert.equal(await find(), 2);
});
