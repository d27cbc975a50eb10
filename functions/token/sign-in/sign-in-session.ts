// The session of a user with a tenant in one browser: begun by a sign-in, found by the cookie, ended by time, sign-out,
// a change of the password, or the end of the account.

import { randomBytes } from 'node:crypto';
import type { EndUser, SignInSession, Tenant } from '../../configuration/model.ts';
import { isLiveSession, sessionLimits } from '../../configuration/session-life.ts';
import type { SessionStore } from '../../storage/stores.ts';
import type { Userstores } from '../../userstores/userstore.ts';
import { ENDS_GRANT } from '../ends-grant.ts';
import { newSecret, sessionIdOf } from './cookies.ts';

export interface BegunSession {
  readonly session: SignInSession;
  /** Secret for the cookie; it is stored nowhere. */
  readonly secret: string;
}

/** A new session at every sign-in: one that was planted before is worth nothing after it (A122). */
export function beginSession(tenant: Tenant, user: EndUser, nowSeconds: number): BegunSession {
  const secret = newSecret();
  const session: SignInSession = {
    id: sessionIdOf(tenant.name, secret),
    sid: randomBytes(16).toString('base64url'),
    tenant: tenant.name,
    user,
    authTimeSeconds: nowSeconds,
    lastUsedAtSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + sessionLimits(tenant).seconds,
  };
  return { session, secret };
}

/**
 * The live session of a cookie, with the user as the store knows the user now (A22). Undefined where there is none, or
 * none any more.
 *
 * @throws Unavailable
 */
export async function findSession(
  { sessions, userstores }: { readonly sessions: SessionStore; readonly userstores: Pick<Userstores, 'recheckUser'> },
  tenant: Tenant,
  secret: string | undefined,
  nowSeconds: number,
): Promise<SignInSession | undefined> {
  if (secret === undefined) return undefined;
  const session = await sessions.findSession(sessionIdOf(tenant.name, secret));
  if (session === undefined || session.tenant !== tenant.name || !isLiveSession(session, tenant, nowSeconds)) return undefined;
  const recheck = await userstores.recheckUser(tenant, session.user);
  if (recheck.kind === 'active') return { ...session, user: recheck.user };
  // A lock of the directory, or a slip of an operator, is over one day: the session is there again then (A93).
  if (ENDS_GRANT[recheck.reason]) await sessions.endSession(session.id);
  return undefined;
}
