// Takes a JWT of somebody else apart, strictly (RFC 7515 section 7.1, RFC 8725 section 3). Nothing in here is believed yet:
// what it returns says which issuer to ask, and what `verify` will have to prove.

import { findAlgorithm } from '../keys/algorithms.ts';
import type { JwtFault } from '../shared/reasons/assertions.ts';
import { decodeUtf8 } from '../shared/utf8.ts';
import type { UnverifiedJwt } from './external-jwt.ts';

/** API Gateway allows 10,240 bytes of headers, the token endpoint 64 KiB of body; no honest token comes near this. */
const MAX_TOKEN_CHARACTERS = 16_384;
const MAX_KID_CHARACTERS = 256;
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * `crit` and `b64` change what is signed, `zip` and `enc` what is read: none is understood, so all are refused
 * (RFC 7515 section 4.1.11, A29, A42). `jwk`, `jku`, `x5u` and `x5c` are not looked at: some issuers send them always,
 * and keys come from the entry alone (A24).
 */
const REFUSED_HEADERS = ['crit', 'b64', 'zip'] as const;

export type ReadJwt = { readonly kind: 'read'; readonly jwt: UnverifiedJwt } | { readonly kind: 'refused'; readonly reason: JwtFault };

const refused = (reason: JwtFault): ReadJwt => ({ kind: 'refused', reason });

/** @param token any string that a caller sent */
export function readJwt(token: string): ReadJwt {
  if (token.length > MAX_TOKEN_CHARACTERS) return refused('too-long');
  const segments = token.split('.', 6);
  if (segments.length === 5) return refused('encrypted');
  if (!COMPACT.test(token)) return refused('not-compact');
  const [header, payload] = segments.map(decodeSegment);
  if (header === undefined || payload === undefined || !segments.every(isCanonical)) return refused('not-canonical');
  const fields = parseObject(header);
  const claims = parseObject(payload);
  if (fields === undefined || claims === undefined) return refused('not-json');
  if (Object.hasOwn(fields, 'enc')) return refused('encrypted');
  if (REFUSED_HEADERS.some((name) => Object.hasOwn(fields, name))) return refused('extension');
  const alg = findAlgorithm(fields.alg);
  if (alg === undefined) return refused('algorithm');
  const kid = fields.kid;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length === 0 || kid.length > MAX_KID_CHARACTERS))
    return refused('kid-malformed');
  const typ = fields.typ;
  if (typ !== undefined && typeof typ !== 'string') return refused('type');
  const iss = claims.iss;
  return {
    kind: 'read',
    jwt: {
      token,
      alg,
      kid,
      typ: typ === undefined ? null : mediaType(typ),
      unverifiedIssuer: typeof iss === 'string' ? iss : undefined,
      unverifiedClaims: claims,
    },
  };
}

/** RFC 7515 section 4.1.9: without a slash it means `application/…`, and media types have no case. */
function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}

function decodeSegment(segment: string): Buffer {
  return Buffer.from(segment, 'base64url');
}

/** Node ignores what does not fit into whole bytes: a second spelling of the same token (A27). */
function isCanonical(segment: string): boolean {
  return decodeSegment(segment).toString('base64url') === segment;
}

/** A JSON object in valid UTF-8 (RFC 7519 section 7.2); of two members of one name, the last (section 4). */
function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes) ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
