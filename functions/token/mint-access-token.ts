// The text of an access token, opaque or a JWT, and what its grant will know of it.

import type { Client, EndUser, Tenant } from '../configuration/model.ts';
import { tokenDigest } from '../keys/jwt.ts';
import type { Randomness } from '../own-tokens/draw-randomness.ts';
import { newOpaqueAccessToken } from '../own-tokens/opaque-token.ts';
import { MAX_TOKEN_CHARACTERS, signAccessToken, type TokenFormat } from '../own-tokens/sign-access-token.ts';
import { OAuthError, Unavailable } from '../shared/errors.ts';
import type { AccessTokenState, Grant } from '../storage/grant.ts';
import { fitClaims } from '../userstores/bounded-user.ts';
import type { TokenDependencies } from './dependencies.ts';
import type { MintedAccessToken } from './token-response.ts';

export type MintDependencies = Pick<TokenDependencies, 'issuer' | 'signingKeys' | 'log'>;

/** Size of the user's claims in a JWT that would be too long with all of them. */
const MAX_OFFLINE_CLAIMS_BYTES = 2048;

/** Holder of an access token. */
interface TokenHolder {
  readonly client: Client;
  readonly tenant: Tenant;
  readonly grant: Pick<Grant, 'id' | 'clientId' | 'user' | 'generation' | 'issuedAtSeconds' | 'session' | 'delegation'>;
}

/** Mints an access token in the format of its client, else of its tenant. */
export async function mintAccessToken(
  dependencies: MintDependencies,
  holder: TokenHolder,
  access: Omit<AccessTokenState, 'digest'>,
  random: Randomness,
): Promise<MintedAccessToken> {
  const format: TokenFormat = holder.client.tokenFormat ?? holder.tenant.tokenFormat;
  const isFed = format === 'jwt' && isToldByFeed(holder);
  const token =
    format === 'opaque' ? newOpaqueAccessToken(holder.grant.id, random) : await signJwtAccessToken(dependencies, holder, access, isFed);
  return { token, state: { digest: tokenDigest(token), ...access }, ...(isFed && { isFed: true as const }) };
}

/** A token that hangs on grants of whose end nobody is told is checked by its grant, and theirs. */
function isToldByFeed({ tenant, grant: { delegation } }: TokenHolder): boolean {
  if (tenant.jwtRevocation !== 'feed') return false;
  return delegation === undefined || delegation.parentIds.length === 0 || delegation.parents !== undefined;
}

async function signJwtAccessToken(
  dependencies: MintDependencies,
  { tenant, grant }: TokenHolder,
  access: Omit<AccessTokenState, 'digest'>,
  isFed: boolean,
): Promise<string> {
  const keys = await dependencies.signingKeys();
  const signer = keys.signer('access-token', tenant.accessTokenAlgorithm, access.issuedAtSeconds);
  if (signer === undefined) throw new Unavailable('secrets-manager', 'no-signing-key');
  // Loaded late: most tenants have no feed.
  const feed = isFed ? await import('../own-tokens/feed-claim.ts') : undefined;
  const sign = (user: EndUser | undefined): string => {
    const held = { ...grant, ...(user !== undefined && { user }) };
    return signAccessToken(signer, {
      issuer: dependencies.issuer,
      tenant,
      grant: held,
      access,
      fed: feed?.feedClaimOf(held, signer.kid, keys),
    });
  };
  let token = sign(grant.user);
  if (token.length > MAX_TOKEN_CHARACTERS && grant.user !== undefined) {
    // Offline the user is in the token, with claims that are for backends and not for who may log in.
    const shorter = { ...grant.user, claims: fitClaims(grant.user.claims, MAX_OFFLINE_CLAIMS_BYTES) };
    token = sign(shorter);
    // Roles that no entry defines give nothing here; a backend that reads them is told of fewer.
    const isOfRoles = token.length > MAX_TOKEN_CHARACTERS;
    if (isOfRoles) token = sign({ ...shorter, roles: shorter.roles.filter((role) => tenant.roles.has(role)) });
    dependencies.log('WARN', 'offline-claims-left-out', { tenant: tenant.name, grant: grant.id, roles: isOfRoles });
  }
  // Many scopes, or offline many roles and claims: no API would ever take it, and nothing would say why.
  if (token.length > MAX_TOKEN_CHARACTERS) throw new OAuthError('server_error', 'access-token-too-long');
  return token;
}
