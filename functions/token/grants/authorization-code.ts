// `grant_type=authorization_code` (RFC 6749 section 4.1.3, RFC 7636 section 4.6): good once, for the client, the redirect
// URI and the verifier that it was issued for. All of that is checked before the code is used up, so that who has only
// found a code can't burn it (A114); a second use by its own client ends what the first one made (A113).

import { hash } from 'node:crypto';
import { isDeclaredDead } from '../../configuration/declared-dead.ts';
import type { Client, Tenant } from '../../configuration/model.ts';
import { narrowResources } from '../../configuration/resources.ts';
import { subjectOf } from '../../configuration/username.ts';
import { grantIdOfOpaqueToken, isSameDigest, isTokenOfDigest } from '../../own-tokens/opaque-token.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { AuthorizationCodeState, Grant } from '../../storage/grant.ts';
import type { TokenDependencies } from '../dependencies.ts';
import { requireParameter } from '../token-request.ts';
import { type GrantRequest, type Redeem, requireTenant } from './grant-variant.ts';
import { requireLiveSession, withPresentUser } from './require-live-session.ts';

type CodeDependencies = Pick<TokenDependencies, 'grants' | 'sessions' | 'userstores'>;

const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

export function createAuthorizationCode(dependencies: CodeDependencies): Redeem {
  return async (request) => {
    const { parameters, client, nowSeconds, trace } = request;
    const presented = requireParameter(parameters, 'code');
    const tenant = requireTenant(request);
    const grantId = grantIdOfOpaqueToken('code', presented);
    const grant = grantId === undefined ? undefined : await dependencies.grants.findGrant(grantId, nowSeconds);
    if (grant?.code === undefined || grant.user === undefined) throw new OAuthError('invalid_grant', 'no-such-code');
    const { code } = grant;
    if (!isTokenOfDigest(presented, code.digest)) throw new OAuthError('invalid_grant', 'forged-code');
    trace.note({ grant: grant.id, subject: subjectOf(grant.user) });
    requireOwnCode(grant, client, tenant);
    requireSameRequest(code, parameters);
    if (code.redeemedAtSeconds !== undefined) await endReused(dependencies, request, grant);
    if (nowSeconds >= code.expiresAtSeconds) throw new OAuthError('invalid_grant', 'no-such-code');
    const resources = narrowResources(grant.resources, request.askedResources);
    const session = await requireLiveSession(dependencies, tenant, grant, nowSeconds);
    const recheck = await dependencies.userstores.recheckUser(tenant, grant.user);
    if (recheck.kind !== 'active') throw new OAuthError('invalid_grant', recheck.reason);
    if (session !== undefined) await withPresentUser(dependencies, session, recheck.user);
    return { kind: 'redemption', tenant, grant, user: recheck.user, resources };
  };
}

function requireOwnCode(grant: Grant, client: Client, tenant: Tenant): void {
  if (grant.clientId !== client.clientId) throw new OAuthError('invalid_grant', 'code-of-another-client');
  if (grant.tenant !== tenant.name) throw new OAuthError('invalid_grant', 'code-of-another-tenant');
  if (isDeclaredDead(grant, tenant, client)) throw new OAuthError('invalid_grant', 'before-tokens-not-before');
}

/** The redirect URI and the verifier of the request that the code answers (A115, A116). */
function requireSameRequest(code: AuthorizationCodeState, parameters: ReadonlyMap<string, string>): void {
  const redirectUri = parameters.get('redirect_uri');
  const isSame = redirectUri === undefined ? !code.isRedirectUriSent : redirectUri === code.redirectUri;
  if (!isSame) throw new OAuthError('invalid_grant', 'another-redirect-uri');
  const verifier = requireParameter(parameters, 'code_verifier');
  if (!VERIFIER.test(verifier)) throw new OAuthError('invalid_grant', 'malformed-code-verifier');
  if (!isSameDigest(hash('sha256', verifier, 'base64url'), code.codeChallenge))
    throw new OAuthError('invalid_grant', 'wrong-code-verifier');
}

/** RFC 6749 section 4.1.2: whoever has used the code first has what another one holds as well. */
async function endReused({ grants }: Pick<CodeDependencies, 'grants'>, { trace }: GrantRequest, grant: Grant): Promise<never> {
  await grants.deleteGrant(grant);
  trace.note({ audit: 'code-reuse' });
  throw new OAuthError('invalid_grant', 'code-reused');
}
