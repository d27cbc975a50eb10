// The places where users of one name have signed in lately (A93). Failed attempts are counted apart for each of them, and
// for all other places together: who guesses from elsewhere locks nobody out of where they are at home.

import type { Attempts } from './lockout.ts';

/** Place that somebody signs in from, such as a network: a digest of the name and the place. */
export type PlaceKey = string;
/** User who signed in there: a digest of the name, the store and the store's id of the user. */
export type PlaceUser = string;

export interface SignInPlace {
  /** More than one where users of several stores share the name. */
  readonly users: readonly PlaceUser[];
  readonly signedInAtSeconds: number;
  readonly attempts: Attempts;
}

/** All places of one name: the latest `MAX_PLACES` of each of its users, so that no namesake can crowd them out. */
export type SignInPlaces = ReadonlyMap<PlaceKey, SignInPlace>;

/** Record that a login that succeeded leaves behind: the places of its name, this one among them. */
export interface SignInRecord {
  /** Key of the name, by `nameKey`. */
  readonly name: string;
  readonly places: SignInPlaces;
  /** How to write it where more is known of the name. Absent: it can be written whole, in one call with what else the login leaves. */
  readonly merge?: PlacesMerge;
}

/** A sign-in to be added to what is known of a name by now: other places, and other users of these, may have changed meanwhile. */
export interface PlacesMerge {
  readonly at: readonly PlaceKey[];
  readonly user: PlaceUser;
  readonly nowMs: number;
  /** What was known when the attempt was counted. */
  readonly seen: SignInPlaces;
}

/** Places that are kept of a user. Each is a set of attempts of its own for whoever guesses from there. */
const MAX_PLACES = 8;
/** Users that are kept of a name. */
const MAX_USERS = 4;
/** 30 days without a sign-in make a place one like any other. */
export const PLACE_KEPT_SECONDS = 30 * 86_400;

/** The first of these that the name is known at. */
export function findFamiliarPlace(
  places: SignInPlaces,
  asked: readonly PlaceKey[],
  nowMs: number,
): { readonly key: PlaceKey; readonly place: SignInPlace } | undefined {
  for (const key of asked) {
    const place = places.get(key);
    if (place !== undefined && isKept(place, nowMs)) return { key, place };
  }
  return undefined;
}

/**
 * The places after a sign-in at `at`. Failed attempts there are forgotten where nobody but this user is known there:
 * otherwise who has a namesake's account could make room for guesses at this one.
 */
export function placesAfterSignIn(places: SignInPlaces, at: readonly PlaceKey[], user: PlaceUser, nowMs: number): SignInPlaces {
  const nowSeconds = Math.floor(nowMs / 1000);
  const now = at.map((key): [PlaceKey, SignInPlace] => {
    const known = places.get(key);
    const others = known === undefined || !isKept(known, nowMs) ? [] : known.users.filter((other) => other !== user);
    const attempts = known === undefined || others.length === 0 ? NONE(nowMs) : oneLess(known.attempts);
    return [key, { users: [user, ...others].slice(0, MAX_USERS), signedInAtSeconds: nowSeconds, attempts }];
  });
  const before = [...places]
    .filter(([key, place]) => !at.includes(key) && isKept(place, nowMs))
    .sort(([, one], [, other]) => other.signedInAtSeconds - one.signedInAtSeconds);
  const ofUser = before.filter(([, place]) => place.users.includes(user)).slice(0, MAX_PLACES - now.length);
  const ofNamesakes = before.filter(([, place]) => !place.users.includes(user)).slice(0, MAX_PLACES * (MAX_USERS - 1));
  return new Map([...now, ...ofUser, ...ofNamesakes]);
}

/**
 * What a sign-in leaves behind. Whole where this user alone is known, and here alone: nearly every sign-in is such a one, and is
 * written in one call with its grant, which can have no condition. What that overwrites is a place that became known in this very
 * moment; it is known again after the next sign-in there. A first sign-in is merged, since two of them may well come at once.
 */
export function signInRecord(name: string, merge: PlacesMerge): SignInRecord {
  const { at, user, nowMs, seen } = merge;
  const isAlone = seen.size > 0 && [...seen].every(([key, { users }]) => at.includes(key) && users.every((other) => other === user));
  return { name, places: placesAfterSignIn(seen, at, user, nowMs), ...(!isAlone && { merge }) };
}

const NONE = (nowMs: number): Attempts => ({ count: 0, locks: 0, lastAtMs: nowMs });

/** Attempts without the one that has just succeeded. */
const oneLess = (attempts: Attempts): Attempts => ({ ...attempts, count: Math.max(0, attempts.count - 1) });

function isKept({ signedInAtSeconds }: SignInPlace, nowMs: number): boolean {
  return nowMs < (signedInAtSeconds + PLACE_KEPT_SECONDS) * 1000;
}
