// Lockout: how long failed attempts lock a user or an address (A11, A12, A93). The stores count; this says what the
// counts mean.

/** No lock lasts longer: it holds for honest users as well, and anybody can cause one (A93). */
const MAX_LOCK_SECONDS = 900;

/**
 * After this long without an attempt everything is forgotten. Who waits for that gets no more guesses in a day than who
 * goes on through the longest locks.
 */
export const ATTEMPTS_KEPT_MS = 3_600_000;

/**
 * Attempts counted under one key. A full count is a lock from `lastAtMs` on, since a full key takes no more
 * attempts.
 */
export interface Attempts {
  readonly count: number;
  /** Locks that have passed before this one. */
  readonly locks: number;
  /** Milliseconds since the epoch. */
  readonly lastAtMs: number;
}

export interface AttemptLimit {
  readonly maxAttempts: number;
  /** Doubles with every lock that follows, up to 15 minutes. */
  readonly lockSeconds: number;
}

export type Reservation =
  | { readonly kind: 'reserved' }
  /** `lockedForMs`: how long it has been so already. */
  | { readonly kind: 'locked'; readonly retryAfterSeconds: number; readonly lockedForMs: number };

/** Count after one more attempt, or for how long there may be none. */
type NextAttempts = { readonly kind: 'reserved'; readonly attempts: Attempts } | Extract<Reservation, { kind: 'locked' }>;

/**
 * Counts one more attempt. After a lock there is one attempt, and then the next lock: a directory that counts for itself
 * sees `maxAttempts` wrong passwords, and from then on one a lock (A11).
 */
export function nextAttempts(known: Attempts | undefined, limit: AttemptLimit, nowMs: number): NextAttempts {
  const { count, locks, lastAtMs } = known === undefined || isForgotten(known, nowMs) ? { count: 0, locks: 0, lastAtMs: nowMs } : known;
  if (count < (locks === 0 ? limit.maxAttempts : 1)) return { kind: 'reserved', attempts: { count: count + 1, locks, lastAtMs: nowMs } };
  const endMs = lastAtMs + lockSeconds(limit, locks) * 1000;
  if (nowMs >= endMs) return { kind: 'reserved', attempts: { count: 1, locks: locks + 1, lastAtMs: nowMs } };
  return { kind: 'locked', retryAfterSeconds: Math.ceil((endMs - nowMs) / 1000), lockedForMs: nowMs - lastAtMs };
}

function isForgotten({ lastAtMs }: Attempts, nowMs: number): boolean {
  return nowMs >= lastAtMs + ATTEMPTS_KEPT_MS;
}

/** Seconds that a lock lasts that `locks` others went before. */
function lockSeconds(limit: AttemptLimit, locks: number): number {
  return Math.min(limit.lockSeconds * 2 ** Math.min(locks, 30), MAX_LOCK_SECONDS);
}
