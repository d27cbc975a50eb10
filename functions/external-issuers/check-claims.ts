// What a token of somebody else must say of itself (RFC 7519 section 4.1, RFC 7523 section 3, RFC 8725 section 3): in
// part before its issuer is asked for keys, in part once the signature has shown who says it.

import type { JwtFault } from '../shared/reasons.ts';
import type { ExpectedJwt, ExternalJwt, UnverifiedJwt, VerifiedJwt } from './external-jwt.ts';

/** Claims that are there and of the right type. Their values are still to be judged. */
export interface UnverifiedClaims {
  readonly aud: unknown;
  readonly sub: string | undefined;
  readonly jti: string | undefined;
  /** NumericDate: seconds, maybe with a fraction (RFC 7519 section 2). */
  readonly exp: number;
  readonly iat: number | undefined;
  readonly nbf: number | undefined;
}

/** Header, issuer and presence: what would make any signature worthless. */
export function checkForm(token: UnverifiedJwt, expected: ExpectedJwt): UnverifiedClaims | { readonly fault: JwtFault } {
  const claims = token.unverifiedClaims;
  if (!expected.algorithms.includes(token.alg)) return { fault: 'algorithm' };
  if (!expected.types.includes(token.typ)) return { fault: 'type' };
  if (token.kid !== undefined && expected.revokedKids.includes(token.kid)) return { fault: 'kid-revoked' };
  const { aud, sub, jti, exp, iat, nbf } = claims;
  if (claims.iss === undefined || exp === undefined || aud === undefined) return { fault: 'claim-missing' };
  if (expected.requiredClaims.some((name) => claims[name] === undefined)) return { fault: 'claim-missing' };
  // A list or a prefix is another issuer (A32).
  if (token.unverifiedIssuer !== expected.issuer) return { fault: 'issuer' };
  if (!isText(sub) || !isText(jti) || !isTime(iat) || !isTime(nbf) || !isTime(exp) || exp === undefined)
    return { fault: 'claim-malformed' };
  return { aud, sub, jti, exp, iat, nbf };
}

/** Audience and times of a token that its issuer signed. */
export function checkMeaning(claims: UnverifiedClaims, expected: ExpectedJwt, nowSeconds: number): JwtFault | undefined {
  const { exp, iat, nbf } = claims;
  if (!isAudience(claims.aud, expected.audience)) return 'audience';
  if (nowSeconds - expected.skewSeconds >= exp) return 'expired';
  if (nbf !== undefined && nbf > nowSeconds + expected.skewSeconds) return 'not-yet-valid';
  if (iat !== undefined && iat > nowSeconds + expected.skewSeconds) return 'issued-in-the-future';
  if (expected.maxLifetimeSeconds === null) return undefined;
  // An `iat` that lies ahead within the skew must not stretch the lifetime.
  return exp - Math.min(iat ?? nowSeconds, nowSeconds) > expected.maxLifetimeSeconds + expected.skewSeconds ? 'lifetime' : undefined;
}

export function verified(token: UnverifiedJwt, claims: UnverifiedClaims, keyFingerprint: string): ExternalJwt {
  const jwt: VerifiedJwt = {
    claims: token.unverifiedClaims,
    issuer: token.unverifiedIssuer ?? '',
    subject: claims.sub,
    jti: claims.jti,
    issuedAtSeconds: claims.iat,
    expiresAtSeconds: claims.exp,
    keyFingerprint,
  };
  return { kind: 'verified', jwt };
}

function isAudience(aud: unknown, expected: ExpectedJwt['audience']): boolean {
  if (typeof aud === 'string') return expected.anyOf.includes(aud);
  if (expected.single || !Array.isArray(aud) || !aud.every((item) => typeof item === 'string')) return false;
  return aud.some((item) => expected.anyOf.includes(item));
}

const MAX_ID_CHARACTERS = 1024;

/** StringOrURI, or not there. Empty is neither. */
function isText(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_CHARACTERS);
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e11);
}
