// Counts failed logins of an address, within windows of `lockSeconds`: many people may share it, and nobody's success
// could clear the count without making room for a guesser who has one good password. An address that is known to speak
// for many, that of an application's server, is not counted (A92); nor is a login from where its user is at home.

import { setNewest } from '../shared/bounded-map.ts';
import { addressKey } from '../storage/attempt-keys.ts';
import type { AttemptLimit, Reservation } from '../storage/lockout.ts';
import type { AttemptKey, AttemptStore } from '../storage/stores.ts';
import { addressNetwork } from './address-network.ts';
import type { LoginOrigin } from './login-origin.ts';

/** One login from an address. */
export interface AddressAttempt {
  /** Counts a failure that was not counted at the entrance. `locked`: it was one too many. */
  fail(): Promise<Reservation>;
  /** Gives back what was counted at the entrance: it was no failure. */
  release(): Promise<void>;
}

export type EnterAddress = (origin: LoginOrigin) => Promise<AddressAttempt | Extract<Reservation, { kind: 'locked' }>>;

const RESERVED: Reservation = { kind: 'reserved' };
const MAX_SUSPECTS = 10_000;

/**
 * An address is counted at the entrance where it is suspect: where this process has seen a login from it fail, or has
 * another one of it under way. Others are counted when they have failed. So a login from an honest address costs no
 * call, and of an address that guesses through n processes at once at most n guesses go beyond the limit, each of them
 * still counted on its user, where there are no gaps.
 */
export function createAddressCounter({ attempts, clock }: { attempts: AttemptStore; clock: () => number }): EnterAddress {
  const suspects = createSuspects(clock);
  return async (origin) => {
    const { key, limit, endMs } = addressWindow(origin, clock());
    const reserve = async (): Promise<Reservation> => {
      if (limit.maxAttempts === 0) return RESERVED;
      const reservation = await attempts.reserveAttempt(key, limit, clock());
      if (reservation.kind === 'reserved') return reservation;
      return { ...reservation, retryAfterSeconds: Math.max(1, Math.ceil((endMs - clock()) / 1000)) };
    };
    const { isSuspect: isCounted, leave } = suspects.enter(key);
    try {
      const reservation = isCounted ? await reserve() : RESERVED;
      if (reservation.kind === 'locked') {
        leave();
        return reservation;
      }
    } catch (error) {
      leave();
      throw error;
    }
    return {
      async fail() {
        leave();
        suspects.add(key, endMs);
        return isCounted ? RESERVED : await reserve();
      },
      async release() {
        leave();
        if (isCounted && limit.maxAttempts > 0) await attempts.releaseAttempt(key);
      },
    };
  };
}

function addressWindow(origin: LoginOrigin, nowMs: number): { key: AttemptKey; limit: AttemptLimit; endMs: number } {
  const { lockSeconds, maxAttemptsPerAddress } = origin.lockout;
  const window = Math.floor(nowMs / 1000 / lockSeconds);
  return {
    key: addressKey(origin.tenant, addressNetwork(origin.sourceAddress), window),
    // Some events of API Gateway name no address: those callers must not share one counter.
    limit: { maxAttempts: origin.addressSpeaksForMany || origin.sourceAddress === '' ? 0 : maxAttemptsPerAddress, lockSeconds },
    endMs: (window + 1) * lockSeconds * 1000,
  };
}

function createSuspects(clock: () => number) {
  const suspectUntilMs = new Map<AttemptKey, number>();
  const underWay = new Map<AttemptKey, number>();
  return {
    enter(key: AttemptKey): { readonly isSuspect: boolean; readonly leave: () => void } {
      const others = underWay.get(key) ?? 0;
      underWay.set(key, others + 1);
      let isInside = true;
      const leave = (): void => {
        if (!isInside) return;
        isInside = false;
        const left = (underWay.get(key) ?? 1) - 1;
        if (left === 0) underWay.delete(key);
        else underWay.set(key, left);
      };
      return { isSuspect: others > 0 || (suspectUntilMs.get(key) ?? 0) > clock(), leave };
    },
    add(key: AttemptKey, untilMs: number): void {
      setNewest(suspectUntilMs, key, untilMs, MAX_SUSPECTS);
    },
  };
}
