// The gate that every guess of a password passes: attempts are counted in a table that all functions share, and reserved
// before anybody looks at the password, so that parallel guesses can't outrun it (A11, A12). They are counted by name
// before any store is asked: who is locked learns nothing of which store knows the name, or whether one does (A94).

import { setTimeout as delay } from 'node:timers/promises';
import { nameKey, placeUser, unknownOutcomeKey, userIdKey } from '../storage/attempt-keys.ts';
import type { Reservation } from '../storage/lockout.ts';
import { type PlaceKey, type SignInRecord, signInRecord } from '../storage/sign-in-places.ts';
import type { AttemptKey, AttemptStore, PlaceReservation } from '../storage/stores.ts';
import { type AddressAttempt, createAddressCounter, type EnterAddress } from './address-counter.ts';
import { type LoginOrigin, placesOf } from './login-origin.ts';
import type { UserReservation } from './userstore.ts';

type Locked = Extract<Reservation, { kind: 'locked' }>;

/** One login on its way through the gate. It ends with one of `succeed`, `fail`, `doubt` and `giveBack`. */
export interface GatedLogin {
  /** Key of the name, for the log. */
  readonly userKey: AttemptKey;
  /** @param id of the user, in this store; absent: it knows its users by their names */
  reserveUser(domain: string, id?: string): Promise<UserReservation>;
  /** The password was right. Returns what the login leaves behind; undefined where nobody says where it came from. */
  succeed(domain: string, id?: string): Promise<SignInRecord | undefined>;
  /** The password was wrong, or there is no such user. `locked`: one failure too many from this address. */
  fail(): Promise<Reservation>;
  /**
   * A password has gone out, and nobody knows what came of it (A96). It counts against a limit of its own, which an
   * outage may use up before it locks anybody; beyond that it counts like a wrong one.
   */
  doubt(): Promise<void>;
  /** Nobody has seen the password: it is as if there had been no attempt. */
  giveBack(): Promise<void>;
}

export interface LoginGate {
  enter(origin: LoginOrigin): Promise<Entrance>;
}

type Entrance =
  | { readonly kind: 'entered'; readonly login: GatedLogin }
  | (Locked & { readonly userKey: AttemptKey; readonly lockedBy: 'user' | 'address' });

export interface GateDependencies {
  readonly attempts: AttemptStore;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Attempts of unknown outcome that there may be, as a multiple of `maxAttempts`. */
const UNKNOWN_OUTCOMES = 4;

/** Key and place at which an attempt was reserved. */
interface Reserved {
  readonly key: AttemptKey;
  readonly place?: PlaceKey;
}

const NO_ADDRESS: AddressAttempt = { fail: async () => ({ kind: 'reserved' }), release: async () => {} };

export function createLoginGate(dependencies: GateDependencies): LoginGate {
  const { attempts, clock, sleep = delay } = dependencies;
  const enterAddress = createAddressCounter({ attempts, clock });
  return {
    async enter(origin) {
      const name = nameKey(origin.tenant, origin.name);
      const places = placesOf(origin, name);
      const atPlace = await withPatience(() => attempts.reserveAtPlace(name, places, origin.lockout, clock()), sleep);
      if (atPlace.kind === 'locked') return { ...atPlace, userKey: name, lockedBy: 'user' };
      const context = { ...dependencies, sleep, origin, name, places, atPlace };
      if (atPlace.kind === 'reserved')
        return { kind: 'entered', login: openLogin(context, [{ key: name, place: atPlace.place }], NO_ADDRESS) };
      return enterFromElsewhere(context, enterAddress);
    },
  };
}

interface LoginContext extends GateDependencies {
  readonly sleep: (ms: number) => Promise<void>;
  readonly origin: LoginOrigin;
  readonly name: AttemptKey;
  readonly places: readonly PlaceKey[];
  readonly atPlace: PlaceReservation;
}

/** Enters from where nobody of this name is at home. */
async function enterFromElsewhere(context: LoginContext, enterAddress: EnterAddress): Promise<Entrance> {
  const { attempts, clock, sleep, origin, name } = context;
  const address = await enterAddress(origin);
  if ('kind' in address) return { ...address, userKey: name, lockedBy: 'address' };
  try {
    const reservation = await withPatience(() => attempts.reserveAttempt(name, origin.lockout, clock()), sleep);
    if (reservation.kind === 'reserved') return { kind: 'entered', login: openLogin(context, [{ key: name }], address) };
    // A guess that was not looked at is a guess of this address all the same.
    await address.fail();
    return { ...reservation, userKey: name, lockedBy: 'user' };
  } catch (error) {
    await address.release().catch(() => {});
    throw error;
  }
}

function openLogin(context: LoginContext, reserved: Reserved[], address: AddressAttempt): GatedLogin {
  const { origin, name, places, atPlace, clock } = context;
  const here = atPlace.kind === 'reserved' ? atPlace.places.get(atPlace.place) : undefined;
  // As typed, where there is no id: a store may tell `josé` from `jose`, and one must not make room for guesses at the other.
  const userAt = (domain: string, id: string | undefined) => placeUser(name, domain, id ?? origin.name);
  return {
    userKey: name,
    async reserveUser(domain, id) {
      if (here?.users.includes(userAt(domain, id)) === true) return { kind: 'reserved', isFamiliar: true };
      const byName = await reserveOnce(context, reserved, name);
      // The Users table leads one name to one user; a directory may lead several.
      if (byName.kind === 'locked' || id === undefined || domain === 'PRIMARY') return byName;
      return reserveOnce(context, reserved, userIdKey(origin.tenant, domain, id));
    },
    async succeed(domain, id) {
      // What stood at the place is wiped out by what is written there next. Where the rest can't be given back, there is
      // one failure too many; the login has none.
      await Promise.allSettled([
        address.release(),
        release(
          context,
          reserved.filter(({ place }) => place === undefined),
        ),
      ]);
      if (places.length === 0) return undefined;
      return signInRecord(name, { at: places, user: userAt(domain, id), nowMs: clock(), seen: atPlace.places });
    },
    fail: () => address.fail(),
    async doubt() {
      if (await countUnknownOutcome(context)) await Promise.all([address.release(), release(context, reserved)]);
      else await address.fail();
    },
    async giveBack() {
      await Promise.all([address.release(), release(context, reserved)]);
    },
  };
}

async function reserveOnce({ attempts, clock, sleep, origin }: LoginContext, reserved: Reserved[], key: AttemptKey): Promise<Reservation> {
  if (reserved.some((other) => other.key === key && other.place === undefined)) return { kind: 'reserved' };
  const reservation = await withPatience(() => attempts.reserveAttempt(key, origin.lockout, clock()), sleep);
  if (reservation.kind === 'reserved') reserved.push({ key });
  return reservation;
}

async function release({ attempts }: LoginContext, ofAll: readonly Reserved[]): Promise<void> {
  await Promise.all(ofAll.map(({ key, place }) => attempts.releaseAttempt(key, place)));
}

/** Whether there was room for one more. Where the user is at home nobody else can have used it up. */
async function countUnknownOutcome({ attempts, clock, origin, name, atPlace }: LoginContext): Promise<boolean> {
  const limit = { ...origin.lockout, maxAttempts: origin.lockout.maxAttempts * UNKNOWN_OUTCOMES };
  const key = unknownOutcomeKey(name, atPlace.kind === 'reserved' ? atPlace.place : undefined);
  return (await attempts.reserveAttempt(key, limit, clock())).kind === 'reserved';
}

const PATIENCE_MS: readonly number[] = [100, 200, 400, 400];
/** No failed login is answered sooner, so that who makes one guess after the other never waits here. */
const JUST_LOCKED_MS = 400;

/**
 * Many right logins of one user at once, as servers make them, fill the count for a moment, until the first of them
 * clears it. So who meets a lock that is hardly there waits a little. Guesses gain nothing: what they fill stays full.
 */
async function withPatience<R extends { readonly kind: string }>(
  reserve: () => Promise<R | Locked>,
  sleep: (ms: number) => Promise<void>,
): Promise<R | Locked> {
  let reservation = await reserve();
  for (const waitMs of PATIENCE_MS) {
    if (!('lockedForMs' in reservation) || reservation.lockedForMs >= JUST_LOCKED_MS) break;
    await sleep(waitMs);
    reservation = await reserve();
  }
  return reservation;
}
