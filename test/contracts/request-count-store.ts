// The contract of `RequestCountStore` (functions/storage/request-counts.ts).

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { StoresUnderTest } from './stores-under-test.ts';

const TIER = { requests: 10, seconds: 60 };

export function requestCountStoreContract(opened: () => StoresUnderTest): void {
  test('of any number of requests at once, exactly those of the tier are counted', async () => {
    const { stores, nowSeconds } = opened();
    const key = randomUUID();
    const counts = await Promise.all(Array.from({ length: 25 }, () => stores.requestCounts.countRequest(key, TIER, nowSeconds())));
    assert.equal(counts.filter(({ kind }) => kind === 'counted').length, 10);
    const over = counts.find((count) => count.kind === 'over');
    assert.deepEqual(over, { kind: 'over', retryAfterSeconds: 60 - (nowSeconds() % 60) });
  });

  test('every window and every key has a count of its own', async () => {
    const { stores, nowSeconds } = opened();
    const key = randomUUID();
    const one = { requests: 1, seconds: 60 };
    const now = nowSeconds() - (nowSeconds() % 60);
    const kindOf = async (name: string, at: number) => (await stores.requestCounts.countRequest(name, one, at)).kind;
    assert.equal(await kindOf(key, now), 'counted');
    assert.equal(await kindOf(key, now + 59), 'over');
    assert.equal(await kindOf(key, now + 60), 'counted');
    assert.equal(await kindOf(`${key} `, now), 'counted');
  });
}
