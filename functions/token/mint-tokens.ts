// The tokens of a grant: their lifetimes, their text, and the grant item that knows their digests.

import type { GrantType } from '../configuration/entries/client-entry.ts';
import { type Client, refreshGraceSeconds, type Tenant } from '../configuration/model.ts';
import { tokenDigest } from '../keys/jwt.ts';
import { drawRandomness, type Randomness } from '../own-tokens/draw-randomness.ts';
import { familyOfRefreshToken, newGrantId, newRefreshFamily, newRefreshToken } from '../own-tokens/opaque-token.ts';
import { Unavailable } from '../shared/errors.ts';
import { lazy } from '../shared/lazy.ts';
import { type Grant, outlivingJwts } from '../storage/grant.ts';
import { boundUser } from '../userstores/bounded-user.ts';
import type { NewGrant, Redemption, Renewal } from './grants/grant-variant.ts';
import { type MintDependencies, mintAccessToken } from './mint-access-token.ts';
import { sealResponse } from './sealed-response.ts';
import { type MintedAccessToken, tokenResponseBody } from './token-response.ts';

/** A grant may be renewed for this long after the login, or for `refreshTokenSeconds` where that is longer. */
const MAX_GRANT_SECONDS = 90 * 86_400;

/** Most requests of the token endpoint know of no sign-in page. */
const loadIdToken = lazy(() => import('../own-tokens/sign-id-token.ts'));

export interface Minted {
  readonly grant: Grant;
  /** Body of the token response, JSON. */
  readonly body: string;
}

/** Grant that tokens are minted for: scopes and resources are those that are granted. */
interface MintCase {
  readonly client: Client;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly nowSeconds: number;
}

/** Mints the first tokens of a grant. */
export async function mintNewGrant(
  dependencies: MintDependencies,
  redeemed: NewGrant,
  { client, grantType, scopes, resources, nowSeconds }: MintCase & { readonly grantType: GrantType },
): Promise<Minted> {
  const { tenant } = redeemed;
  // Stores bound what they say themselves; an assertion may say anything.
  const user = redeemed.user && boundUser(redeemed.user, dependencies.log);
  const random = drawRandomness();
  const begun = {
    id: newGrantId(random),
    tenant: tenant.name,
    clientId: client.clientId,
    grantType,
    ...(user !== undefined && { user }),
    ...(redeemed.delegation !== undefined && { delegation: redeemed.delegation }),
    scopes,
    ...resourcesMember(resources),
    issuedAtSeconds: nowSeconds,
    generation: 0,
  };
  const expiresAtSeconds = Math.min(nowSeconds + accessTokenSeconds(client, tenant), redeemed.notAfterSeconds ?? Number.MAX_SAFE_INTEGER);
  const tokens = {
    resources,
    nowSeconds,
    expiresAtSeconds,
    isRenewable: redeemed.renewable,
    issuedTokenType: redeemed.issuedTokenType,
    random,
  };
  return mintFirstTokens(dependencies, { client, tenant, grant: begun }, tokens);
}

/** Most grants have none, and their items say nothing of them. */
const resourcesMember = (resources: readonly string[]) => (resources.length === 0 ? {} : { resources });

/** Mints the first tokens of a grant that waited for its code, and the ID token that says who signed in. */
export async function mintRedemption(
  dependencies: MintDependencies,
  client: Client,
  { tenant, grant, user, resources }: Redemption,
  nowSeconds: number,
): Promise<Minted> {
  const begun = {
    ...grant,
    // The moment of the code stays that of the grant: what was revoked in between is revoked (A90).
    user,
    generation: 1,
    ...(grant.code !== undefined && { code: { ...grant.code, redeemedAtSeconds: nowSeconds } }),
  };
  const expiresAtSeconds = nowSeconds + accessTokenSeconds(client, tenant);
  const idToken = await mintIdToken(dependencies, client, begun, { issuedAtSeconds: nowSeconds, expiresAtSeconds });
  const tokens = { resources, nowSeconds, expiresAtSeconds, isRenewable: true, idToken, random: drawRandomness() };
  return mintFirstTokens(dependencies, { client, tenant, grant: begun }, tokens);
}

interface FirstTokens {
  /** Of the access token. */
  readonly resources: readonly string[];
  readonly nowSeconds: number;
  /** Of the access token. */
  readonly expiresAtSeconds: number;
  readonly isRenewable: boolean;
  readonly idToken?: string | undefined;
  readonly issuedTokenType?: string | undefined;
  readonly random: Randomness;
}

/** The access token, and the refresh token where the client takes one and the grant may have one. */
async function mintFirstTokens(
  dependencies: MintDependencies,
  { client, tenant, grant }: { readonly client: Client; readonly tenant: Tenant; readonly grant: Omit<Grant, 'access'> },
  { resources, nowSeconds, expiresAtSeconds, isRenewable, idToken, issuedTokenType, random }: FirstTokens,
): Promise<Minted> {
  const access = await mintAccessToken(
    dependencies,
    { client, tenant, grant },
    { scopes: grant.scopes, ...resourcesMember(resources), issuedAtSeconds: nowSeconds, expiresAtSeconds },
    random,
  );
  if (!isRenewable || !client.grantTypes.includes('refresh_token'))
    return { grant: { ...grant, ...stateOf(access) }, body: tokenResponseBody(access, { idToken, issuedTokenType }, nowSeconds) };
  const family = newRefreshFamily(random);
  const refreshToken = newRefreshToken(grant.id, family, random);
  const refresh = {
    digest: tokenDigest(refreshToken),
    familyDigest: tokenDigest(family),
    expiresAtSeconds: refreshTokenEnd(tenant, grant, nowSeconds),
  };
  return { grant: { ...grant, ...stateOf(access), refresh }, body: tokenResponseBody(access, { idToken, refreshToken }, nowSeconds) };
}

/** What the grant knows of its access token. Once the feed has to tell of its end, it has to for good. */
const stateOf = ({ state, isFed }: MintedAccessToken) => ({ access: state, ...(isFed === true && { toldByFeed: isFed }) });

/** Undefined where the client has not asked for it (OpenID Connect Core section 3.1.2.1). */
async function mintIdToken(
  dependencies: MintDependencies,
  client: Client,
  { user, scopes, session, code }: Grant,
  { issuedAtSeconds, expiresAtSeconds }: { readonly issuedAtSeconds: number; readonly expiresAtSeconds: number },
): Promise<string | undefined> {
  if (!scopes.includes('openid') || user === undefined || session === undefined) return undefined;
  const signer = (await dependencies.signingKeys()).signer('access-token', client.idTokenAlgorithm, issuedAtSeconds);
  if (signer === undefined) throw new Unavailable('secrets-manager', 'no-signing-key');
  const { sid, authTimeSeconds } = session;
  const { issuer } = dependencies;
  const times = { issuedAtSeconds, expiresAtSeconds, authTimeSeconds };
  const { signIdToken } = await loadIdToken();
  return signIdToken(signer, { issuer, clientId: client.clientId, user, scopes, ...times, nonce: code?.nonce, sid });
}

/** Mints the next tokens of a grant. They replace those before, but for the grace. */
export async function mintRenewal(
  dependencies: MintDependencies,
  renewal: Renewal,
  { client, scopes, resources, nowSeconds }: MintCase,
): Promise<Minted> {
  const { tenant, user, presentedRefreshToken: presented, refresh: replaced } = renewal;
  const { previous: _, user: __, ...kept } = renewal.grant;
  const next = { ...kept, ...(user !== undefined && { user }), generation: kept.generation + 1 };
  const expiresAtSeconds = nowSeconds + accessTokenSeconds(client, tenant);
  const random = drawRandomness();
  const access = await mintAccessToken(
    dependencies,
    { client, tenant, grant: next },
    { scopes, ...resourcesMember(resources), issuedAtSeconds: nowSeconds, expiresAtSeconds },
    random,
  );
  const token = newRefreshToken(next.id, familyOfRefreshToken(presented), random);
  const body = tokenResponseBody(access, { refreshToken: token }, nowSeconds);
  const refresh = {
    digest: tokenDigest(token),
    familyDigest: replaced.familyDigest,
    expiresAtSeconds: refreshTokenEnd(tenant, next, nowSeconds),
  };
  const previous = {
    refreshDigest: replaced.digest,
    access: kept.access,
    rotatedAtSeconds: nowSeconds,
    sealedResponse: refreshGraceSeconds(tenant, client) === 0 ? '' : sealResponse(body, presented, random),
  };
  return { grant: { ...next, ...outlivingJwts(kept, expiresAtSeconds), ...stateOf(access), refresh, previous }, body };
}

/**
 * A refresh token lives for `refreshTokenSeconds` from each renewal, so that who uses an application stays logged in
 * and who stops is logged out (RFC 9700 section 4.14.2), but no chain of renewals outlives the bound, or the session that
 * it began in.
 */
function refreshTokenEnd(
  tenant: Tenant,
  { issuedAtSeconds, session, scopes }: Pick<Grant, 'issuedAtSeconds' | 'session' | 'scopes'>,
  nowSeconds: number,
): number {
  const endOfGrant = issuedAtSeconds + Math.max(MAX_GRANT_SECONDS, tenant.refreshTokenSeconds);
  const endOfSession = session === undefined || scopes.includes('offline_access') ? endOfGrant : session.expiresAtSeconds;
  return Math.min(nowSeconds + tenant.refreshTokenSeconds, endOfGrant, endOfSession);
}

/** The client's setting counts before the tenant's. */
function accessTokenSeconds(client: Client, tenant: Tenant): number {
  return client.accessTokenSeconds ?? tenant.accessTokenSeconds;
}
