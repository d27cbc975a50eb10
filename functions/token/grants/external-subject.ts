// The subject of a token exchange whose token another issuer of the tenant has issued (`use` has `token-exchange`).

import type { Tenant } from '../../configuration/model.ts';
import { createClaimMapper } from '../../external-issuers/claim-mapper.ts';
import { expectedOf, findJwtIssuer, ISSUER_SKEW_SECONDS, keySourceOf } from '../../external-issuers/jwt-issuer.ts';
import { findClaim } from '../../external-issuers/map-claims.ts';
import { readJwt } from '../../external-issuers/read-jwt.ts';
import { isAccessToken } from '../../external-issuers/token-kind.ts';
import { OAuthError } from '../../shared/errors.ts';
import { isOwnIssuer, tokenUrlsOf } from '../../shared/token-paths.ts';
import type { RequestTrace } from '../request-trace.ts';
import type { Subject, TokenExchangeDependencies } from './exchange-subject.ts';
import { userOfJwt } from './jwt-bearer.ts';

const PINS = { types: ['at+jwt', 'jwt', null], requiredClaims: ['sub', 'iat'], maxLifetimeSeconds: null } as const;

interface PresentedToken {
  readonly tenant: Tenant;
  readonly token: string;
  readonly trace: RequestTrace;
}

/** @throws OAuthError `invalid_request`, Unavailable where the issuer's keys can't be had */
export async function findExternalSubject(
  { externalJwts, issuer: ourIssuer, sharedIssuer = ourIssuer, log }: TokenExchangeDependencies,
  { tenant, token, trace }: PresentedToken,
): Promise<Subject> {
  const refuse = (reason: string): never => {
    trace.note({ subjectToken: reason });
    throw new OAuthError('invalid_request', 'subject-token-not-live');
  };
  const read = readJwt(token);
  if (read.kind === 'refused') return refuse(read.reason);
  if (isOwnIssuer(read.jwt.unverifiedIssuer, sharedIssuer)) return refuse('not-a-token-of-ours');
  const found = findJwtIssuer(tenant, read.jwt.unverifiedIssuer, 'token-exchange');
  if (found.kind === 'refused') return refuse(found.reason);
  const expected = expectedOf(found, 'token-exchange', [ourIssuer, ...tokenUrlsOf(ourIssuer)], PINS);
  const checked = await externalJwts.verify(read.jwt, keySourceOf(tenant, found.issuer, found.entry), expected);
  if (checked.kind === 'refused') return refuse(checked.reason);
  if (!isAccessToken(read.jwt)) return refuse('not-an-access-token');
  if ((checked.jwt.issuedAtSeconds ?? 0) < tenant.tokensNotBefore) return refuse('before-tokens-not-before');
  const user = userOfJwt(tenant, found, checked.jwt, createClaimMapper(log)) ?? refuse('no-username');
  return {
    user,
    scopes: scopesOf(findClaim(checked.jwt.claims, found.entry.scopeClaim)),
    expiresAtSeconds: Math.floor(checked.jwt.expiresAtSeconds) + ISSUER_SKEW_SECONDS,
    actors: [],
    grantIds: [],
  };
}

/**
 * Scopes that the token says: one string with blanks between (RFC 9068 section 2.2.3), or a list, as some issuers write. Undefined
 * where it says nothing; what can't be read allows nothing (A142).
 */
function scopesOf(claim: unknown): readonly string[] | undefined {
  if (claim === undefined) return undefined;
  const scopes: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return scopes.filter((scope): scope is string => typeof scope === 'string' && scope !== '');
}
