// What a token of somebody else must say of itself (RFC 7519 section 4.1, RFC 7523 section 3, RFC 8725 section 3).

import type { ExpectedJwt, ForeignJwt, JwtFault, UnverifiedJwt } from './index.ts';

const refused = (reason: JwtFault): ForeignJwt => ({ kind: 'refused', reason });

/** `verified` here means: if the signature is right, too. */
export function checkClaims(token: UnverifiedJwt, expected: ExpectedJwt, nowSeconds: number): ForeignJwt {
  const claims = token.unverifiedClaims;
  if (!expected.algorithms.includes(token.alg)) return refused('algorithm');
  if (!expected.types.includes(token.typ)) return refused('type');
  if (token.kid !== undefined && expected.revokedKids.includes(token.kid)) return refused('kid-revoked');
  // A list or a prefix is another issuer (A32).
  if (token.unverifiedIssuer === undefined || token.unverifiedIssuer !== expected.issuer) return refused('issuer');
  const { sub, jti, exp, iat, nbf } = claims;
  if (exp === undefined || claims.aud === undefined) return refused('claim-missing');
  if (expected.requiredClaims.some((name) => claims[name] === undefined)) return refused('claim-missing');
  if (!isText(sub) || !isText(jti) || !isTime(iat) || !isTime(nbf) || !isTime(exp) || exp === undefined) return refused('claim-malformed');
  if (!isAudience(claims.aud, expected.audience)) return refused('audience');
  const timeFault = checkTimes({ exp, iat, nbf }, expected, nowSeconds);
  if (timeFault !== undefined) return refused(timeFault);
  return {
    kind: 'verified',
    jwt: { claims, issuer: expected.issuer, subject: sub, jti, issuedAtSeconds: iat, expiresAtSeconds: exp },
  };
}

/** NumericDate: seconds, maybe with a fraction (RFC 7519 section 2). */
interface Times {
  readonly exp: number;
  readonly iat: number | undefined;
  readonly nbf: number | undefined;
}

function checkTimes(times: Times, expected: ExpectedJwt, nowSeconds: number): JwtFault | undefined {
  const { exp, iat, nbf } = times;
  if (nowSeconds - expected.skewSeconds >= exp) return 'expired';
  if (nbf !== undefined && nbf > nowSeconds + expected.skewSeconds) return 'not-yet-valid';
  if (iat !== undefined && iat > nowSeconds + expected.skewSeconds) return 'issued-in-the-future';
  if (expected.maxLifetimeSeconds === null) return undefined;
  // An `iat` that lies ahead within the skew must not stretch the lifetime.
  const from = Math.min(iat ?? nowSeconds, nowSeconds);
  return exp - from > expected.maxLifetimeSeconds + (iat === undefined ? expected.skewSeconds : 0) ? 'lifetime' : undefined;
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
