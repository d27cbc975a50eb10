// `jwtRevocation: "offline"`: the claims of a JWT whose signature was checked say all, and no grant is read.

import type { Tenant } from '../configuration/model.ts';
import { type AccessTokenDependencies, type CheckedAccessToken, dead } from './access-token.ts';
import { checkHolder } from './check-holder.ts';
import { findTokenClient } from './find-token-client.ts';
import type { AccessTokenClaims } from './sign-access-token.ts';
import { tokenOfClaims } from './token-of-claims.ts';

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
    tokenOfClaims(claims, digest, []),
  );
}
