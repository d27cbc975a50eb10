// The session of a user with a tenant in one browser: begun by a sign-in, renewed by the next one of the same user, found
// by the cookie, ended by time, sign-out, a sign-in of somebody else, a change of the password, or the end of the account.

import { randomBytes } from 'node:crypto';
import type { EndUser, Tenant } from '../../configuration/model.ts';
import { sessionLimits } from '../../configuration/session-life.ts';
import { isSameDigest } from '../../own-tokens/opaque-token.ts';
import type { SignInSession } from '../../storage/sign-in-session.ts';
import type { SessionStore } from '../../storage/stores.ts';
import { ENDS_GRANT } from '../ends-grant.ts';
import { withPresentUser } from '../grants/require-live-session.ts';
import { newSessionCookie, type SessionProof } from './cookies.ts';
import { endSession } from './end-session.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

export interface BegunSession {
  readonly session: SignInSession;
  /** Value for the cookie; it is stored nowhere. */
  readonly cookie: string;
}

/** A session that the same user goes on with: clients know it by its `sid`, and their grants hang on its item. */
export interface SessionBefore {
  readonly handle: string;
  readonly session: SignInSession;
}

/** A new cookie at every sign-in: one that was planted or stolen before is worth nothing after it (A122). */
export function beginSession(tenant: Tenant, user: EndUser, nowSeconds: number, before?: SessionBefore): BegunSession {
  const { value: cookie, id, secretDigest } = newSessionCookie(tenant.name, before?.handle);
  const session: SignInSession = {
    id,
    secretDigest,
    sid: before?.session.sid ?? randomBytes(16).toString('base64url'),
    tenant: tenant.name,
    user,
    authTimeSeconds: nowSeconds,
    lastUsedAtSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + sessionLimits(tenant).seconds,
  };
  return { session, cookie };
}

/** The session of a cookie, whatever has become of it. @throws Unavailable */
export async function findSessionOfCookie(
  { sessions }: { readonly sessions: SessionStore },
  tenant: string,
  proof: SessionProof | undefined,
): Promise<SignInSession | undefined> {
  const session = proof === undefined ? undefined : await sessions.findSession(proof.id);
  if (proof === undefined || session === undefined || session.tenant !== tenant) return undefined;
  return isSameDigest(session.secretDigest, proof.secretDigest) ? session : undefined;
}

/**
 * The session with the user as the store knows the user now (A22). Undefined where it is over.
 *
 * @throws Unavailable
 */
export async function recheckSession(
  dependencies: SignInDependencies,
  tenant: Tenant,
  session: SignInSession,
): Promise<SignInSession | undefined> {
  const recheck = await dependencies.userstores.recheckUser(tenant, session.user);
  if (recheck.kind === 'active') return withPresentUser(dependencies, session, recheck.user);
  // A lock of the directory, or a slip of an operator, is over one day: the session is there again then (A93).
  if (ENDS_GRANT[recheck.reason]) await endSession(dependencies, tenant, session);
  return undefined;
}
