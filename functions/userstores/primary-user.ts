// Primary users who logged in earlier: what the Users table says of them at every renewal, and at every use of a token
// (A22, A101).

import { hash } from 'node:crypto';
import { type EndUser, keeperOf, type PrimaryUser, type Tenant } from '../configuration/model.ts';
import { subjectOf } from '../configuration/username.ts';
import type { PresentUserFault } from '../shared/reasons/users.ts';
import { passwordFault } from './password-state.ts';

type PresentUser = { readonly kind: 'active'; readonly user: EndUser } | { readonly kind: 'refused'; readonly reason: PresentUserFault };

const digestOf = (text: string): string => hash('sha256', text, 'base64url');

/** A user of the Users table, as tokens know it. */
export function endUserOf(user: PrimaryUser): EndUser {
  const { tenant, username, id, roles, claims, origin } = user;
  const present = { passwordState: passwordStateOf(user), roles, claims };
  if (origin === undefined) return { tenant, domain: 'PRIMARY', username, id, ...present };
  // Who was copied stays who it was: `sub` and `enduser` are those of the first login (A99).
  const known = { domain: origin.domain, username: origin.username, ...(origin.id !== undefined && { id: origin.id }) };
  return { tenant, ...known, keptIn: 'PRIMARY', ...present };
}

/**
 * Digest of the hash, or of the one that ours has replaced at a login: the same password in another form is no change.
 * The id is in it, so that digests of unsalted hashes can't be compared between users.
 */
function passwordStateOf({ id, passwordHash, rehashed }: PrimaryUser): string {
  const digest = digestOf(passwordHash);
  return digestOf(JSON.stringify([id, rehashed?.to === digest ? rehashed.from : digest]));
}

/** Digests of the old and the new hash, written beside the new one when it takes the place of the one of `user`. */
export function rehashedFrom({ passwordHash, rehashed }: PrimaryUser, newHash: string): NonNullable<PrimaryUser['rehashed']> {
  const digest = digestOf(passwordHash);
  return { from: rehashed?.to === digest ? rehashed.from : digest, to: digestOf(newHash) };
}

/**
 * User as present at every use of a token, whichever kind it is. Users of other stores are asked after at renewals.
 *
 * @param stored what the Users table has under the name of `known`
 */
export function presentUser(tenant: Tenant, known: EndUser, stored: PrimaryUser | 'broken' | undefined): PresentUser {
  if (keeperOf(known) !== 'PRIMARY') return { kind: 'active', user: known };
  const recheck = recheckPrimaryUser(known, stored);
  const fault = recheck.kind === 'active' ? passwordFault(known, recheck.user, tenant.endOnPasswordChange) : undefined;
  return fault === undefined ? recheck : { kind: 'refused', reason: fault };
}

/** @param stored what the Users table has under the name of `known` */
export function recheckPrimaryUser(known: EndUser, stored: PrimaryUser | 'broken' | undefined): PresentUser {
  if (stored === undefined) return { kind: 'refused', reason: 'user-deleted' };
  if (stored === 'broken') return { kind: 'refused', reason: 'user-entry-wrong' };
  // Somebody else has got the name meanwhile.
  if (subjectOf(endUserOf(stored)) !== subjectOf(known)) return { kind: 'refused', reason: 'user-replaced' };
  if (stored.status !== 'active') return { kind: 'refused', reason: 'user-disabled' };
  if (stored.mustChangePassword === true) return { kind: 'refused', reason: 'must-change-password' };
  return { kind: 'active', user: endUserOf(stored) };
}
