// Checks access tokens of our own, both formats, before one is believed (RFC 6750, RFC 9068). Introspection, userinfo and
// the authorizer all ask here, so that they can't disagree. What a JWT is held against is the tenant's choice, a file for
// each.

import { readUnverifiedPayload, tokenDigest, verifyOwnJwt } from '../keys/jwt.ts';
import { createLruMap } from '../shared/lru-map.ts';
import { ownIssuerOf } from '../shared/token-paths.ts';
import { type AccessTokenCheck, type AccessTokenDependencies, type CheckedAccessToken, dead, NOT_OURS } from './access-token.ts';
import { checkByGrant, isTokenOfGrant } from './check-by-grant.ts';
import { checkOffline } from './check-offline.ts';
import { createFindHolder, type TokenHolder } from './find-holder.ts';
import { grantIdOfOpaqueToken } from './opaque-token.ts';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims, MAX_TOKEN_CHARACTERS } from './sign-access-token.ts';
import type { SigningKeys } from './signing-keys.ts';
import { grantIdOfJwt, namedUser, parseUnverifiedClaims, type UnverifiedClaims } from './unverified-claims.ts';

/** Claims of a JWT that was proven to be ours, and the keys that we had then. */
interface ProvenJwt {
  readonly claims: AccessTokenClaims;
  readonly keys: SigningKeys;
}

/** The deployment's issuer or the tenant's own, whichever it has now: a change makes no token bad that was issued before it. */
const isIssuer = (issuer: string, { iss, tenant }: AccessTokenClaims): boolean => iss === issuer || iss === ownIssuerOf(issuer, tenant);

/** Proven tokens of which the claims are kept in memory, by the digest of the whole token (A67). */
const MAX_REMEMBERED = 2000;
const MAX_TENANTS = 5000;

/**
 * Opens the check of our access tokens. What a JWT says is remembered, so that the same token is proven once; whether
 * it is still good is asked anew every time, with one strongly consistent read (A66, A83).
 */
export function createAccessTokenCheck(dependencies: AccessTokenDependencies): AccessTokenCheck {
  const findHolder = createFindHolder(dependencies);
  const remembered = createLruMap<ProvenJwt>(MAX_REMEMBERED);
  /** Tenants of proven tokens. No other is looked up for a token that is not proven: made-up names cost no read. */
  const tenantsOfTokens = createLruMap<true>(MAX_TENANTS);

  const readHolder = (claims: UnverifiedClaims, nowSeconds: number) => findHolder(grantIdOfJwt(claims), namedUser(claims), nowSeconds);

  /**
   * Whether the grant can prove the token, since it is read anyway: then the signature need not. Users of the Users table
   * are read in the same call by the name that the token says; there it needs the signature, or the time of an answer
   * could tell whoever makes tokens up which users exist (A21).
   */
  async function isProvableByGrant(unverified: UnverifiedClaims, nowSeconds: number): Promise<boolean> {
    const { tenant, exp } = unverified;
    if (nowSeconds >= exp || tenantsOfTokens.get(tenant) === undefined || namedUser(unverified) !== undefined) return false;
    return (await dependencies.tenants.findTenant(tenant))?.jwtRevocation === 'check';
  }

  async function checkJwt(token: string, digest: string, nowSeconds: number): Promise<CheckedAccessToken> {
    const keys = await dependencies.signingKeys();
    const known = remembered.get(digest);
    // Keys that were read anew may be without the one that signed it (A41).
    if (known?.keys === keys) return checkProven(known, digest, nowSeconds);
    const verifiers = keys.verifiers('access-token', ACCESS_TOKEN_TYPE);
    const payload = readUnverifiedPayload(token, verifiers);
    const unverified = parseUnverifiedClaims(payload);
    if (unverified === undefined) return NOT_OURS;
    const holder = (await isProvableByGrant(unverified, nowSeconds)) ? await readHolder(unverified, nowSeconds) : 'not-read';
    const isProvenByGrant = holder !== 'not-read' && holder !== undefined && isTokenOfGrant(holder.grant, digest);
    if (!isProvenByGrant && verifyOwnJwt(token, verifiers) === undefined) return NOT_OURS;
    // Our own code wrote what the proof covers, so it has the form that we give it.
    const claims = payload as AccessTokenClaims;
    if (!isIssuer(dependencies.issuer, claims)) return NOT_OURS;
    const proven = { claims, keys };
    remembered.set(digest, proven);
    tenantsOfTokens.set(claims.tenant, true);
    return checkProven(proven, digest, nowSeconds, holder);
  }

  /** @param holder as far as it was read to prove the token */
  async function checkProven(
    { claims, keys }: ProvenJwt,
    digest: string,
    nowSeconds: number,
    holder: TokenHolder | undefined | 'not-read' = 'not-read',
  ): Promise<CheckedAccessToken> {
    if (nowSeconds >= claims.exp) return dead('expired');
    const tenant = await dependencies.tenants.findTenant(claims.tenant);
    const { feed } = claims;
    if (tenant?.jwtRevocation === 'feed' && feed !== undefined && dependencies.checkByFeed !== undefined)
      return (await dependencies.checkByFeed())({ tenant, claims: { ...claims, feed }, digest, keys }, nowSeconds);
    // What was issued for the feed says too little of its user to be believed offline.
    if (tenant?.jwtRevocation === 'offline' && feed === undefined) return checkOffline(dependencies, tenant, claims, digest);
    const held = holder === 'not-read' ? await readHolder(claims, nowSeconds) : holder;
    return checkByGrant(dependencies, { format: 'jwt', digest, jti: claims.jti }, held, nowSeconds);
  }

  return async (token, nowSeconds) => {
    if (token.length > MAX_TOKEN_CHARACTERS) return dead('too-long');
    const digest = tokenDigest(token);
    const opaqueGrantId = grantIdOfOpaqueToken('access', token);
    if (opaqueGrantId === undefined) return checkJwt(token, digest, nowSeconds);
    const holder = await findHolder(opaqueGrantId, undefined, nowSeconds);
    return checkByGrant(dependencies, { format: 'opaque', digest }, holder, nowSeconds);
  };
}
