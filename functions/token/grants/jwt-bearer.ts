// `urn:ietf:params:oauth:grant-type:jwt-bearer`: an issuer of the tenant vouches for a user (RFC 7523 sections 2.1 and
// 3, RFC 7521 section 4.1). The user becomes an end user of the tenant, with the issuer as its store.

import type { EndUser, Tenant } from '../../configuration/model.ts';
import { issuerDomain, parseAssertedName } from '../../configuration/username.ts';
import { createClaimMapper, type MapIssuerClaims } from '../../external-issuers/claim-mapper.ts';
import type { ExternalJwt, ExternalJwtVerifier, UnverifiedJwt, VerifiedJwt } from '../../external-issuers/external-jwt.ts';
import { expectedOf, findJwtIssuer, ISSUER_SKEW_SECONDS, type JwtIssuer, keySourceOf } from '../../external-issuers/jwt-issuer.ts';
import { findClaim } from '../../external-issuers/map-claims.ts';
import { readJwt } from '../../external-issuers/read-jwt.ts';
import { isAssertion } from '../../external-issuers/token-kind.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { isOwnIssuer, tokenUrlsOf } from '../../shared/token-paths.ts';
import type { ReplayStore } from '../../storage/stores.ts';
import { withoutOuterLineBreaks } from '../assertion-text.ts';
import { claimAssertion } from '../claim-assertion.ts';
import { requireParameter } from '../token-request.ts';
import { describeRefusal, JWT_DESCRIPTIONS } from './describe-refusal.ts';
import { type NewGrant, type Redeem, requireTenant } from './grant-variant.ts';

const PINS = {
  // An access token of the issuer (`at+jwt`) is no assertion (A33); the last is what the revision of RFC 7523 asks for.
  types: [null, 'jwt', 'authorization-grant+jwt'],
  requiredClaims: ['sub', 'iat'],
  // RFC 7523 section 3 lets us bound it: the `jti` is remembered for as long as the assertion lasts.
  maxLifetimeSeconds: 24 * 3600,
} as const;

export interface JwtBearerDependencies {
  readonly externalJwts: ExternalJwtVerifier;
  readonly replays: ReplayStore;
  readonly issuer: string;
  /** As in `TokenDependencies`. */
  readonly sharedIssuer?: string;
  readonly log: Log;
}

export function createJwtBearer(dependencies: JwtBearerDependencies): Redeem {
  const { externalJwts, replays, issuer: ourIssuer, sharedIssuer = ourIssuer, log } = dependencies;
  const mapIssuerClaims = createClaimMapper(log);
  return async ({ parameters, tenant: maybeTenant, client, trace }) => {
    const assertion = withoutOuterLineBreaks(requireParameter(parameters, 'assertion'));
    const tenant = requireTenant({ tenant: maybeTenant });
    return describeRefusal(trace, JWT_DESCRIPTIONS, async () => {
      const token = requireJwt(assertion);
      // What we sign ourselves is for APIs and backends, whatever an entry says (A33).
      if (isOwnIssuer(token.unverifiedIssuer, sharedIssuer)) throw new OAuthError('invalid_grant', 'assertion-not-an-assertion');
      const found = requireIssuer(tenant, token);
      const { issuer, entry } = found;
      trace.note({ issuer });
      const expected = expectedOf(found, 'jwt-bearer', [ourIssuer, ...tokenUrlsOf(ourIssuer)], PINS);
      const jwt = requireVerified(await externalJwts.verify(token, keySourceOf(tenant, issuer, entry), expected));
      if (!isAssertion(token, client.clientId)) throw new OAuthError('invalid_grant', 'assertion-not-an-assertion');
      const user = userOfJwt(tenant, found, jwt, mapIssuerClaims);
      if (user === undefined) throw new OAuthError('invalid_grant', 'assertion-username');
      await requireFirstUse(replays, jwt, assertion);
      return grantOf(tenant, user, jwt);
    });
  };
}

function requireJwt(assertion: string): UnverifiedJwt {
  const read = readJwt(assertion);
  if (read.kind === 'refused') throw new OAuthError('invalid_grant', `assertion-${read.reason}`);
  return read.jwt;
}

function requireIssuer(tenant: Tenant, token: UnverifiedJwt): JwtIssuer {
  const found = findJwtIssuer(tenant, token.unverifiedIssuer, 'jwt-bearer');
  if (found.kind === 'refused') throw new OAuthError('invalid_grant', `assertion-${found.reason}`);
  return found;
}

function requireVerified(checked: ExternalJwt): VerifiedJwt {
  if (checked.kind === 'refused') throw new OAuthError('invalid_grant', `assertion-${checked.reason}`);
  return checked.jwt;
}

/** User whom a JWT of an issuer is about; undefined where it says no name that can be one. */
export function userOfJwt(
  tenant: Tenant,
  { issuer, entry }: JwtIssuer,
  jwt: VerifiedJwt,
  mapIssuerClaims: MapIssuerClaims,
): EndUser | undefined {
  const username = parseAssertedName(findClaim(jwt.claims, entry.usernameClaim));
  // The subject as it is: issuers compare it case by case, so `Alice` and `alice` are two users.
  const id = parseAssertedName(jwt.subject);
  if (username === undefined || id === undefined) return undefined;
  const mapped = mapIssuerClaims({ tenant, issuer, mapping: entry.claims }, jwt.claims);
  return { tenant: tenant.name, domain: issuerDomain(issuer), username, id, ...mapped };
}

/**
 * Claims the assertion after the signature was verified (A35), and after all else that could refuse: a mistake of ours must not use up an
 * assertion. One without `jti`, which RFC 7523 allows, is known by what was signed.
 */
async function requireFirstUse(replays: ReplayStore, jwt: VerifiedJwt, assertion: string): Promise<void> {
  const { issuer, keyFingerprint, jti, expiresAtSeconds } = jwt;
  const id = jti === undefined ? ['signed', assertion.slice(0, assertion.lastIndexOf('.'))] : ['jti', jti];
  // With the key in it, a tenant that writes another's issuer with keys of its own uses up none of that issuer's ids.
  const parts = [issuer, keyFingerprint, ...id];
  const endSeconds = Math.ceil(expiresAtSeconds) + ISSUER_SKEW_SECONDS;
  const isFirst = await claimAssertion(replays, { purpose: 'jwt-bearer', parts, expiresAtSeconds: endSeconds });
  if (!isFirst) throw new OAuthError('invalid_grant', 'assertion-replayed');
}

/** No refresh token, and no access beyond the assertion but for the skew: RFC 7521 section 4.1 advises both. */
function grantOf(tenant: Tenant, user: EndUser, jwt: VerifiedJwt): NewGrant {
  const notAfterSeconds = Math.floor(jwt.expiresAtSeconds) + ISSUER_SKEW_SECONDS;
  return { kind: 'new', tenant, user, renewable: false, notAfterSeconds };
}
