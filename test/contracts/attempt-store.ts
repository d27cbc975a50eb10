// The contract of `AttemptStore` (functions/storage/stores.ts).

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { StoresUnderTest } from './stores-under-test.ts';

const LIMIT = { maxAttempts: 5, lockSeconds: 300 };

export function attemptStoreContract(opened: () => StoresUnderTest): void {
  /** One key of its own, and what its reservations say. */
  const open = () => {
    const { stores, nowSeconds } = opened();
    const key = `user#${randomUUID()}`;
    const reserve = (atSeconds: number, limit = LIMIT) => stores.attempts.reserveAttempt(key, limit, nowSeconds() + atSeconds);
    return { attempts: stores.attempts, key, reserve };
  };
  const kinds = async (count: number, reserve: () => Promise<{ kind: string }>) => {
    const found: string[] = [];
    for (let at = 0; at < count; at++) found.push((await reserve()).kind);
    return found.join(' ');
  };

  test('as many attempts as the limit are reserved, then the key is locked for as long as the limit says', async () => {
    const { reserve } = open();
    assert.equal(await kinds(5, () => reserve(0)), 'reserved reserved reserved reserved reserved');
    assert.deepEqual(await reserve(0), { kind: 'locked', retryAfterSeconds: 300 });
    assert.deepEqual(await reserve(299), { kind: 'locked', retryAfterSeconds: 1 });
    assert.deepEqual(await reserve(300), { kind: 'reserved' });
  });

  test('A12 of many parallel attempts, never more than the limit are reserved', async () => {
    const { reserve } = open();
    for (const atSeconds of [0, 300, 900]) {
      const found = await Promise.all(Array.from({ length: 30 }, () => reserve(atSeconds)));
      assert.equal(found.filter(({ kind }) => kind === 'reserved').length, 5, `at ${atSeconds} s`);
    }
  });

  test('every lock that follows lasts twice as long, up to 24 hours', async () => {
    const { reserve } = open();
    const limit = { maxAttempts: 1, lockSeconds: 3600 };
    let at = 0;
    for (const hours of [1, 2, 4, 8, 16, 24, 24]) {
      assert.deepEqual(await reserve(at, limit), { kind: 'reserved' });
      assert.deepEqual(await reserve(at, limit), { kind: 'locked', retryAfterSeconds: hours * 3600 });
      at += hours * 3600;
    }
  });

  test('what was attempted is forgotten after two days of rest, longer locks included (A82)', async () => {
    const { reserve } = open();
    await kinds(4, () => reserve(0));
    assert.equal(await kinds(5, () => reserve(2 * 86_400)), 'reserved reserved reserved reserved reserved');
    assert.deepEqual(await reserve(2 * 86_400), { kind: 'locked', retryAfterSeconds: 300 });
  });

  test('an attempt that is given back does not count, and unlocks what it had locked', async () => {
    const { attempts, key, reserve } = open();
    await kinds(5, () => reserve(0));
    await attempts.releaseAttempt(key);
    assert.equal(await kinds(2, () => reserve(10)), 'reserved locked');
  });

  test('giving back more than was reserved earns nothing', async () => {
    const { attempts, key, reserve } = open();
    await attempts.releaseAttempt(key);
    await reserve(0);
    for (let at = 0; at < 3; at++) await attempts.releaseAttempt(key);
    assert.equal(await kinds(6, () => reserve(0)), 'reserved reserved reserved reserved reserved locked');
  });

  test('a success clears the attempts and the locks before', async () => {
    const { attempts, key, reserve } = open();
    await kinds(5, () => reserve(0));
    await kinds(5, () => reserve(300));
    await attempts.clearAttempts(key);
    assert.equal(await kinds(5, () => reserve(310)), 'reserved reserved reserved reserved reserved');
    assert.deepEqual(await reserve(310), { kind: 'locked', retryAfterSeconds: 300 });
    await attempts.clearAttempts(`user#${randomUUID()}`);
  });

  test('keys of any length and any characters are counted, each for itself', async () => {
    const { stores, nowSeconds } = opened();
    const limit = { maxAttempts: 1, lockSeconds: 60 };
    for (const key of ['user#a', 'user#a ', 'user#A', `user#${'ü'.repeat(5000)}`, 'user#\u0000', '__proto__', 'address#2001:db8::1']) {
      assert.equal((await stores.attempts.reserveAttempt(key, limit, nowSeconds())).kind, 'reserved', key.slice(0, 20));
      assert.equal((await stores.attempts.reserveAttempt(key, limit, nowSeconds())).kind, 'locked', key.slice(0, 20));
    }
  });
}
