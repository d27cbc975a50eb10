// Bounds of a user: no more than a grant has room for, which is one item of a table that takes 400 KB (Amazon DynamoDB Developer Guide,
// Quotas), and every check of a token reads all of it. Whatever a store or an issuer says of a user, the user can log in;
// what is left out is logged.

import type { EndUser } from '../configuration/model.ts';
import type { Log } from '../shared/log.ts';
import type { Userstore } from './userstore.ts';

/** Bytes of roles and of claims each, as JSON. */
const MAX_ROLES_BYTES = 24 * 1024;
const MAX_CLAIMS_BYTES = 24 * 1024;

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The user without the longest claims, and without the last of the roles, where it is all too much. */
export function boundUser(user: EndUser, log: Log): EndUser {
  if (bytesOf(user.roles) <= MAX_ROLES_BYTES && bytesOf(user.claims) <= MAX_CLAIMS_BYTES) return user;
  const claims = fitClaims(user.claims, MAX_CLAIMS_BYTES);
  const roles = fitRoles(user.roles);
  const leftOut = Object.keys(user.claims).filter((name) => !Object.hasOwn(claims, name));
  const { tenant, domain } = user;
  log('ERROR', 'user-too-large', { tenant, userstore: domain, claims: leftOut, roles: user.roles.length - roles.length });
  return { ...user, roles, claims };
}

/** Fits claims: as many of them as there is room for, the short ones first. */
export function fitClaims(claims: EndUser['claims'], maxBytes: number): EndUser['claims'] {
  const shortestFirst = Object.entries(claims)
    .map((claim) => ({ claim, bytes: bytesOf(claim) }))
    .sort((one, other) => one.bytes - other.bytes);
  let left = maxBytes;
  const kept = new Set<string>();
  for (const { claim, bytes } of shortestFirst) {
    left -= bytes;
    if (left < 0) break;
    kept.add(claim[0]);
  }
  return Object.fromEntries(Object.entries(claims).filter(([name]) => kept.has(name)));
}

function fitRoles(roles: readonly string[]): readonly string[] {
  let left = MAX_ROLES_BYTES;
  return roles.filter((role) => {
    left -= bytesOf(role) + 1;
    return left >= 0;
  });
}

/** A store whose users are bounded. */
export function createBoundedStore(store: Userstore, log: Log): Userstore {
  const bound = <A extends { readonly kind: string }>(answer: A): A =>
    'user' in answer ? { ...answer, user: boundUser(answer.user as EndUser, log) } : answer;
  const { changePassword, find, findUnreadableState } = store;
  return {
    domain: store.domain,
    authenticate: async (name, password, reserve) => bound(await store.authenticate(name, password, reserve)),
    recheck: async (user) => bound(await store.recheck(user)),
    ...(find !== undefined && { find: async (name: string) => bound(await find(name)) }),
    ...(changePassword !== undefined && { changePassword }),
    ...(findUnreadableState !== undefined && { findUnreadableState }),
    ...(store.close !== undefined && { close: () => store.close?.() }),
  };
}
