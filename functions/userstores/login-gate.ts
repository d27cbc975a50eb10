// The gate that every guess of a password passes: attempts are counted per user and per client address, in a table that
// all functions share, and reserved before the password is looked at, so that parallel guesses can't outrun it (A11, A12).

import type { TenantEntry } from '../shared/entries/tenant-entry.ts';
import type { AttemptKey, AttemptStore, Reservation } from '../shared/stores.ts';
import { openAddressCounter } from './address-counter.ts';

/** What the attempts of one login are counted for. */
export interface LoginOrigin {
  readonly tenant: string;
  readonly lockout: TenantEntry['lockout'];
  readonly sourceAddress: string;
}

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
  /** Nobody could say. */
  giveBack(): Promise<void>;
}

export interface LoginGate {
  enter(origin: LoginOrigin): Promise<{ readonly kind: 'entered'; readonly login: GatedLogin } | Extract<Reservation, { kind: 'locked' }>>;
}

export function openLoginGate({ attempts, clock }: { attempts: AttemptStore; clock: () => number }): LoginGate {
  const enterAddress = openAddressCounter({ attempts, clock });
  return {
    async enter(origin) {
      const address = await enterAddress(origin);
      if ('kind' in address) return address;
      const userKeys: AttemptKey[] = [];
      const login: GatedLogin = {
        async reserveUser(domain, user) {
          const key = attemptKey('user', origin.tenant, domain, user);
          if (userKeys.includes(key)) return { kind: 'reserved' };
          const reservation = await attempts.reserveAttempt(key, origin.lockout, Math.floor(clock() / 1000));
          if (reservation.kind === 'reserved') userKeys.push(key);
          return reservation;
        },
        hasReserved: () => userKeys.length > 0,
        async succeed() {
          await address.release();
          return userKeys;
        },
        fail: () => address.fail(),
        async giveBack() {
          await Promise.all([address.release(), ...userKeys.map((key) => attempts.releaseAttempt(key))]);
        },
      };
      return { kind: 'entered', login };
    },
  };
}

/** As JSON, so that no part can run into the next (A08, A79). */
export function attemptKey(kind: 'user' | 'address', ...parts: readonly string[]): AttemptKey {
  return `${kind}#${JSON.stringify(parts)}`;
}
