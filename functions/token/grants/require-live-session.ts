// A grant that began at the sign-in page ends with the session there, unless the user has allowed it to outlive that
// (`offline_access`, OpenID Connect Core section 11).

import type { EndUser, Tenant } from '../../configuration/model.ts';
import { isLiveSession, isToTouch } from '../../configuration/session-life.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { Grant } from '../../storage/grant.ts';
import type { SignInSession } from '../../storage/sign-in-session.ts';
import type { TokenDependencies } from '../dependencies.ts';

/** The session, where the grant hangs on one. @throws OAuthError `invalid_grant`, Unavailable */
export async function requireLiveSession(
  { sessions }: Pick<TokenDependencies, 'sessions'>,
  tenant: Tenant,
  grant: Grant,
  nowSeconds: number,
): Promise<SignInSession | undefined> {
  const isWaitingForCode = grant.code !== undefined && grant.code.redeemedAtSeconds === undefined;
  if (grant.session === undefined || (grant.scopes.includes('offline_access') && !isWaitingForCode)) return undefined;
  const session = await sessions.findSession(grant.session.id);
  if (session === undefined || !isLiveSession(session, tenant, nowSeconds)) throw new OAuthError('invalid_grant', 'session-ended');
  // A use of the grant is a use of the session.
  if (isToTouch(session, tenant, nowSeconds)) await sessions.touchSession(session, nowSeconds);
  return session;
}

/**
 * Session with the user as the store says now. Where it began without the state of the password, because the directory had not
 * written down a change yet, it is learnt at the first look.
 *
 * @throws Unavailable
 */
export async function withPresentUser(
  { sessions }: Pick<TokenDependencies, 'sessions'>,
  session: SignInSession,
  user: EndUser,
): Promise<SignInSession> {
  const present = { ...session, user };
  if (session.user.passwordState === undefined && user.passwordState !== undefined) await sessions.renewSession(session, present);
  return present;
}
