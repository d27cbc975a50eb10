// The keys under which failed logins are counted, and the places that a name has signed in from. All are digests: no
// name and no address stands in a table (A112). Parts are written as JSON first, so that none runs into the next (A08, A79).

import { createHash } from 'node:crypto';
import { countedName } from '../configuration/username.ts';
import type { PlaceKey, PlaceUser } from './sign-in-places.ts';
import type { AttemptKey } from './stores.ts';

/** Key of everybody who is called so in a tenant, whichever store was named and whether or not there is such a user (A94). */
export function nameKey(tenant: string, name: string): AttemptKey {
  return digest(['name', tenant, countedName(name)]).toString('base64url');
}

/** Key of one user of a store whom several names lead to, by the store's own id (A07). */
export function userIdKey(tenant: string, domain: string, id: string): AttemptKey {
  return digest(['id', tenant, domain, id]).toString('base64url');
}

/** Key of attempts of which nobody knows what came of them (A96). */
export function unknownOutcomeKey(name: AttemptKey, place: PlaceKey | undefined): AttemptKey {
  return digest(['unknown-outcome', name, place ?? '']).toString('base64url');
}

/** Key of an address within one window of time. */
export function addressKey(tenant: string, network: string, window: number): AttemptKey {
  return digest(['address', tenant, network, window]).toString('base64url');
}

/** A network or a browser, as one name knows it: of two names nobody can tell whether they share one. */
export function placeKey(name: AttemptKey, kind: 'network' | 'browser', value: string): PlaceKey {
  return shortDigest(['place', name, kind, value]);
}

/** Digest of which of those who share a name signed in. @param user the store's own id, or the name where it has none */
export function placeUser(name: AttemptKey, domain: string, user: string): PlaceUser {
  return shortDigest(['user', name, domain, user]);
}

function digest(parts: readonly (string | number)[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** Told apart from a few others alone; in hexadecimal, which may stand in the name of an attribute. */
function shortDigest(parts: readonly string[]): string {
  return digest(parts).toString('hex', 0, 8);
}
