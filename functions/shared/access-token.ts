// Access tokens of our own, both formats: how they are written, and what is checked before one is believed
// (RFC 6750, RFC 9068). Introspection, userinfo and the authorizer all ask here, so that they can't disagree.

import type { KeyObject } from 'node:crypto';
import { encodeSegment, headerSegment, type JwtVerifier, openOwnJwt, signJwt } from './jwt.ts';
import type { Client, EndUser, Grant, Tenant } from './model.ts';
import { GRANT_ID_CHARACTERS, grantIdOfOpaqueToken, isTokenOfDigest } from './opaque-token.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { ClientStore, GrantStore, TenantStore } from './stores.ts';
import { qualifiedName, subjectOf } from './username.ts';

export type TokenFormat = 'opaque' | 'jwt';

/** RFC 9068 section 2.1. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

const MAX_TOKEN_CHARACTERS = 8192;

/** What a JWT access token says. `tenant` and `user` are ours; the rest is RFC 9068 section 2.2. */
interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly scope: string;
  readonly tenant: string;
  /** WSO2's name for whose token it is. */
  readonly aut: 'APPLICATION' | 'APPLICATION_USER';
  readonly username?: string;
  /** Only where the tenant's JWTs are believed offline: nobody could look it up. */
  readonly user?: EndUser;
}

/**
 * Signs the access token of a grant as a JWT (RFC 9068).
 *
 * @param access when it is issued and expires, and its scopes
 * @param generation of the grant that the token belongs to
 */
export function signAccessToken(
  signer: { readonly kid: string; readonly alg: JwtVerifier['alg']; readonly privateKey: KeyObject },
  issuer: string,
  tenant: Tenant,
  grant: Pick<Grant, 'id' | 'clientId' | 'user' | 'generation'>,
  access: { readonly scopes: readonly string[]; readonly issuedAtSeconds: number; readonly expiresAtSeconds: number },
): string {
  const { user } = grant;
  const claims: AccessTokenClaims = {
    iss: issuer,
    sub: user === undefined ? grant.clientId : subjectOf(user),
    aud: issuer,
    client_id: grant.clientId,
    iat: access.issuedAtSeconds,
    exp: access.expiresAtSeconds,
    jti: `${grant.id}.${grant.generation}`,
    scope: access.scopes.join(' '),
    tenant: tenant.name,
    aut: user === undefined ? 'APPLICATION' : 'APPLICATION_USER',
    ...(user !== undefined && { username: qualifiedName(user) }),
    ...(user !== undefined && tenant.jwtRevocation === 'offline' && { user }),
  };
  return signJwt(signer, headerSegment(ACCESS_TOKEN_TYPE, signer.alg, signer.kid), encodeSegment(claims));
}

/** An access token that was checked, with all that it stands for. */
export interface AccessToken {
  readonly format: TokenFormat;
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

/**
 * Opens the check of our access tokens. What a JWT says is remembered, so that the same token costs one
 * verification; whether it is still good is asked anew every time, with one strongly consistent read (A66, A83).
 */
export function openAccessTokenCheck(dependencies: AccessTokenDependencies): AccessTokenCheck {
  const remembered = new Map<string, AccessTokenClaims>();

  async function claimsOf(token: string): Promise<AccessTokenClaims | undefined> {
    const known = remembered.get(token);
    if (known !== undefined) return known;
    const keys = await dependencies.signingKeys();
    // The signature is ours alone, and our own code wrote what it covers.
    const claims = openOwnJwt(token, keys.verifiers('access-token', ACCESS_TOKEN_TYPE)) as AccessTokenClaims | undefined;
    if (claims === undefined || claims.iss !== dependencies.issuer || claims.aud !== dependencies.issuer) return undefined;
    if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
    remembered.set(token, claims);
    return claims;
  }

  return async (token, nowSeconds) => {
    if (token.length > MAX_TOKEN_CHARACTERS) return dead('too-long');
    const opaqueGrantId = grantIdOfOpaqueToken('access', token);
    if (opaqueGrantId !== undefined) return checkAgainstGrant(dependencies, token, 'opaque', opaqueGrantId, undefined, nowSeconds);
    const claims = await claimsOf(token);
    if (claims === undefined) return dead('not-a-token-of-ours');
    if (nowSeconds >= claims.exp) return dead('expired');
    const tenant = await dependencies.tenants.findTenant(claims.tenant);
    if (tenant?.jwtRevocation === 'offline') return checkOffline(dependencies, tenant, claims, nowSeconds);
    return checkAgainstGrant(dependencies, token, 'jwt', claims.jti.slice(0, GRANT_ID_CHARACTERS), claims.jti, nowSeconds);
  };
}

/** Verified tokens kept in memory, a kilobyte or two each. */
const MAX_REMEMBERED = 2000;

async function checkAgainstGrant(
  dependencies: AccessTokenDependencies,
  token: string,
  format: TokenFormat,
  grantId: string,
  jti: string | undefined,
  nowSeconds: number,
): Promise<CheckedAccessToken> {
  const grant = await dependencies.grants.findGrant(grantId, nowSeconds);
  if (grant === undefined) return dead('no-such-grant');
  const [tenant, client] = await Promise.all([
    dependencies.tenants.findTenant(grant.tenant),
    dependencies.clients.findClient(grant.clientId),
  ]);
  const access = accessOf(grant, token, tenant?.refreshGraceSeconds ?? 0, nowSeconds);
  if (access === undefined) return dead('token-replaced');
  if (nowSeconds >= access.expiresAtSeconds) return dead('expired');
  return checkHolder(tenant, client, grant.tenant, {
    format,
    grantId,
    ...(grant.user !== undefined && { user: grant.user }),
    scopes: access.scopes,
    issuedAtSeconds: access.issuedAtSeconds,
    expiresAtSeconds: access.expiresAtSeconds,
    ...(jti !== undefined && { jti }),
  });
}

/** The access token of the grant that this is: the live one, or for the grace the one before it. */
function accessOf(grant: Grant, token: string, graceSeconds: number, nowSeconds: number) {
  if (isTokenOfDigest(token, grant.access.digest)) return grant.access;
  const { previous } = grant;
  const inGrace = previous !== undefined && nowSeconds < previous.rotatedAtSeconds + graceSeconds;
  return inGrace && isTokenOfDigest(token, previous.access.digest) ? previous.access : undefined;
}

async function checkOffline(
  dependencies: AccessTokenDependencies,
  tenant: Tenant,
  claims: AccessTokenClaims,
  _nowSeconds: number,
): Promise<CheckedAccessToken> {
  const client = await dependencies.clients.findClient(claims.client_id);
  if (claims.aut === 'APPLICATION_USER' && claims.user === undefined) return dead('issued-before-offline');
  return checkHolder(tenant, client, claims.tenant, {
    format: 'jwt',
    grantId: claims.jti.slice(0, GRANT_ID_CHARACTERS),
    ...(claims.user !== undefined && { user: claims.user }),
    scopes: claims.scope.split(' '),
    issuedAtSeconds: claims.iat,
    expiresAtSeconds: claims.exp,
    jti: claims.jti,
  });
}

/** What must hold of the tenant and the client at every use, not only when the token was issued. */
function checkHolder(
  tenant: Tenant | undefined,
  client: Client | undefined,
  tenantName: string,
  token: Omit<AccessToken, 'tenant' | 'client'>,
): CheckedAccessToken {
  if (tenant === undefined) return dead('no-such-tenant');
  if (tenant.status !== 'active') return dead('tenant-suspended');
  if (client === undefined) return dead('no-such-client');
  if (client.status !== 'active') return dead('client-suspended');
  if (client.tenant !== tenantName) return dead('client-of-another-tenant');
  if (token.issuedAtSeconds < tenant.tokensNotBefore || token.issuedAtSeconds < client.tokensNotBefore)
    return dead('before-tokens-not-before');
  return { kind: 'live', token: { ...token, tenant, client } };
}
