// What a JWT of ours stands for where its claims are believed: `jwtRevocation` `offline` and `feed`.

import type { AccessToken } from './access-token.ts';
import { GRANT_ID_CHARACTERS } from './opaque-token.ts';
import { type AccessTokenClaims, actorsOf } from './sign-access-token.ts';

/** @param parentIds ids of the grants that it hangs on, as far as the token names them */
export function tokenOfClaims(
  claims: AccessTokenClaims,
  digest: string,
  parentIds: readonly string[],
): Omit<AccessToken, 'tenant' | 'client'> {
  return {
    format: 'jwt',
    digest,
    grantId: claims.jti.slice(0, GRANT_ID_CHARACTERS),
    ...(claims.user !== undefined && { user: claims.user }),
    scopes: claims.scope.split(' '),
    resources: claims.aud === claims.iss ? [] : [claims.aud].flat(),
    ...(claims.act !== undefined && { delegation: { actors: actorsOf(claims.act), parentIds } }),
    issuedAtSeconds: claims.iat,
    expiresAtSeconds: claims.exp,
    jti: claims.jti,
  };
}
