// Access tokens of our own, both formats: what is checked before one is believed (RFC 6750, RFC 9068). Introspection,
// userinfo and the authorizer all ask here, so that they can't disagree.

import { type Client, type EndUser, type Grant, refreshGraceSeconds, type Tenant } from '../configuration/model.ts';
import { tokenDigest, verifyOwnJwt } from '../keys/jwt.ts';
import { createRecent } from '../shared/recent.ts';
import type { ClientStore, GrantStore, TenantStore } from '../storage/stores.ts';
import { GRANT_ID_CHARACTERS, grantIdOfOpaqueToken, isSameDigest } from './opaque-token.ts';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims, MAX_TOKEN_CHARACTERS, type TokenFormat } from './sign-access-token.ts';
import type { SigningKeys } from './signing-keys.ts';

/** An access token that was checked, with all that it stands for. */
export interface AccessToken {
  readonly format: TokenFormat;
  /** SHA-256 of the whole token, base64url. */
  readonly digest: string;
  readonly grantId: string;
  readonly tenant: Tenant;
  readonly client: Client;
  /** Absent: the application's own token. */
  readonly user?: EndUser;
  readonly scopes: readonly string[];
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
  /** Of a JWT alone. */
  readonly jti?: string;
}

/** `reason` is for the log: the caller learns nothing but that the token is no good. */
export type CheckedAccessToken =
  | { readonly kind: 'live'; readonly token: AccessToken }
  | { readonly kind: 'dead'; readonly reason: string };

export interface AccessTokenDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly grants: GrantStore;
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly issuer: string;
}

export type AccessTokenCheck = (token: string, nowSeconds: number) => Promise<CheckedAccessToken>;

const dead = (reason: string): CheckedAccessToken => ({ kind: 'dead', reason });

/** What a JWT of ours says, and the keys that verified it. */
interface VerifiedJwt {
  readonly claims: AccessTokenClaims;
  readonly keys: SigningKeys;
}

/** Verified tokens of which the claims are kept in memory, by the digest of the whole token (A67). */
const MAX_REMEMBERED = 2000;

/**
 * Opens the check of our access tokens. What a JWT says is remembered, so that the same token costs one
 * verification; whether it is still good is asked anew every time, with one strongly consistent read (A66, A83).
 */
export function createAccessTokenCheck(dependencies: AccessTokenDependencies): AccessTokenCheck {
  const remembered = createRecent<VerifiedJwt>(MAX_REMEMBERED);

  async function verifyJwt(token: string, digest: string): Promise<VerifiedJwt | undefined> {
    const keys = await dependencies.signingKeys();
    // The signature is ours alone, and our own code wrote what it covers.
    const claims = verifyOwnJwt(token, keys.verifiers('access-token', ACCESS_TOKEN_TYPE)) as AccessTokenClaims | undefined;
    if (claims === undefined || claims.iss !== dependencies.issuer || claims.aud !== dependencies.issuer) return undefined;
    const opened = { claims, keys };
    remembered.set(digest, opened);
    return opened;
  }

  return async (token, nowSeconds) => {
    if (token.length > MAX_TOKEN_CHARACTERS) return dead('too-long');
    const digest = tokenDigest(token);
    const opaqueGrantId = grantIdOfOpaqueToken('access', token);
    if (opaqueGrantId !== undefined) return checkAgainstGrant(dependencies, 'opaque', opaqueGrantId, digest, undefined, nowSeconds);
    const opened = remembered.get(digest) ?? (await verifyJwt(token, digest));
    if (opened === undefined) return dead('not-a-token-of-ours');
    const { claims } = opened;
    if (nowSeconds >= claims.exp) return dead('expired');
    const tenant = await dependencies.tenants.findTenant(claims.tenant);
    if (tenant?.jwtRevocation !== 'offline')
      return checkAgainstGrant(dependencies, 'jwt', claims.jti.slice(0, GRANT_ID_CHARACTERS), digest, claims.jti, nowSeconds);
    // Nothing else would tell that a key was taken out of use (A41).
    const isOfPresentKey = opened.keys === (await dependencies.signingKeys()) || (await verifyJwt(token, digest)) !== undefined;
    return isOfPresentKey ? checkOffline(dependencies, tenant, claims, digest) : dead('not-a-token-of-ours');
  };
}

async function checkAgainstGrant(
  dependencies: AccessTokenDependencies,
  format: TokenFormat,
  grantId: string,
  digest: string,
  jti: string | undefined,
  nowSeconds: number,
): Promise<CheckedAccessToken> {
  const grant = await dependencies.grants.findGrant(grantId, nowSeconds);
  if (grant === undefined) return dead('no-such-grant');
  const [tenant, client] = await Promise.all([
    dependencies.tenants.findTenant(grant.tenant),
    dependencies.clients.findClient(grant.clientId),
  ]);
  const access = accessOf(grant, digest, tenant === undefined ? 0 : refreshGraceSeconds(tenant, client), nowSeconds);
  if (access === undefined) return dead('token-replaced');
  if (nowSeconds >= access.expiresAtSeconds) return dead('expired');
  return checkHolder(tenant, client, grant.tenant, grant.issuedAtSeconds, {
    format,
    digest,
    grantId,
    ...(grant.user !== undefined && { user: grant.user }),
    scopes: access.scopes,
    issuedAtSeconds: access.issuedAtSeconds,
    expiresAtSeconds: access.expiresAtSeconds,
    ...(jti !== undefined && { jti }),
  });
}

/** The access token of the grant that this is: the live one, or for the grace the one before it. */
function accessOf(grant: Grant, digest: string, graceSeconds: number, nowSeconds: number) {
  if (isSameDigest(digest, grant.access.digest)) return grant.access;
  const { previous } = grant;
  const inGrace = previous !== undefined && nowSeconds < previous.rotatedAtSeconds + graceSeconds;
  return inGrace && isSameDigest(digest, previous.access.digest) ? previous.access : undefined;
}

async function checkOffline(
  dependencies: AccessTokenDependencies,
  tenant: Tenant,
  claims: AccessTokenClaims,
  digest: string,
): Promise<CheckedAccessToken> {
  const client = await dependencies.clients.findClient(claims.client_id);
  if (claims.aut === 'APPLICATION_USER' && claims.user === undefined) return dead('issued-before-offline');
  return checkHolder(tenant, client, claims.tenant, claims.granted_at ?? claims.iat, {
    format: 'jwt',
    digest,
    grantId: claims.jti.slice(0, GRANT_ID_CHARACTERS),
    ...(claims.user !== undefined && { user: claims.user }),
    scopes: claims.scope.split(' '),
    issuedAtSeconds: claims.iat,
    expiresAtSeconds: claims.exp,
    jti: claims.jti,
  });
}

/**
 * What must hold of the tenant and the client at every use, not only when the token was issued. It is the beginning of
 * the grant that is compared with `tokensNotBefore`: a renewal in the seconds in which a function still works with the
 * old entry would otherwise turn a dead token into one that lives on (A90).
 */
function checkHolder(
  tenant: Tenant | undefined,
  client: Client | undefined,
  tenantName: string,
  grantedAtSeconds: number,
  token: Omit<AccessToken, 'tenant' | 'client'>,
): CheckedAccessToken {
  if (tenant === undefined) return dead('no-such-tenant');
  if (tenant.status !== 'active') return dead('tenant-suspended');
  if (client === undefined) return dead('no-such-client');
  if (client.status !== 'active') return dead('client-suspended');
  if (client.tenant !== tenantName) return dead('client-of-another-tenant');
  if (grantedAtSeconds < Math.max(tenant.tokensNotBefore, client.tokensNotBefore)) return dead('before-tokens-not-before');
  return { kind: 'live', token: { ...token, tenant, client } };
}
