// The places of a name as one item of the Tokens table, so that a sign-in from a place that is known counts its attempt
// and learns of all of them in one call, and forgets it and remembers the place in the call that writes the grant.

import { ATTEMPTS_KEPT_MS, type AttemptLimit, type Attempts, nextAttempts } from '../lockout.ts';
import { findFamiliarPlace, PLACE_KEPT_SECONDS, type PlaceKey, type SignInPlaces, type SignInRecord } from '../sign-in-places.ts';
import type { AttemptKey, PlaceReservation } from '../stores.ts';
import type { DynamoDb, Item } from './dynamodb.ts';
import { mergePlaces, writePlaces } from './merge-places.ts';
import { parsePlaces, pathsOf, placesToItem } from './places-item.ts';
import { placesKey } from './token-keys.ts';

/** Rounds: how often a race may be lost. Whoever wins one either fills the count or starts it, so a third loss is rare. */
export const MAX_ROUNDS = 5;

/** Answer to who has lost every round: others keep the key busy, and a moment later it is theirs or full. */
export const BUSY = { kind: 'locked', retryAfterSeconds: 1, lockedForMs: 0 } as const;

const NOWHERE: SignInPlaces = new Map();

export function createPlaces(dynamoDb: DynamoDb, table: string) {
  const find = async (name: AttemptKey): Promise<SignInPlaces> => {
    const item = await dynamoDb.get(table, placesKey(name), { isConsistent: true });
    return item === undefined ? NOWHERE : parsePlaces(item);
  };

  /** The common case, one call: the place is known, and its count is not full and was never locked. */
  async function countOneMore(name: AttemptKey, place: PlaceKey, limit: AttemptLimit, nowMs: number): Promise<SignInPlaces | undefined> {
    const { count, locks, lastAtMs, signedInAt } = pathsOf(place);
    // Race: parallel guesses, as in `attempts.ts`.
    const item = await dynamoDb.updateAndRead(table, placesKey(name), `SET ${count} = ${count} + :one, ${lastAtMs} = :now`, {
      condition: `${signedInAt} > :oldest AND ${locks} = :none AND ${count} < :max AND (${count} = :none OR ${lastAtMs} > :forgotten)`,
      names: ['places', place, 'count', 'locks', 'lastAtMs', 'signedInAt'],
      values: {
        ...{ none: 0, one: 1, max: limit.maxAttempts, now: nowMs, forgotten: nowMs - ATTEMPTS_KEPT_MS },
        oldest: Math.floor(nowMs / 1000) - PLACE_KEPT_SECONDS,
      },
    });
    return item && parsePlaces(item);
  }

  /** After a lock, or where what there was is to be forgotten. */
  async function replace(name: AttemptKey, place: PlaceKey, seen: Attempts, next: Attempts): Promise<boolean> {
    const { count, locks, lastAtMs } = pathsOf(place);
    // Race: everybody who waited for the end of the lock. One writes; what the others saw is then no more.
    const outcome = await dynamoDb.update(table, placesKey(name), `SET ${count} = :count, ${locks} = :locks, ${lastAtMs} = :now`, {
      condition: `${count} = :seenCount AND ${locks} = :seenLocks AND ${lastAtMs} = :seenAt`,
      names: ['places', place, 'count', 'locks', 'lastAtMs'],
      values: {
        ...{ count: next.count, locks: next.locks, now: next.lastAtMs },
        ...{ seenCount: seen.count, seenLocks: seen.locks, seenAt: seen.lastAtMs },
      },
    });
    return outcome === 'written';
  }

  return {
    async reserve(name: AttemptKey, asked: readonly PlaceKey[], limit: AttemptLimit, nowMs: number): Promise<PlaceReservation> {
      const [first] = asked;
      if (first === undefined) return { kind: 'unfamiliar', places: NOWHERE };
      let place = first;
      let places = NOWHERE;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const counted = await countOneMore(name, place, limit, nowMs);
        if (counted !== undefined) return { kind: 'reserved', place, places: counted };
        places = await find(name);
        const familiar = findFamiliarPlace(places, asked, nowMs);
        if (familiar === undefined) return { kind: 'unfamiliar', places };
        const next = nextAttempts(familiar.place.attempts, limit, nowMs);
        if (next.kind === 'locked') return { ...next, places };
        const { attempts } = next;
        if (place === familiar.key && (await replace(name, place, familiar.place.attempts, attempts)))
          return { kind: 'reserved', place, places: new Map(places).set(place, { ...familiar.place, attempts }) };
        place = familiar.key;
      }
      return { ...BUSY, places };
    },

    async release(name: AttemptKey, place: PlaceKey): Promise<void> {
      const { count } = pathsOf(place);
      await dynamoDb.update(table, placesKey(name), `SET ${count} = ${count} - :one`, {
        condition: `${count} > :none`,
        names: ['places', place, 'count'],
        values: { one: 1, none: 0 },
      });
    },

    /** Forgets the attempts at every place; returns what there was. */
    async forgetAttempts(name: AttemptKey): Promise<SignInPlaces> {
      const places = await find(name);
      for (const [place, { attempts }] of places) {
        // Race: an attempt that is under way. It stays counted, and with it what was there before.
        if (attempts.count > 0 || attempts.locks > 0) await replace(name, place, attempts, { ...attempts, count: 0, locks: 0 });
      }
      return places;
    },

    async remember({ name, places, merge }: SignInRecord): Promise<void> {
      if (merge !== undefined) return mergePlaces(dynamoDb, table, name, merge);
      await writePlaces(dynamoDb, table, { name, places });
    },
  };
}

/**
 * Writes what a login leaves behind: all of it in one call, but for places that more is known of.
 *
 * @param items what else it leaves
 */
export async function writeWithSignIn(dynamoDb: DynamoDb, table: string, items: readonly Item[], signIn: SignInRecord): Promise<void> {
  const { name, merge } = signIn;
  if (merge === undefined) return dynamoDb.writeBatch(table, [...items, placesToItem(signIn)], []);
  await Promise.all([items.length === 0 ? undefined : dynamoDb.writeBatch(table, items, []), mergePlaces(dynamoDb, table, name, merge)]);
}
