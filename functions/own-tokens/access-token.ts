// Access tokens of our own, both formats: what is checked before one is believed (RFC 6750, RFC 9068). Introspection,
// userinfo and the authorizer all ask here, so that they can't disagree.

import { isDeclaredDead } from '../configuration/declared-dead.ts';
import { type Client, type EndUser, refreshGraceSeconds, type Tenant } from '../configuration/model.ts';
import { permittedScopes } from '../configuration/scopes.ts';
import { tokenDigest, verifyOwnJwt } from '../keys/jwt.ts';
import { createLruMap } from '../shared/lru-map.ts';
import type { NotOurs, TokenDeath } from '../shared/reasons/grants.ts';
import { ownIssuerOf } from '../shared/token-paths.ts';
import type { Delegation, Grant } from '../storage/grant.ts';
import type { ClientStore, TenantStore, UserKey } from '../storage/stores.ts';
import { presentUser } from '../userstores/primary-user.ts';
import { createFindHolder, type HolderDependencies, type TokenHolder } from './find-holder.ts';
import { GRANT_ID_CHARACTERS, grantIdOfOpaqueToken, isSameDigest } from './opaque-token.ts';
import { areParentsLive } from './parent-grants.ts';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims, actorsOf, MAX_TOKEN_CHARACTERS, type TokenFormat } from './sign-access-token.ts';
import type { SigningKeys } from './signing-keys.ts';

/** An access token that was checked, with all that it stands for. */
export interface AccessToken {
  readonly format: TokenFormat;
  /** SHA-256 of the whole token, base64url. */
  readonly digest: string;
  readonly grantId: string;
  readonly tenant: Tenant;
  readonly client: Client;
  /** User as the store knows the user now, or knew at the last renewal. Absent: the application's own token. */
  readonly user?: EndUser;
  /** Scopes, without those that the user's roles permit no more. */
  readonly scopes: readonly string[];
  /** URIs of the APIs that it is for (RFC 8707). Empty: for those alone that have none. */
  readonly resources: readonly string[];
  /** Of a token that was exchanged for another (RFC 8693). */
  readonly delegation?: Delegation;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
  /** Id of a JWT; absent for opaque tokens. */
  readonly jti?: string;
}

/** `reason` is for the log: the caller learns nothing but that the token is no good. */
export type CheckedAccessToken =
  | { readonly kind: 'live'; readonly token: AccessToken }
  | { readonly kind: 'dead'; readonly reason: TokenDeath }
  /** No key of ours signed it: somebody else may know it. */
  | { readonly kind: 'not-ours'; readonly reason: NotOurs };

export interface AccessTokenDependencies extends HolderDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly signingKeys: () => Promise<SigningKeys>;
  /** The deployment's; tokens of tenants with issuers of their own are known by it as well. */
  readonly issuer: string;
}

export type AccessTokenCheck = (token: string, nowSeconds: number) => Promise<CheckedAccessToken>;

const NOT_OURS: CheckedAccessToken = { kind: 'not-ours', reason: 'not-a-token-of-ours' };
const dead = (reason: TokenDeath): CheckedAccessToken => ({ kind: 'dead', reason });

/** Claims of a JWT of ours, and the keys that verified it. */
interface VerifiedJwt {
  readonly claims: AccessTokenClaims;
  readonly keys: SigningKeys;
}

/** The deployment's issuer or the tenant's own, whichever it has now: a change makes no token bad that was issued before it. */
const isIssuer = (issuer: string, { iss, tenant }: AccessTokenClaims): boolean => iss === issuer || iss === ownIssuerOf(issuer, tenant);

/** Verified tokens of which the claims are kept in memory, by the digest of the whole token (A67). */
const MAX_REMEMBERED = 2000;

/**
 * Opens the check of our access tokens. What a JWT says is remembered, so that the same token costs one
 * verification; whether it is still good is asked anew every time, with one strongly consistent read (A66, A83).
 */
export function createAccessTokenCheck(dependencies: AccessTokenDependencies): AccessTokenCheck {
  const findHolder = createFindHolder(dependencies);
  const remembered = createLruMap<VerifiedJwt>(MAX_REMEMBERED);

  async function verifyJwt(token: string, digest: string): Promise<VerifiedJwt | undefined> {
    const keys = await dependencies.signingKeys();
    // The signature is ours alone, and our own code wrote what it covers.
    const claims = verifyOwnJwt(token, keys.verifiers('access-token', ACCESS_TOKEN_TYPE)) as AccessTokenClaims | undefined;
    if (claims === undefined || !isIssuer(dependencies.issuer, claims)) return undefined;
    const opened = { claims, keys };
    remembered.set(digest, opened);
    return opened;
  }

  return async (token, nowSeconds) => {
    if (token.length > MAX_TOKEN_CHARACTERS) return dead('too-long');
    const digest = tokenDigest(token);
    const opaqueGrantId = grantIdOfOpaqueToken('access', token);
    if (opaqueGrantId !== undefined) {
      const holder = await findHolder(opaqueGrantId, undefined, nowSeconds);
      return checkHeldToken(dependencies, { format: 'opaque', digest }, holder, nowSeconds);
    }
    const opened = remembered.get(digest) ?? (await verifyJwt(token, digest));
    if (opened === undefined) return NOT_OURS;
    const { claims } = opened;
    if (nowSeconds >= claims.exp) return dead('expired');
    const tenant = await dependencies.tenants.findTenant(claims.tenant);
    if (tenant?.jwtRevocation !== 'offline') {
      const holder = await findHolder(claims.jti.slice(0, GRANT_ID_CHARACTERS), namedUser(claims), nowSeconds);
      return checkHeldToken(dependencies, { format: 'jwt', digest, jti: claims.jti }, holder, nowSeconds);
    }
    // Nothing else would tell that a key was taken out of use (A41).
    const isOfPresentKey = opened.keys === (await dependencies.signingKeys()) || (await verifyJwt(token, digest)) !== undefined;
    return isOfPresentKey ? checkOffline(dependencies, tenant, claims, digest) : NOT_OURS;
  };
}

/** The key of a user of the Users table, as `qualifiedName` has written it; a name with a slash may be one of another store. */
function namedUser({ username, tenant }: AccessTokenClaims): UserKey | undefined {
  const name = username?.endsWith(`@${tenant}`) ? username.slice(0, -tenant.length - 1) : undefined;
  return name === undefined || name.includes('/') ? undefined : { tenant, username: name };
}

async function checkHeldToken(
  dependencies: AccessTokenDependencies,
  token: Pick<AccessToken, 'format' | 'digest' | 'jti'>,
  holder: TokenHolder | undefined,
  nowSeconds: number,
): Promise<CheckedAccessToken> {
  if (holder === undefined) return dead('no-such-grant');
  const { grant, stored } = holder;
  const [tenant, client] = await Promise.all([
    dependencies.tenants.findTenant(grant.tenant),
    dependencies.clients.findClient(grant.clientId),
  ]);
  const access = accessOf(grant, token.digest, tenant === undefined ? 0 : refreshGraceSeconds(tenant, client), nowSeconds);
  if (access === undefined) return dead('token-replaced');
  if (nowSeconds >= access.expiresAtSeconds) return dead('expired');
  if (grant.delegation !== undefined && !(await areParentsLive(dependencies, grant.delegation, tenant, nowSeconds)))
    return dead('parent-ended');
  const checked = checkHolder(
    { tenant, client, tenantName: grant.tenant, begun: grant },
    {
      ...token,
      grantId: grant.id,
      ...(grant.user !== undefined && { user: grant.user }),
      scopes: access.scopes,
      resources: access.resources ?? [],
      ...(grant.delegation !== undefined && { delegation: grant.delegation }),
      issuedAtSeconds: access.issuedAtSeconds,
      expiresAtSeconds: access.expiresAtSeconds,
    },
  );
  return checked.kind === 'live' ? checkUser(checked.token, stored) : checked;
}

/**
 * Checks what must hold of the user at every use: that a user of the Users table is still there, active, and has the password of
 * the login, and that the roles still permit the scopes (A22, A101). Other stores are asked at the next renewal.
 */
function checkUser(token: AccessToken, stored: TokenHolder['stored']): CheckedAccessToken {
  const { tenant, user: known } = token;
  if (known === undefined) return { kind: 'live', token };
  const present = presentUser(tenant, known, stored);
  if (present.kind === 'refused') return dead(present.reason);
  const { user } = present;
  return { kind: 'live', token: { ...token, user, scopes: permittedScopes(tenant, token.scopes, user.roles) } };
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
  return checkHolder(
    { tenant, client, tenantName: claims.tenant, begun: { issuedAtSeconds: claims.granted_at ?? claims.iat } },
    {
      format: 'jwt',
      digest,
      grantId: claims.jti.slice(0, GRANT_ID_CHARACTERS),
      ...(claims.user !== undefined && { user: claims.user }),
      scopes: claims.scope.split(' '),
      resources: claims.aud === claims.iss ? [] : [claims.aud].flat(),
      ...(claims.act !== undefined && { delegation: { actors: actorsOf(claims.act), parentIds: [] } }),
      issuedAtSeconds: claims.iat,
      expiresAtSeconds: claims.exp,
      jti: claims.jti,
    },
  );
}

interface HolderCase {
  readonly tenant: Tenant | undefined;
  readonly client: Client | undefined;
  /** Tenant that the token or its grant names. */
  readonly tenantName: string;
  readonly begun: Pick<Grant, 'issuedAtSeconds' | 'session'>;
}

/** Checks what must hold of the tenant and the client at every use, not only when the token was issued. */
function checkHolder({ tenant, client, tenantName, begun }: HolderCase, token: Omit<AccessToken, 'tenant' | 'client'>): CheckedAccessToken {
  if (tenant === undefined) return dead('no-such-tenant');
  if (tenant.status !== 'active') return dead('tenant-suspended');
  if (client === undefined) return dead('no-such-client');
  if (client.status !== 'active') return dead('client-suspended');
  if (client.tenant !== tenantName) return dead('client-of-another-tenant');
  if (isDeclaredDead(begun, tenant, client)) return dead('before-tokens-not-before');
  return { kind: 'live', token: { ...token, tenant, client } };
}
