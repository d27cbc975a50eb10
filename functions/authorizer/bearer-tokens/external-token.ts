// JWT access tokens that a tenant's own identity provider issued (RFC 9068, and the many that came before it). Such a
// token is for one tenant: the one whose API it calls.

import type { JwtIssuerEntry } from '../../configuration/entries/issuer-entry.ts';
import type { Client, EndUser, Tenant } from '../../configuration/model.ts';
import { issuerDomain, parseAssertedName } from '../../configuration/username.ts';
import { createClaimMapper, type MapIssuerClaims } from '../../external-issuers/claim-mapper.ts';
import type { ExternalJwtVerifier, UnverifiedJwt, VerifiedJwt } from '../../external-issuers/external-jwt.ts';
import { clientIdClaimOf, expectedOf, findJwtIssuer, ISSUER_SKEW_SECONDS, keySourceOf } from '../../external-issuers/jwt-issuer.ts';
import { findClaim } from '../../external-issuers/map-claims.ts';
import { readJwt } from '../../external-issuers/read-jwt.ts';
import { isAccessToken } from '../../external-issuers/token-kind.ts';
import { tokenDigest } from '../../keys/jwt.ts';
import type { Log } from '../../shared/log.ts';
import { isOwnIssuer, tokenUrlsOf } from '../../shared/token-paths.ts';
import type { ClientStore, TenantStore } from '../../storage/stores.ts';
import { type Authentication, type AuthenticationCase, refused } from '../credentials/index.ts';
import type { BearerTokenAnswer, BearerTokenCheck } from './index.ts';

export interface ExternalTokenDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  /** Opened when the first token comes that is not our own. */
  readonly externalJwts: () => Promise<ExternalJwtVerifier>;
  readonly issuer: string;
  readonly log: Log;
}

/** Access tokens are `at+jwt` (RFC 9068 section 2.1); older issuers say `JWT` or nothing, which ID tokens say as well. */
const TYPES = ['at+jwt', 'jwt', null] as const;

export function createExternalToken(dependencies: ExternalTokenDependencies): BearerTokenCheck {
  const mapIssuerClaims = createClaimMapper(dependencies.log);
  return async (token, { matches }) => {
    const read = readJwt(token);
    if (read.kind === 'refused') return { kind: 'not-mine', reason: read.reason };
    // What we sign ourselves is checked as our own or not at all: an end-user JWT is no access token (A33).
    if (isOwnIssuer(read.jwt.unverifiedIssuer, dependencies.issuer)) return { kind: 'not-mine', reason: 'not-a-token-of-ours' };
    // All entries for a path are one tenant's.
    const tenant = await dependencies.tenants.findTenant(matches[0]?.api.owner ?? '');
    if (tenant?.status !== 'active') return { kind: 'not-mine', reason: 'unknown-issuer' };
    return checkFor({ ...dependencies, mapIssuerClaims, matches }, tenant, read.jwt);
  };
}

async function checkFor(
  {
    clients,
    externalJwts,
    issuer: ourIssuer,
    mapIssuerClaims,
    matches,
  }: ExternalTokenDependencies & { readonly mapIssuerClaims: MapIssuerClaims } & Pick<AuthenticationCase, 'matches'>,
  tenant: Tenant,
  token: UnverifiedJwt,
): Promise<BearerTokenAnswer> {
  const found = findJwtIssuer(tenant, token.unverifiedIssuer, 'gateway');
  if (found.kind === 'refused') return { kind: 'not-mine', reason: found.reason };
  const { issuer, entry } = found;
  // `iat` as well as `exp` (A30, RFC 9068 section 2.2); the lifetime is the issuer's own affair.
  const pins = { types: TYPES, requiredClaims: ['iat'], maxLifetimeSeconds: null } as const;
  const expected = expectedOf(found, 'gateway', [ourIssuer, ...tokenUrlsOf(ourIssuer)], pins);
  const checked = await (await externalJwts()).verify(token, keySourceOf(tenant, issuer, entry), expected);
  if (checked.kind === 'refused') return refused(checked.reason);
  if (!isAccessToken(token)) return refused('not-an-access-token');
  if (!isForApis(matches, checked.jwt.claims.aud)) return refused('token-for-another-resource');
  const client = await findClient(clients, tenant, findClaim(checked.jwt.claims, clientIdClaimOf(entry)));
  if (client?.status === 'suspended') return refused('client-suspended');
  const notBefore = Math.max(tenant.tokensNotBefore, client?.tokensNotBefore ?? 0);
  // Without `iat` nobody can say that it is younger.
  if ((checked.jwt.issuedAtSeconds ?? 0) < notBefore) return refused('before-tokens-not-before');
  return principalOf({ tenant, issuer, entry, jwt: checked.jwt, mapIssuerClaims }, client, token.token);
}

/** An API with a `resource` takes tokens that name it alone; of the others the issuer's entry says which audiences count (A139). */
function isForApis(matches: AuthenticationCase['matches'], audience: unknown): boolean {
  const audiences: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  return matches.every(({ api }) => api.resource === undefined || api.audience === 'any' || audiences.includes(api.resource));
}

/** The client of the tenant that has this id: its subscriptions, tier and attributes are then the caller's. */
async function findClient(clients: ClientStore, tenant: Tenant, clientId: unknown): Promise<Client | undefined> {
  const name = parseAssertedName(clientId);
  const client = name === undefined ? undefined : await clients.findClient(name);
  return client?.tenant === tenant.name ? client : undefined;
}

/** A token that was verified, and the entry of its issuer. */
interface IssuedToken {
  readonly tenant: Tenant;
  readonly issuer: string;
  readonly entry: JwtIssuerEntry;
  readonly jwt: VerifiedJwt;
  readonly mapIssuerClaims: MapIssuerClaims;
}

function principalOf(issued: IssuedToken, client: Client | undefined, token: string): Authentication {
  const { tenant, entry, jwt } = issued;
  const username = parseAssertedName(findClaim(jwt.claims, entry.usernameClaim));
  if (username === undefined) return refused('no-username');
  // RFC 9068 section 2.2: where no person is involved, the subject is the client.
  const isApplication = username === findClaim(jwt.claims, clientIdClaimOf(entry));
  const user = isApplication && client !== undefined ? undefined : userOf(issued, username);
  return {
    kind: 'authenticated',
    principal: {
      handler: 'oauth2',
      tenant,
      ...(client !== undefined && { client }),
      ...(user !== undefined && { user }),
      scopes: scopesOf(findClaim(jwt.claims, entry.scopeClaim)),
      endsAtSeconds: jwt.expiresAtSeconds + ISSUER_SKEW_SECONDS,
      tokenDigest: tokenDigest(token),
    },
  };
}

/** The subject as it is, where there is one: issuers compare it case by case, so `Alice` and `alice` are two users. */
function userOf({ tenant, issuer, entry, jwt, mapIssuerClaims }: IssuedToken, username: string): EndUser {
  const mapped = mapIssuerClaims({ tenant, issuer, mapping: entry.claims }, jwt.claims);
  return { tenant: tenant.name, domain: issuerDomain(issuer), username, id: parseAssertedName(jwt.subject) ?? username, ...mapped };
}

const MAX_SCOPES = 200;

/** RFC 9068 section 2.2.3 has them in one string with blanks between, some issuers in a list. */
function scopesOf(value: unknown): readonly string[] {
  const scopes: readonly unknown[] = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return scopes
    .slice(0, MAX_SCOPES)
    .filter((scope): scope is string => typeof scope === 'string' && /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope));
}
