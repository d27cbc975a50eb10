// Parses a JWK Set of somebody else (RFC 7517 section 5). A set in which anything is ambiguous or secret is refused
// whole (A26): whoever publishes it does not know what they publish.

import { createPublicKey, type JsonWebKey } from 'node:crypto';
import * as v from 'valibot';
import { type AsymmetricAlgorithm, ED25519 } from './algorithms.ts';
import { algorithmsOf, fingerprintOf, type VerificationKey } from './public-key.ts';

const MAX_KEYS = 100;
const text = (max: number) =>
  v.pipe(v.string('a string'), v.minLength(1, 'a string that is not empty'), v.maxLength(max, 'a shorter string'));

const jwk = v.looseObject({
  kty: text(16),
  kid: v.optional(text(256)),
  use: v.optional(text(16)),
  alg: v.optional(text(32)),
  key_ops: v.optional(v.pipe(v.array(text(32)), v.maxLength(10, 'a shorter list'))),
  crv: v.optional(text(32)),
  n: v.optional(text(2048)),
  e: v.optional(text(32)),
  x: v.optional(text(128)),
  y: v.optional(text(128)),
});

type Jwk = v.InferOutput<typeof jwk>;

const jwkSet = v.object({ keys: v.pipe(v.array(jwk, 'a list'), v.maxLength(MAX_KEYS, `at most ${MAX_KEYS} keys`)) });

/** Members of private and symmetric keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/** RFC 7518 section 4.1: what an honest encryption key names as its `alg`. */
const ENCRYPTION_ALGORITHM = /^(RSA1_5|RSA-OAEP(-\d+)?|ECDH-ES(\+A\d+KW)?)$/;

/** `path` is dotted, from the set: `keys.1.use`. */
export type ParsedJwkSet =
  | { readonly keys: readonly VerificationKey[] }
  | { readonly fault: { readonly path: string; readonly expected: string } };

/** @param unverified what JSON.parse gave, or an entry's `jwks` */
export function parseJwkSet(unverified: unknown): ParsedJwkSet {
  const parsed = v.safeParse(jwkSet, unverified);
  if (!parsed.success) return { fault: { path: v.getDotPath(parsed.issues[0]) ?? '', expected: parsed.issues[0].message } };
  const kids = new Set<string | undefined>();
  const keys: VerificationKey[] = [];
  for (const [at, key] of parsed.output.keys.entries()) {
    // Without a kid there must be one key alone: else which one verifies would be a matter of order.
    if (kids.has(key.kid) || (key.kid === undefined && parsed.output.keys.length > 1)) return faultAt(at, 'kid', 'a kid of its own');
    kids.add(key.kid);
    const one = parseKey(key, at);
    if (one === 'not-ours') continue;
    if ('fault' in one) return one;
    keys.push(one);
  }
  return { keys };
}

/** RFC 7517 section 5: keys of a type that is not understood are passed over. */
function parseKey(key: Jwk, at: number): VerificationKey | 'not-ours' | Extract<ParsedJwkSet, { fault: unknown }> {
  const secret = SECRET_MEMBERS.find((member) => Object.hasOwn(key, member));
  if (secret !== undefined) return faultAt(at, secret, 'no private and no symmetric key');
  if (key.kty === 'oct') return faultAt(at, 'kty', 'no symmetric key');
  if (key.use !== undefined && key.use !== 'sig') {
    // Keycloak publishes its encryption key in the same set, and says so twice. Said once, it may be a mistake.
    if (key.use === 'enc' && key.alg !== undefined && ENCRYPTION_ALGORITHM.test(key.alg)) return 'not-ours';
    return faultAt(at, 'use', 'sig');
  }
  if (key.key_ops !== undefined && !key.key_ops.every((operation) => operation === 'verify')) return faultAt(at, 'key_ops', 'verify alone');
  if (key.kty !== 'RSA' && key.kty !== 'EC' && !(key.kty === 'OKP' && key.crv === 'Ed25519')) return 'not-ours';
  return importKey(key, at);
}

function importKey(key: Jwk, at: number): VerificationKey | Extract<ParsedJwkSet, { fault: unknown }> {
  const imported = publicKeyOf(key);
  if (imported === undefined) return faultAt(at, '', 'a public key as in RFC 7518 section 6');
  const found = algorithmsOf(imported);
  if ('fault' in found) return faultAt(at, '', found.fault);
  const algorithms = key.alg === undefined ? found.algorithms : found.algorithms.filter((algorithm) => isNamed(algorithm, key.alg));
  if (algorithms.length === 0) return faultAt(at, 'alg', `one of ${found.algorithms.join(', ')}`);
  return { kid: key.kid, algorithms, publicKey: imported, fingerprint: fingerprintOf(imported) };
}

function isNamed(algorithm: AsymmetricAlgorithm, alg: string | undefined): boolean {
  return algorithm === alg || (algorithm === 'EdDSA' && alg === ED25519);
}

function publicKeyOf(key: Jwk) {
  // Only the members of a public key, and only as strict base64url: nothing else of theirs gets to OpenSSL.
  const members = { kty: key.kty, crv: key.crv, n: key.n, e: key.e, x: key.x, y: key.y };
  const numbers = [key.n, key.e, key.x, key.y].filter((member) => member !== undefined);
  if (!numbers.every((number) => /^[A-Za-z0-9_-]+$/.test(number))) return undefined;
  try {
    const present: JsonWebKey = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
    return createPublicKey({ key: present, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function faultAt(at: number, member: string, expected: string): Extract<ParsedJwkSet, { fault: unknown }> {
  return { fault: { path: member === '' ? `keys.${at}` : `keys.${at}.${member}`, expected } };
}
