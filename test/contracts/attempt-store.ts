// The contract of `AttemptStore` (functions/storage/stores.ts): counts under a key, and counts at the places of a name.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type SignInPlace, signInRecord } from '../../functions/storage/sign-in-places.ts';
import { newGrant } from './grant-store.ts';
import type { StoresUnderTest } from './stores-under-test.ts';

const LIMIT = { maxAttempts: 5, lockSeconds: 300 };
const newKey = () => randomBytes(32).toString('base64url');
const newPlace = () => randomBytes(8).toString('hex');

type Kinds = (count: number, reserve: () => Promise<{ readonly kind: string }>) => Promise<string>;

const kinds: Kinds = async (count, reserve) => {
  const found: string[] = [];
  for (let at = 0; at < count; at++) found.push((await reserve()).kind);
  return found.join(' ');
};

export function attemptStoreContract(opened: () => StoresUnderTest): void {
  countedByKey(opened);
  countedAtPlaces(opened);
}

function countedByKey(opened: () => StoresUnderTest): void {
  /** One key of its own, and what its reservations say. */
  const open = () => {
    const { stores, nowSeconds } = opened();
    const key = newKey();
    const reserve = (atSeconds: number, limit = LIMIT) => stores.attempts.reserveAttempt(key, limit, (nowSeconds() + atSeconds) * 1000);
    return { attempts: stores.attempts, key, reserve };
  };

  test('as many attempts as the limit are reserved, then the key is locked for as long as the limit says', async () => {
    const { reserve } = open();
    assert.equal(await kinds(5, () => reserve(0)), 'reserved reserved reserved reserved reserved');
    assert.deepEqual(await reserve(0), { kind: 'locked', retryAfterSeconds: 300, lockedForMs: 0 });
    assert.deepEqual(await reserve(299), { kind: 'locked', retryAfterSeconds: 1, lockedForMs: 299_000 });
    assert.deepEqual(await reserve(300), { kind: 'reserved' });
  });

  test('A12 of many parallel attempts, never more than the limit are reserved; after a lock, one', async () => {
    const { reserve } = open();
    for (const [atSeconds, reserved] of [
      [0, 5],
      [300, 1],
      [900, 1],
    ] as const) {
      const found = await Promise.all(Array.from({ length: 30 }, () => reserve(atSeconds)));
      assert.equal(found.filter(({ kind }) => kind === 'reserved').length, reserved, `at ${atSeconds} s`);
    }
  });

  test('A93 every lock that follows lasts twice as long, up to 15 minutes', async () => {
    const { reserve } = open();
    let at = 0;
    for (const [attempts, seconds] of [
      [5, 300],
      [1, 600],
      [1, 900],
      [1, 900],
    ] as const) {
      assert.equal(await kinds(attempts, () => reserve(at)), Array(attempts).fill('reserved').join(' '));
      assert.deepEqual(await reserve(at), { kind: 'locked', retryAfterSeconds: seconds, lockedForMs: 0 });
      at += seconds;
    }
  });

  test('what was attempted is forgotten after an hour of rest, locks included', async () => {
    const { reserve } = open();
    await kinds(4, () => reserve(0));
    assert.equal(await kinds(6, () => reserve(3600)), 'reserved reserved reserved reserved reserved locked');
    assert.equal(await kinds(2, () => reserve(3900)), 'reserved locked');
    assert.equal(await kinds(6, () => reserve(7500)), 'reserved reserved reserved reserved reserved locked');
  });

  test('an attempt that is given back does not count, and unlocks what it had locked', async () => {
    const { attempts, key, reserve } = open();
    await kinds(5, () => reserve(0));
    await attempts.releaseAttempt(key);
    assert.equal(await kinds(2, () => reserve(10)), 'reserved locked');
    assert.equal((await reserve(310)).kind, 'reserved');
    await attempts.releaseAttempt(key);
    assert.equal(await kinds(2, () => reserve(320)), 'reserved locked');
  });

  test('giving back more than was reserved earns nothing', async () => {
    const { attempts, key, reserve } = open();
    await attempts.releaseAttempt(key);
    await reserve(0);
    for (let at = 0; at < 3; at++) await attempts.releaseAttempt(key);
    assert.equal(await kinds(6, () => reserve(0)), 'reserved reserved reserved reserved reserved locked');
  });

  test('keys are counted each for itself', async () => {
    const [one, other] = [open(), open()];
    await kinds(6, () => one.reserve(0));
    assert.equal((await other.reserve(0)).kind, 'reserved');
  });
}

function countedAtPlaces(opened: () => StoresUnderTest): void {
  /** A name that is known at some places, and what reservations there say. */
  const open = async (known: readonly string[] = []) => {
    const { stores, nowSeconds } = opened();
    const { attempts } = stores;
    const name = newKey();
    const placeOf = (): SignInPlace => ({
      users: ['0123456789abcdef'],
      signedInAtSeconds: nowSeconds(),
      attempts: { count: 0, locks: 0, lastAtMs: nowSeconds() * 1000 },
    });
    if (known.length > 0) await attempts.rememberSignIn({ name, places: new Map(known.map((place) => [place, placeOf()])) });
    const reserve = (asked: readonly string[], atSeconds = 0, limit = LIMIT) =>
      attempts.reserveAtPlace(name, asked, limit, (nowSeconds() + atSeconds) * 1000);
    return { attempts, name, placeOf, reserve };
  };

  test('a name that nobody signed in by is at home nowhere, and nothing is counted', async () => {
    const { reserve } = await open();
    assert.deepEqual(await reserve([newPlace()]), { kind: 'unfamiliar', places: new Map() });
    assert.deepEqual(await reserve([]), { kind: 'unfamiliar', places: new Map() });
  });

  test('A93 places are counted each for itself, and a lock of one holds nowhere else', async () => {
    const [office, home, elsewhere] = [newPlace(), newPlace(), newPlace()];
    const { attempts, name, reserve } = await open([office, home]);
    assert.equal(await kinds(6, () => reserve([office])), 'reserved reserved reserved reserved reserved locked');
    assert.equal((await reserve([elsewhere])).kind, 'unfamiliar');
    assert.equal((await attempts.reserveAttempt(name, LIMIT, 0)).kind, 'reserved');
    assert.equal(await kinds(6, () => reserve([home])), 'reserved reserved reserved reserved reserved locked');
    const locked = await reserve([office], 10);
    assert.ok(locked.kind === 'locked');
    assert.deepEqual([locked.retryAfterSeconds, locked.lockedForMs], [290, 10_000]);
    assert.equal(await kinds(2, () => reserve([office], 300)), 'reserved locked');
  });

  test('the first place that is known counts', async () => {
    const [browser, network] = [newPlace(), newPlace()];
    const { reserve } = await open([network]);
    const reserved = await reserve([browser, network]);
    assert.ok(reserved.kind === 'reserved');
    assert.equal(reserved.place, network);
    assert.equal(reserved.places.get(network)?.attempts.count, 1);
    assert.equal(await kinds(5, () => reserve([network])), 'reserved reserved reserved reserved locked');
  });

  test('A12 of many parallel attempts at one place, never more than the limit are reserved; after a lock, one', async () => {
    const place = newPlace();
    const { reserve } = await open([place]);
    for (const [atSeconds, reserved] of [
      [0, 5],
      [300, 1],
    ] as const) {
      const found = await Promise.all(Array.from({ length: 20 }, () => reserve([place], atSeconds)));
      assert.equal(found.filter(({ kind }) => kind === 'reserved').length, reserved, `at ${atSeconds} s`);
    }
  });

  test('a place is forgotten 30 days after the last sign-in, though nothing deleted it (A82)', async () => {
    const place = newPlace();
    const { reserve } = await open([place]);
    assert.equal((await reserve([place], 30 * 86_400 - 1)).kind, 'reserved');
    assert.equal((await reserve([place], 30 * 86_400)).kind, 'unfamiliar');
  });

  test('an attempt at a place that is given back does not count there', async () => {
    const place = newPlace();
    const { attempts, name, reserve } = await open([place]);
    await kinds(5, () => reserve([place]));
    await attempts.releaseAttempt(name, place);
    assert.equal(await kinds(2, () => reserve([place])), 'reserved locked');
    await attempts.releaseAttempt(name, newPlace());
    await attempts.releaseAttempt(newKey(), place);
  });

  test('what a sign-in leaves behind takes the place of what was there', async () => {
    const [one, other] = [newPlace(), newPlace()];
    const { attempts, name, placeOf, reserve } = await open([one]);
    await kinds(6, () => reserve([one]));
    const users = ['fedcba9876543210', 'abcdef0123456789'];
    await attempts.rememberSignIn({
      name,
      places: new Map([
        [one, placeOf()],
        [other, { ...placeOf(), users }],
      ]),
    });
    assert.equal((await reserve([one])).kind, 'reserved');
    assert.deepEqual((await reserve([other])).places.get(other)?.users, users);
  });

  test('A93 of first sign-ins of one name at the same time, each leaves its place and its grant', async () => {
    const { attempts, grants } = opened().stores;
    const nowMs = opened().nowSeconds() * 1000;
    const name = randomBytes(32).toString('base64url');
    const placesOf = Array.from({ length: 3 }, () => randomBytes(8).toString('hex'));
    const limit = { maxAttempts: 5, lockSeconds: 60 };
    const records = await Promise.all(
      placesOf.map(async (at) => {
        const { places: seen } = await attempts.reserveAtPlace(name, [at], limit, nowMs);
        return { seen, record: signInRecord(name, { at: [at], user: 'aaaaaaaaaaaaaaaa', nowMs, seen }) };
      }),
    );
    assert.ok(records.every(({ seen }) => seen.size === 0));
    const issued = records.map(({ record }) => ({ record, grant: newGrant(opened().nowSeconds()) }));
    await Promise.all(issued.map(({ grant, record }) => grants.insertGrant(grant, record)));
    for (const { grant } of issued) assert.ok((await grants.findGrant(grant.id, opened().nowSeconds())) !== undefined);
    const { places } = await attempts.reserveAtPlace(name, ['0000000000000000'], limit, nowMs);
    assert.deepEqual([...places.keys()].toSorted(), placesOf.toSorted());
  });

  test('A93 sign-ins from several places at once forget none of them, and no guess that is counted meanwhile', async () => {
    const { attempts, grants } = opened().stores;
    const nowMs = opened().nowSeconds() * 1000;
    const name = randomBytes(32).toString('base64url');
    const [home, office, shared, ...away] = Array.from({ length: 6 }, () => randomBytes(8).toString('hex'));
    const [user, namesake] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'];
    assert.ok(home !== undefined && office !== undefined && shared !== undefined);
    const limit = { maxAttempts: 5, lockSeconds: 60 };
    const signIn = async (at: string, who: string) => {
      const { places: seen } = await attempts.reserveAtPlace(name, [at], limit, nowMs);
      return signInRecord(name, { at: [at], user: who, nowMs, seen });
    };
    for (const [at, who] of [
      [home, user],
      [office, user],
      [shared, user],
      [shared, namesake],
    ] as const)
      await attempts.rememberSignIn(await signIn(at, who));
    const records = await Promise.all([...away.map((at) => signIn(at, user)), signIn(office, user), signIn(shared, user)]);
    // After what the sign-ins have read, and before they write.
    const guesses = await Promise.all([home, home, shared].map((at) => attempts.reserveAtPlace(name, [at], limit, nowMs)));
    assert.ok(guesses.every(({ kind }) => kind === 'reserved'));
    const grant = newGrant(opened().nowSeconds());
    await Promise.all(records.map((record, n) => (n === 0 ? grants.insertGrant(grant, record) : attempts.rememberSignIn(record))));
    assert.ok((await grants.findGrant(grant.id, opened().nowSeconds())) !== undefined);
    const { places } = await attempts.reserveAtPlace(name, ['0000000000000000'], limit, nowMs);
    assert.deepEqual([...places.keys()].toSorted(), [home, office, shared, ...away].toSorted());
    assert.deepEqual(
      [home, office, shared].map((at) => places.get(at)?.attempts.count),
      [2, 0, 1],
    );
    assert.deepEqual(places.get(shared)?.users.toSorted(), [user, namesake]);
  });
}
