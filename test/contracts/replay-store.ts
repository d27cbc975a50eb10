// The contract of `ReplayStore` (functions/storage/stores.ts).

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { StoresUnderTest } from './stores-under-test.ts';

export function onceStoreContract(opened: () => StoresUnderTest): void {
  test('A35 of many who claim the same thing at once, exactly one gets it', async () => {
    const { stores, nowSeconds } = opened();
    const key = `jti#${randomUUID()}`;
    const claimed = await Promise.all(Array.from({ length: 20 }, () => stores.replays.claimOnce(key, nowSeconds() + 60)));
    assert.equal(claimed.filter(Boolean).length, 1);
    assert.equal(await stores.replays.claimOnce(key, nowSeconds() + 60), false);
    assert.equal(await stores.replays.claimOnce(`${key} `, nowSeconds() + 60), true);
  });

  test('A82 what has expired may be claimed again, though nothing deleted it', async () => {
    const { stores, nowSeconds } = opened();
    const key = `jti#${randomUUID()}`;
    assert.equal(await stores.replays.claimOnce(key, nowSeconds()), true);
    assert.equal(await stores.replays.claimOnce(key, nowSeconds() + 1), true);
    assert.equal(await stores.replays.claimOnce(key, nowSeconds() + 1), false);
  });
}
