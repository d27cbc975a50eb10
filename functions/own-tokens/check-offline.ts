// `jwtRevocation: "offline"`: the claims of a JWT whose signature was checked say all, and no grant is read.

import type { Tenant } from '../configuration/model.ts';
import { type AccessTokenDependencies, type CheckedAccessToken, dead } from './access-token.ts';
import { checkHolder } from './check-holder.ts';
import { findTokenClient } from './find-token-client.ts';
import { GRANT_ID_CHARACTERS } from './opaque-token.ts';
import { type AccessTokenClaims, actorsOf } from './sign-access-token.ts';

export async function checkOffline(
  dependencies: AccessTokenDependencies,
  tenant: Tenant,
  claims: AccessTokenClaims,
  digest: string,
): Promise<CheckedAccessToken> {
  const client = await findTokenClient(dependencies, tenant, claims.client_id);
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
