// `urn:ietf:params:oauth:grant-type:jwt-bearer`: an issuer of the tenant vouches for a user (RFC 7523 sections 2.1 and
// 3, RFC 7521 section 4.1). The user becomes an end user of the tenant, with the issuer as its store.

import type { JwtIssuerEntry } from '../../configuration/entries/issuer-entry.ts';
import type { EndUser, Tenant } from '../../configuration/model.ts';
import { issuerDomain, parseAssertedName } from '../../configuration/username.ts';
import type { ExternalJwt, ExternalJwtVerifier, UnverifiedJwt, VerifiedJwt } from '../../external-issuers/external-jwt.ts';
import { expectedOf, findJwtIssuer, ISSUER_SKEW_SECONDS, keySourceOf } from '../../external-issuers/jwt-issuer.ts';
import { findClaim, mapClaims } from '../../external-issuers/map-claims.ts';
import { readJwt } from '../../external-issuers/read-jwt.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { ReplayStore } from '../../storage/stores.ts';
import { claimAssertion } from '../claim-assertion.ts';
import { requireParameter } from '../token-request.ts';
import { describeRefusal, JWT_DESCRIPTIONS } from './describe-refusal.ts';
import { type GrantVariant, type NewGrant, requireTenant } from './grant-variant.ts';

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
}

export function createJwtBearer({ externalJwts, replays }: JwtBearerDependencies): GrantVariant {
  return {
    grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    parameters: ['assertion'],
    async redeem({ parameters, tenant: maybeTenant, trace }) {
      const assertion = requireParameter(parameters, 'assertion');
      const tenant = requireTenant({ tenant: maybeTenant });
      return describeRefusal(trace, JWT_DESCRIPTIONS, async () => {
        const { issuer, entry, token } = requireIssuer(tenant, assertion);
        trace.note({ issuer });
        const expected = expectedOf(issuer, entry, PINS);
        const jwt = requireVerified(await externalJwts.verify(token, keySourceOf(tenant, issuer, entry), expected));
        const user = userOf(tenant, issuer, entry, jwt);
        await requireFirstUse(replays, jwt, assertion);
        return grantOf(tenant, user, jwt);
      });
    },
  };
}

function requireIssuer(tenant: Tenant, assertion: string): { issuer: string; entry: JwtIssuerEntry; token: UnverifiedJwt } {
  const read = readJwt(assertion);
  if (read.kind === 'refused') throw new OAuthError('invalid_grant', `assertion-${read.reason}`);
  const found = findJwtIssuer(tenant, read.jwt.unverifiedIssuer, 'jwt-bearer');
  if (found.kind === 'refused') throw new OAuthError('invalid_grant', `assertion-${found.reason}`);
  return { issuer: found.issuer, entry: found.entry, token: read.jwt };
}

function requireVerified(checked: ExternalJwt): VerifiedJwt {
  if (checked.kind === 'refused') throw new OAuthError('invalid_grant', `assertion-${checked.reason}`);
  return checked.jwt;
}

function userOf(tenant: Tenant, issuer: string, entry: JwtIssuerEntry, jwt: VerifiedJwt): EndUser {
  const username = parseAssertedName(findClaim(jwt.claims, entry.usernameClaim));
  // The subject as it is: issuers compare it case by case, so `Alice` and `alice` are two users.
  const id = parseAssertedName(jwt.subject);
  if (username === undefined || id === undefined) throw new OAuthError('invalid_grant', 'assertion-username');
  const mapped = mapClaims((remote) => findClaim(jwt.claims, remote), entry.claims);
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
