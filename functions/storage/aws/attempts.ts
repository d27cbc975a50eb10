// Failed attempts in the Tokens table (A12). The attempt is counted before the password is looked at, by one conditional
// write. A key whose count is full takes no more; so the write that fills it is also the one that locks it, and the
// lock is there whether or not that very attempt is ever heard of again.

import * as v from 'valibot';
import { Unavailable } from '../../shared/errors.ts';
import { ATTEMPTS_KEPT_SECONDS, lockedForSeconds } from '../lockout.ts';
import type { AttemptLimit, AttemptStore, Reservation } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import { attemptsKey } from './token-keys.ts';

const attemptsItem = v.object({ count: v.number(), locks: v.number(), lastAtSeconds: v.number(), expiresAt: v.number() });
type AttemptsItem = v.InferOutput<typeof attemptsItem>;

/** How often a race may be lost. Whoever wins one either fills the count or starts it, so a third loss is rare. */
const MAX_ROUNDS = 5;

const RESERVED: Reservation = { kind: 'reserved' };

export function createAttempts(dynamoDb: DynamoDb, table: string): AttemptStore {
  /** The common case, one call: the count is not full, or there is none yet. */
  async function countOneMore(key: string, limit: AttemptLimit, now: number): Promise<boolean> {
    // Race: parallel guesses. DynamoDB runs writes to one item one after the other, each with its condition on what
    // the one before it left: of any number at once, `maxAttempts` are written.
    const outcome = await dynamoDb.update(
      table,
      attemptsKey(key),
      'SET #count = if_not_exists(#count, :none) + :one, #locks = if_not_exists(#locks, :none), #lastAtSeconds = :now, #expiresAt = :until',
      {
        condition: 'attribute_not_exists(#id) OR (#count < :max AND #expiresAt > :now)',
        names: ['id', 'count', 'locks', 'lastAtSeconds', 'expiresAt'],
        values: { none: 0, one: 1, now, max: limit.maxAttempts, until: now + ATTEMPTS_KEPT_SECONDS },
      },
    );
    return outcome === 'written';
  }

  /** Starts a new count with this attempt: after a lock, or where all is to be forgotten. */
  async function startAnew(key: string, seen: AttemptsItem, locks: number, now: number): Promise<boolean> {
    // Race: everybody who waited for the end of the lock. One writes; what the others saw is then no more.
    const outcome = await dynamoDb.update(
      table,
      attemptsKey(key),
      'SET #count = :one, #locks = :locks, #lastAtSeconds = :now, #expiresAt = :until',
      {
        condition: '#count = :seenCount AND #locks = :seenLocks AND #lastAtSeconds = :seenAt',
        names: ['count', 'locks', 'lastAtSeconds', 'expiresAt'],
        values: {
          one: 1,
          locks,
          now,
          until: now + ATTEMPTS_KEPT_SECONDS,
          seenCount: seen.count,
          seenLocks: seen.locks,
          seenAt: seen.lastAtSeconds,
        },
      },
    );
    return outcome === 'written';
  }

  async function find(key: string): Promise<AttemptsItem | undefined> {
    const item = await dynamoDb.get(table, attemptsKey(key), { isConsistent: true });
    if (item === undefined) return undefined;
    const parsed = v.safeParse(attemptsItem, item);
    if (!parsed.success) throw new Unavailable('dynamodb', 'attempts-malformed');
    return parsed.output;
  }

  return {
    async reserveAttempt(key, limit, nowSeconds) {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        if (await countOneMore(key, limit, nowSeconds)) return RESERVED;
        const seen = await find(key);
        // Race: a login that succeeded has just cleared it.
        if (seen === undefined) continue;
        const isForgotten = seen.expiresAt <= nowSeconds;
        const retryAfterSeconds = isForgotten ? 0 : lockedForSeconds(seen, limit, nowSeconds);
        if (retryAfterSeconds > 0) return { kind: 'locked', retryAfterSeconds };
        const isLockOver = !isForgotten && seen.count >= limit.maxAttempts;
        if (!isForgotten && !isLockOver) continue;
        if (await startAnew(key, seen, isLockOver ? seen.locks + 1 : 0, nowSeconds)) return RESERVED;
      }
      return { kind: 'locked', retryAfterSeconds: 1 };
    },

    async releaseAttempt(key) {
      // The condition keeps a release that comes after a success from making a count below zero.
      await dynamoDb.update(table, attemptsKey(key), 'SET #count = #count - :one', {
        condition: '#count > :none',
        names: ['count'],
        values: { one: 1, none: 0 },
      });
    },

    async clearAttempts(key) {
      await dynamoDb.delete(table, attemptsKey(key));
    },
  };
}
