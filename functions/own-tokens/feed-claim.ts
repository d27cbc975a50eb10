// What a JWT says of itself that is checked by the revocation feed, without its grant. Loaded when one is signed or checked.

import { createHmac } from 'node:crypto';
import { type EndUser, type PrimaryUser, usersKeyOf } from '../configuration/model.ts';
import type { Grant } from '../storage/grant.ts';
import { endUserOf } from '../userstores/primary-user.ts';
import type { FeedClaim } from './sign-access-token.ts';
import type { SigningKeys } from './signing-keys.ts';

type FedGrant = Pick<Grant, 'user' | 'session' | 'delegation'>;

/** @param kid of the key that signs the token */
export function feedClaimOf({ user, session, delegation }: FedGrant, kid: string, keys: SigningKeys): { claim: FeedClaim; user?: EndUser } {
  const isPrimary = user !== undefined && usersKeyOf(user) !== undefined;
  const password = isPrimary && user.passwordState !== undefined ? digestOf(user.passwordState, kid, keys) : undefined;
  const { parentIds = [], parents = [] } = delegation ?? {};
  const claim: FeedClaim = {
    ...(session !== undefined && { auth_time: session.authTimeSeconds }),
    ...(password !== undefined && { password: [kid, password] }),
    ...(parents.length > 0 && {
      parents: parents.map(({ clientId, issuedAtSeconds, authTimeSeconds }, at) => [
        parentIds[at] ?? '',
        clientId,
        issuedAtSeconds,
        ...(authTimeSeconds === undefined ? ([] as const) : ([authTimeSeconds] as const)),
      ]),
    }),
  };
  // Roles and claims of a user of the Users table are those that the table has at each use.
  return { claim, ...(user !== undefined && { user: isPrimary ? { ...user, roles: [], claims: {} } : user }) };
}

/**
 * Digest of the state of a password, which we alone can make: the state itself may be a digest of what somebody can
 * guess, and so stands in no token. Undefined where the key is gone, and the token with it.
 */
function digestOf(state: string, kid: string, keys: SigningKeys): string | undefined {
  const key = keys.passwordStateKey(kid);
  return key && createHmac('sha256', key).update(state).digest('base64url').slice(0, 22);
}

/** The user of a token, with the state of the password at the login: that of now where the two are the same. */
export function withPasswordState(
  user: EndUser,
  { password }: FeedClaim,
  stored: PrimaryUser | 'broken' | undefined,
  keys: SigningKeys,
): EndUser {
  if (password === undefined || stored === undefined || stored === 'broken') return user;
  const [kid, digest] = password;
  const present = endUserOf(stored).passwordState;
  const isSame = present !== undefined && digestOf(present, kid, keys) === digest;
  return { ...user, passwordState: isSame ? present : digest };
}
