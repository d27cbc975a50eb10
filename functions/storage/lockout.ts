// Lockout: how long failed attempts lock a user or an address (A11, A12). The stores count; this says what the counts
// mean.

import type { AttemptLimit } from './stores.ts';

/** No lock lasts longer. */
const MAX_LOCK_SECONDS = 86_400;

/** Time without an attempt after which everything is forgotten: a day longer than the longest lock. */
export const ATTEMPTS_KEPT_SECONDS = 2 * MAX_LOCK_SECONDS;

/**
 * What is known of the attempts under one key. Attempts are full when `count` has reached the limit; that is a lock
 * from `lastAtSeconds` on, since a full key takes no more attempts.
 */
export interface Attempts {
  readonly count: number;
  /** Locks that have passed before this one. */
  readonly locks: number;
  readonly lastAtSeconds: number;
}

/** How long a lock lasts that `locks` others went before. */
export function lockSeconds(limit: AttemptLimit, locks: number): number {
  return Math.min(limit.lockSeconds * 2 ** Math.min(locks, 30), MAX_LOCK_SECONDS);
}

/** The seconds until the next attempt may be made; 0 or less: now. */
export function lockedForSeconds(attempts: Attempts, limit: AttemptLimit, nowSeconds: number): number {
  if (attempts.count < limit.maxAttempts) return 0;
  return attempts.lastAtSeconds + lockSeconds(limit, attempts.locks) - nowSeconds;
}
