// Failed attempts in the Tokens table (A12). The attempt is counted before the password is looked at, by one conditional
// write. A key whose count is full takes no more; so the write that fills it is also the one that locks it, and the
// lock is there whether or not that very attempt is ever heard of again.

import * as v from 'valibot';
import { Unavailable } from '../../shared/errors.ts';
import { ATTEMPTS_KEPT_MS, type AttemptLimit, type Attempts, nextAttempts } from '../lockout.ts';
import type { AttemptKey, AttemptStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import { BUSY, createPlaces, MAX_ROUNDS } from './places.ts';
import { attemptsKey } from './token-keys.ts';

const attemptsItem = v.object({ count: v.number(), locks: v.number(), lastAtMs: v.number() });

export function createAttempts(dynamoDb: DynamoDb, table: string): AttemptStore {
  const counters = createCounters(dynamoDb, table);
  const places = createPlaces(dynamoDb, table);
  return {
    async reserveAttempt(key, limit, nowMs) {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        if (await counters.countOneMore(key, limit, nowMs)) return { kind: 'reserved' };
        const seen = await counters.find(key);
        // Race: an operator has just unlocked the user, or TTL has deleted what was over.
        if (seen === undefined) continue;
        const next = nextAttempts(seen, limit, nowMs);
        if (next.kind === 'locked') return next;
        if (await counters.replace(key, seen, next.attempts, nowMs)) return { kind: 'reserved' };
      }
      return BUSY;
    },
    async releaseAttempt(key, place) {
      if (place !== undefined) return places.release(key, place);
      // The condition keeps a release that comes after a lock has passed from making a count below zero.
      await dynamoDb.update(table, attemptsKey(key), 'SET #count = #count - :one', {
        condition: '#count > :none',
        names: ['count'],
        values: { one: 1, none: 0 },
      });
    },
    reserveAtPlace: places.reserve,
    rememberSignIn: places.remember,
  };
}

function createCounters(dynamoDb: DynamoDb, table: string) {
  return {
    /** The common case, one call: the count is not full and was never locked, or there is none yet. */
    async countOneMore(key: AttemptKey, limit: AttemptLimit, nowMs: number): Promise<boolean> {
      // Race: parallel guesses. DynamoDB runs writes to one item one after the other, each with its condition on what
      // the one before it left: of any number at once, `maxAttempts` are written.
      const outcome = await dynamoDb.update(
        table,
        attemptsKey(key),
        'SET #count = if_not_exists(#count, :none) + :one, #locks = if_not_exists(#locks, :none), #lastAtMs = :now, #expiresAt = :until',
        {
          condition: 'attribute_not_exists(#id) OR (#locks = :none AND #count < :max AND (#count = :none OR #lastAtMs > :forgotten))',
          names: ['id', 'count', 'locks', 'lastAtMs', 'expiresAt'],
          values: { none: 0, one: 1, max: limit.maxAttempts, now: nowMs, forgotten: nowMs - ATTEMPTS_KEPT_MS, until: endSeconds(nowMs) },
        },
      );
      return outcome === 'written';
    },
    /** After a lock, or where all is to be forgotten. */
    async replace(key: AttemptKey, seen: Attempts, next: Attempts, nowMs: number): Promise<boolean> {
      // Race: everybody who waited for the end of the lock. One writes; what the others saw is then no more.
      const outcome = await dynamoDb.update(
        table,
        attemptsKey(key),
        'SET #count = :count, #locks = :locks, #lastAtMs = :now, #expiresAt = :until',
        {
          condition: '#count = :seenCount AND #locks = :seenLocks AND #lastAtMs = :seenAt',
          names: ['count', 'locks', 'lastAtMs', 'expiresAt'],
          values: {
            ...{ count: next.count, locks: next.locks, now: next.lastAtMs, until: endSeconds(nowMs) },
            ...{ seenCount: seen.count, seenLocks: seen.locks, seenAt: seen.lastAtMs },
          },
        },
      );
      return outcome === 'written';
    },
    async find(key: AttemptKey): Promise<Attempts | undefined> {
      const item = await dynamoDb.get(table, attemptsKey(key), { isConsistent: true });
      if (item === undefined) return undefined;
      const parsed = v.safeParse(attemptsItem, item);
      if (!parsed.success) throw new Unavailable('dynamodb', 'attempts-malformed');
      return parsed.output;
    },
  };
}

/** When TTL may delete the item. */
function endSeconds(nowMs: number): number {
  return Math.ceil((nowMs + ATTEMPTS_KEPT_MS) / 1000);
}
