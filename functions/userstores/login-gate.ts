// The gate that every guess of a password passes: attempts are counted per user and per client address, in a table that
// all functions share, and reserved before the password is looked at, so that parallel guesses can't outrun it (A11, A12).

import { setTimeout as delay } from 'node:timers/promises';
import { lockSeconds } from '../storage/lockout.ts';
import type { AttemptKey, AttemptLimit, AttemptStore, Reservation } from '../storage/stores.ts';
import { createAddressCounter } from './address-counter.ts';
import { attemptKey, type LoginOrigin } from './login-origin.ts';

/** One login on its way through the gate. It ends with one of `succeed`, `fail` and `giveBack`. */
export interface GatedLogin {
  /** @param user the user's id in the store, or the canonical name */
  reserveUser(domain: string, user: string): Promise<Reservation>;
  /** Whether any user was reserved yet. */
  hasReserved(): boolean;
  /** The password was right. Returns what is to be cleared. */
  succeed(): Promise<readonly AttemptKey[]>;
  /** The password was wrong, or there is no such user. `locked`: one failure too many from this address. */
  fail(): Promise<Reservation>;
  /**
   * A store has judged the password: what was reserved until now stays counted, whatever fails later. Otherwise guesses
   * at users of one store would be free while another one, or the count of addresses, is out (A12).
   */
  spend(): void;
  /** Gives back what is not spent: nobody could say. */
  giveBack(): Promise<void>;
}

export interface LoginGate {
  enter(origin: LoginOrigin): Promise<{ readonly kind: 'entered'; readonly login: GatedLogin } | Extract<Reservation, { kind: 'locked' }>>;
}

export interface GateDependencies {
  readonly attempts: AttemptStore;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

export function createLoginGate({ attempts, clock, sleep = delay }: GateDependencies): LoginGate {
  const enterAddress = createAddressCounter({ attempts, clock });
  return {
    async enter(origin) {
      const address = await enterAddress(origin);
      if ('kind' in address) return address;
      const userKeys: AttemptKey[] = [];
      const returnable = new Set<AttemptKey>();
      const login: GatedLogin = {
        async reserveUser(domain, user) {
          const key = attemptKey('user', origin.tenant, domain, user);
          if (userKeys.includes(key)) return { kind: 'reserved' };
          const reserve = () => attempts.reserveAttempt(key, origin.lockout, Math.floor(clock() / 1000));
          const reservation = await reserveWithPatience(reserve, origin.lockout, sleep);
          if (reservation.kind === 'reserved') {
            userKeys.push(key);
            returnable.add(key);
          }
          return reservation;
        },
        hasReserved: () => userKeys.length > 0,
        async succeed() {
          // Where that fails, the address has one failure too many; the login has none.
          await address.release().catch(() => {});
          return userKeys;
        },
        fail: () => address.fail(),
        spend: () => returnable.clear(),
        async giveBack() {
          const keys = [...returnable];
          returnable.clear();
          await Promise.all([address.release(), ...keys.map((key) => attempts.releaseAttempt(key))]);
        },
      };
      return { kind: 'entered', login };
    },
  };
}

const PATIENCE_MS: readonly number[] = [100, 200, 400, 400];

/**
 * Many right logins of one user at once, as servers make them, fill the count for a moment, until the first of them
 * clears it. So who meets a lock of this very second waits a little. Guesses gain nothing: what they fill stays full.
 */
async function reserveWithPatience(
  reserve: () => Promise<Reservation>,
  limit: AttemptLimit,
  sleep: (ms: number) => Promise<void>,
): Promise<Reservation> {
  let reservation = await reserve();
  for (const waitMs of PATIENCE_MS) {
    if (reservation.kind === 'reserved' || !isJustLocked(limit, reservation.retryAfterSeconds)) break;
    await sleep(waitMs);
    reservation = await reserve();
  }
  return reservation;
}

/** Whether what is left is, but for a second, the whole of one of the locks that double. */
function isJustLocked(limit: AttemptLimit, retryAfterSeconds: number): boolean {
  let locks = 0;
  while (lockSeconds(limit, locks) < retryAfterSeconds && locks < 30) locks += 1;
  return lockSeconds(limit, locks) - retryAfterSeconds <= 1;
}
