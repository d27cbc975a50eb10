// Signature and meaning of a token of somebody else, by `jose`: the one library of the field, loaded when the first such
// token comes. What jose does not ask, or takes more of than we do, is asked here (RFC 8725 section 3).

import { EDDSA } from '../keys/algorithms.ts';
import type { VerificationKey } from '../keys/public-key.ts';
import type { JwtFault } from '../shared/reasons/assertions.ts';
import type { ExpectedAudience, ExpectedJwt, UnverifiedJwt } from './external-jwt.ts';
import { findClaim } from './map-claims.ts';

type JoseErrors = typeof import('jose/errors');

/** Finds a fault that would make any signature worthless: it comes first, and makes no call. */
export function findFormFault(token: UnverifiedJwt, expected: ExpectedJwt): JwtFault | undefined {
  const { alg, typ, kid, unverifiedClaims: claims } = token;
  if (!expected.algorithms.includes(alg)) return 'algorithm';
  if (!expected.types.includes(typ)) return 'type';
  if (kid !== undefined && expected.revokedKids.includes(kid)) return 'kid-revoked';
  if (expected.issuer === null && claims.iss !== undefined) return 'issuer';
  const isWellFormed = [claims.sub, claims.jti].every(isText) && [claims.exp, claims.iat, claims.nbf].every(isTime);
  return isWellFormed ? undefined : 'claim-malformed';
}

/** Finds why the token is not good by this key, which configuration chose and which allows its algorithm (A23). */
export async function findFault(
  token: UnverifiedJwt,
  key: VerificationKey,
  expected: ExpectedJwt,
  nowSeconds: number,
): Promise<JwtFault | undefined> {
  // By their paths: the whole of jose is 60 kB, this part of it 17.
  const [{ jwtVerify }, errors] = await Promise.all([import('jose/jwt/verify'), import('jose/errors')]);
  try {
    const { payload } = await jwtVerify(token.token, key.publicKey, {
      algorithms: token.alg === 'Ed25519' ? [token.alg, EDDSA] : [token.alg],
      ...(expected.issuer !== null && { issuer: expected.issuer }),
      ...('anyOf' in expected.audience && { audience: [...expected.audience.anyOf] }),
      requiredClaims: [...expected.requiredClaims, 'exp'],
      clockTolerance: expected.skewSeconds,
      currentDate: new Date(nowSeconds * 1000),
      // Any age will do, but none below zero: with it jose looks whether `iat` lies ahead.
      ...(token.unverifiedClaims.iat !== undefined && { maxTokenAge: Number.MAX_SAFE_INTEGER }),
    });
    if (!isAudience(payload, expected.audience)) return 'audience';
    return isTooLong(payload, expected, nowSeconds) ? 'lifetime' : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return faultOf(error, errors);
    throw error;
  }
}

const FAILED_CHECKS: ReadonlyMap<string, JwtFault> = new Map<string, JwtFault>([
  ['iss', 'issuer'],
  ['aud', 'audience'],
  ['exp', 'expired'],
  ['nbf', 'not-yet-valid'],
  ['iat', 'issued-in-the-future'],
]);

/** All that jose says before it reads the claims is of the signature: what else could be wrong was looked at before. */
function faultOf(error: unknown, { JWTClaimValidationFailed, JWTExpired }: JoseErrors): JwtFault {
  if (!(error instanceof JWTClaimValidationFailed || error instanceof JWTExpired)) return 'signature';
  if (error.reason === 'missing') return 'claim-missing';
  return (error.reason === 'check_failed' ? FAILED_CHECKS.get(error.claim) : undefined) ?? 'claim-malformed';
}

/** jose takes a list of one for a string, and any list that has one of ours in it, whatever else it has. */
function isAudience(claims: Readonly<Record<string, unknown>>, expected: ExpectedAudience): boolean {
  const { aud } = claims;
  if ('clientIds' in expected) {
    const client = findClaim(claims, expected.claim);
    return aud === undefined && typeof client === 'string' && expected.clientIds.includes(client);
  }
  if (!Array.isArray(aud)) return true;
  const audiences: readonly unknown[] = aud;
  if (expected.form === 'one' && audiences.length !== 1) return false;
  if (expected.form === 'single' || !audiences.every((item) => typeof item === 'string')) return false;
  return expected.form === 'any' || audiences.every((item) => expected.anyOf.includes(item));
}

/** An `iat` that lies ahead within the skew must not stretch the lifetime. */
function isTooLong({ exp = 0, iat }: { exp?: number; iat?: number }, expected: ExpectedJwt, nowSeconds: number): boolean {
  if (expected.maxLifetimeSeconds === null) return false;
  return exp - Math.min(iat ?? nowSeconds, nowSeconds) > expected.maxLifetimeSeconds + expected.skewSeconds;
}

const MAX_ID_CHARACTERS = 1024;

/** StringOrURI, or not there. Empty is neither. */
const isText = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_CHARACTERS);

/** NumericDate: seconds, maybe with a fraction (RFC 7519 section 2), or not there. */
const isTime = (value: unknown): boolean =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e11);
