// `grant_type=refresh_token` (RFC 6749 section 6, RFC 9700 section 4.14): a refresh token works once. Who presents it
// again within the grace gets the same answer; who presents it later has it from somewhere else, and the grant dies.

import { isDeclaredDead } from '../../configuration/declared-dead.ts';
import { type Client, refreshGraceSeconds, type Tenant } from '../../configuration/model.ts';
import { narrowResources } from '../../configuration/resources.ts';
import { FREE_SCOPES, isLegacyScope } from '../../configuration/scopes.ts';
import { subjectOf } from '../../configuration/username.ts';
import { familyOfRefreshToken, grantIdOfOpaqueToken, isTokenOfDigest } from '../../own-tokens/opaque-token.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { Grant, RefreshTokenState } from '../../storage/grant.ts';
import type { TokenDependencies } from '../dependencies.ts';
import { ENDS_GRANT } from '../ends-grant.ts';
import { unsealResponse } from '../sealed-response.ts';
import { requireParameter } from '../token-request.ts';
import { type GrantRequest, type Redeem, type Redeemed, requireTenant } from './grant-variant.ts';
import { requireLiveSession } from './require-live-session.ts';

type RefreshDependencies = Pick<TokenDependencies, 'grants' | 'sessions' | 'userstores'>;

export function createRefreshToken(dependencies: RefreshDependencies): Redeem {
  return async (request) => {
    const token = requireParameter(request.parameters, 'refresh_token');
    const tenant = requireTenant(request);
    const grantId = grantIdOfOpaqueToken('refresh', token);
    const grant = grantId === undefined ? undefined : await dependencies.grants.findGrant(grantId, request.nowSeconds);
    if (grant === undefined) throw new OAuthError('invalid_grant', grantId === undefined ? 'not-a-refresh-token' : 'no-such-grant');
    request.trace.note({ grant: grant.id });
    requireOwnGrant(grant, request.client, tenant);
    // Also of a reuse, which deletes the grant: nothing else would say whose token was stolen.
    if (grant.user !== undefined) request.trace.note({ subject: subjectOf(grant.user) });
    return renewOrRepeat(dependencies, request, { tenant, grant, token });
  };
}

async function renewOrRepeat(
  dependencies: RefreshDependencies,
  request: GrantRequest,
  { tenant, grant, token }: { readonly tenant: Tenant; readonly grant: Grant; readonly token: string },
): Promise<Redeemed> {
  const presented = classify(grant, token, refreshGraceSeconds(tenant, request.client), request.nowSeconds);
  switch (presented.kind) {
    case 'forged':
      throw new OAuthError('invalid_grant', 'forged-refresh-token');
    case 'used':
      await dependencies.grants.deleteGrant(grant);
      request.trace.note({ audit: 'refresh-token-reuse' });
      throw new OAuthError('invalid_grant', 'refresh-token-reused');
    case 'expired':
      throw new OAuthError('invalid_grant', 'refresh-token-expired');
    case 'repeated':
      await requireLiveSession(dependencies, tenant, grant, request.nowSeconds);
      await recheckUser(dependencies, request, tenant, grant);
      return { kind: 'repetition', body: presented.body };
    case 'current': {
      const scopes = narrowScopes(grant, tenant, request.askedScopes);
      const resources = narrowResources(grant.resources, request.askedResources);
      await requireLiveSession(dependencies, tenant, grant, request.nowSeconds);
      const user = await recheckUser(dependencies, request, tenant, grant);
      return { kind: 'renewal', tenant, grant, user, scopes, resources, presentedRefreshToken: token, refresh: presented.refresh };
    }
  }
}

type PresentedToken =
  | { readonly kind: 'current'; readonly refresh: RefreshTokenState }
  | { readonly kind: 'repeated'; readonly body: string }
  | { readonly kind: 'used' | 'forged' | 'expired' };

/**
 * Classifies a refresh token of this grant. One that shows the family of the grant and is not its current one is a
 * used one. Without the family it is made up from a grant id, which every access token shows, and must do no harm.
 */
function classify(grant: Grant, token: string, graceSeconds: number, nowSeconds: number): PresentedToken {
  const { refresh, previous } = grant;
  if (refresh === undefined) return { kind: 'forged' };
  if (isTokenOfDigest(token, refresh.digest))
    return nowSeconds < refresh.expiresAtSeconds ? { kind: 'current', refresh } : { kind: 'expired' };
  if (!isTokenOfDigest(familyOfRefreshToken(token), refresh.familyDigest)) return { kind: 'forged' };
  const inGrace = previous !== undefined && nowSeconds < previous.rotatedAtSeconds + graceSeconds;
  if (!inGrace || !isTokenOfDigest(token, previous.refreshDigest)) return { kind: 'used' };
  const body = unsealResponse(previous.sealedResponse, token);
  return body === undefined ? { kind: 'used' } : { kind: 'repeated', body };
}

/**
 * A refresh token is bound to its client (RFC 6749 section 10.4, A54), and dies with what the tenant declares dead,
 * however lately it was renewed (A90).
 */
function requireOwnGrant(grant: Grant, client: Client, tenant: Tenant): void {
  if (grant.clientId !== client.clientId) throw new OAuthError('invalid_grant', 'refresh-token-of-another-client');
  if (grant.tenant !== tenant.name) throw new OAuthError('invalid_grant', 'refresh-token-of-another-tenant');
  if (isDeclaredDead(grant, tenant, client)) throw new OAuthError('invalid_grant', 'before-tokens-not-before');
}

/** Narrows scopes to those asked, which must be part of what was granted (RFC 6749 section 6, A58); none asked: all of it. */
function narrowScopes(grant: Grant, tenant: Tenant, asked: readonly string[]): readonly string[] {
  if (asked.length === 0 || asked.includes('SYSTEM')) return stillDefined(grant.scopes, tenant);
  if (asked.some((scope) => !grant.scopes.includes(scope) && scope !== 'default'))
    throw new OAuthError('invalid_scope', 'scope-not-granted');
  return asked;
}

/** A scope that the tenant has taken away since is no error of the caller. */
function stillDefined(scopes: readonly string[], tenant: Tenant): readonly string[] {
  return scopes.filter((scope) => FREE_SCOPES.has(scope) || tenant.scopes.has(scope) || isLegacyScope(tenant, scope));
}

/** The user as the store knows the user now (A22); who is refused there for good loses the grant. */
async function recheckUser(dependencies: RefreshDependencies, request: GrantRequest, tenant: Tenant, grant: Grant) {
  if (grant.user === undefined) return undefined;
  const recheck = await dependencies.userstores.recheckUser(tenant, grant.user);
  if (recheck.kind === 'active') return recheck.user;
  if (ENDS_GRANT[recheck.reason]) {
    await dependencies.grants.deleteGrant(grant);
    request.trace.note({ audit: 'grant-revoked' });
  }
  throw new OAuthError('invalid_grant', recheck.reason);
}
