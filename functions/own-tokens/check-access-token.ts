// Checks access tokens of our own, both formats, before one is believed (RFC 6750, RFC 9068). Introspection, userinfo and
// the authorizer all ask here, so that they can't disagree. What proves a JWT is the tenant's choice, a file for each.

import { tokenDigest, verifyOwnJwt } from '../keys/jwt.ts';
import { createLruMap } from '../shared/lru-map.ts';
import { ownIssuerOf } from '../shared/token-paths.ts';
import type { UserKey } from '../storage/stores.ts';
import { type AccessTokenCheck, type AccessTokenDependencies, dead, NOT_OURS } from './access-token.ts';
import { checkByGrant } from './check-by-grant.ts';
import { checkOffline } from './check-offline.ts';
import { createFindHolder } from './find-holder.ts';
import { GRANT_ID_CHARACTERS, grantIdOfOpaqueToken } from './opaque-token.ts';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims, MAX_TOKEN_CHARACTERS } from './sign-access-token.ts';
import type { SigningKeys } from './signing-keys.ts';

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
      return checkByGrant(dependencies, { format: 'opaque', digest }, holder, nowSeconds);
    }
    const opened = remembered.get(digest) ?? (await verifyJwt(token, digest));
    if (opened === undefined) return NOT_OURS;
    const { claims } = opened;
    if (nowSeconds >= claims.exp) return dead('expired');
    const tenant = await dependencies.tenants.findTenant(claims.tenant);
    if (tenant?.jwtRevocation !== 'offline') {
      const holder = await findHolder(claims.jti.slice(0, GRANT_ID_CHARACTERS), namedUser(claims), nowSeconds);
      return checkByGrant(dependencies, { format: 'jwt', digest, jti: claims.jti }, holder, nowSeconds);
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
