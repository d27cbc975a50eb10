// `jwtRevocation: "check"`, and every opaque token: the grant, as it is now, knows the token by its digest and says all else.

import { refreshGraceSeconds } from '../configuration/model.ts';
import { permittedScopes } from '../configuration/scopes.ts';
import type { Grant } from '../storage/grant.ts';
import { presentUser } from '../userstores/primary-user.ts';
import { type AccessToken, type AccessTokenDependencies, type CheckedAccessToken, dead } from './access-token.ts';
import { checkHolder } from './check-holder.ts';
import type { TokenHolder } from './find-holder.ts';
import { findTenantAndClient } from './find-token-client.ts';
import { isSameDigest } from './opaque-token.ts';
import { areParentsLive } from './parent-grants.ts';

/** @param holder undefined: there is no such grant any more */
export async function checkByGrant(
  dependencies: AccessTokenDependencies,
  token: Pick<AccessToken, 'format' | 'digest' | 'jti'>,
  holder: TokenHolder | undefined,
  nowSeconds: number,
): Promise<CheckedAccessToken> {
  if (holder === undefined) return dead('no-such-grant');
  const { grant, stored } = holder;
  const { tenant, client } = await findTenantAndClient(dependencies, grant);
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
export function checkUser(token: AccessToken, stored: TokenHolder['stored']): CheckedAccessToken {
  const { tenant, user: known } = token;
  if (known === undefined) return { kind: 'live', token };
  const present = presentUser(tenant, known, stored);
  if (present.kind === 'refused') return dead(present.reason);
  const { user } = present;
  return { kind: 'live', token: { ...token, user, scopes: permittedScopes(tenant, token.scopes, user.roles) } };
}

/**
 * Whether this is a token of the grant, live or replaced. The digest is SHA-256 of the whole token and was written by us
 * when we signed it, so it proves every byte of a JWT as its signature does: who could find another token of this digest
 * could as well forge an opaque one, and who can write to the table needs neither.
 */
export function isTokenOfGrant({ access, previous }: Grant, digest: string): boolean {
  return isSameDigest(digest, access.digest) || (previous !== undefined && isSameDigest(digest, previous.access.digest));
}

/** The access token of the grant that this is: the live one, or for the grace the one before it. */
function accessOf(grant: Grant, digest: string, graceSeconds: number, nowSeconds: number) {
  if (isSameDigest(digest, grant.access.digest)) return grant.access;
  const { previous } = grant;
  const inGrace = previous !== undefined && nowSeconds < previous.rotatedAtSeconds + graceSeconds;
  return inGrace && isSameDigest(digest, previous.access.digest) ? previous.access : undefined;
}
