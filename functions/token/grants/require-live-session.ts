// A grant that began at the sign-in page ends with the session there, unless the user has allowed it to outlive that
// (`offline_access`, OpenID Connect Core section 11).

import type { Grant, Tenant } from '../../configuration/model.ts';
import { isLiveSession, isToTouch } from '../../configuration/session-life.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { TokenDependencies } from '../dependencies.ts';

/** @throws OAuthError `invalid_grant`, Unavailable */
export async function requireLiveSession(
  { sessions }: Pick<TokenDependencies, 'sessions'>,
  tenant: Tenant,
  grant: Grant,
  nowSeconds: number,
): Promise<void> {
  const isWaitingForCode = grant.code !== undefined && grant.code.redeemedAtSeconds === undefined;
  if (grant.session === undefined || (grant.scopes.includes('offline_access') && !isWaitingForCode)) return;
  const session = await sessions.findSession(grant.session.id);
  if (session === undefined || !isLiveSession(session, tenant, nowSeconds)) throw new OAuthError('invalid_grant', 'session-ended');
  // A use of the grant is a use of the session.
  if (isToTouch(session, tenant, nowSeconds)) await sessions.touchSession(session, nowSeconds);
}
