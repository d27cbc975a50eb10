// Parses a JWK Set of somebody else (RFC 7517 section 5). A key that can't be used is passed over, and the others serve
// (A104); a set with a private or symmetric key is refused whole (A26): whoever publishes it does not know what they publish.

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { findAlgorithm } from './algorithms.ts';
import { algorithmsOf, fingerprintOf, type VerificationKey } from './public-key.ts';

/** More are passed over: each costs time to look at. */
const MAX_KEYS = 100;

/** Fault of a key, or of the whole set. */
export interface KeyFault {
  /** Dotted, from the set: `keys.1.use`. */
  readonly path: string;
  readonly expected: string;
}

/** A set may have no usable key: that is for its reader to judge. */
export type ParsedJwkSet =
  | { readonly keys: readonly VerificationKey[]; readonly passedOver: readonly KeyFault[] }
  | { readonly fault: KeyFault };

/** @param unverified what JSON.parse gave, or an entry's `jwks` */
export function parseJwkSet(unverified: unknown): ParsedJwkSet {
  const listed = typeof unverified === 'object' && unverified !== null && 'keys' in unverified ? unverified.keys : undefined;
  if (!Array.isArray(listed)) return { fault: { path: 'keys', expected: 'a list of keys' } };
  const entries: readonly unknown[] = listed;
  for (const [at, entry] of entries.entries()) {
    const fault = secretFault(entry, at);
    if (fault !== undefined) return { fault };
  }
  const keys: VerificationKey[] = [];
  const passedOver: KeyFault[] = [];
  for (const [at, entry] of entries.slice(0, MAX_KEYS).entries()) {
    const key = parseKey(entry);
    if (key === 'for-another-use') continue;
    if ('fault' in key) passedOver.push(faultAt(at, key.fault.path, key.fault.expected));
    else if (addKey(keys, key) === 'ambiguous')
      passedOver.push(faultAt(at, 'kid', 'a kid of its own: a token that names this one is refused'));
  }
  if (entries.length > MAX_KEYS) passedOver.push(faultAt(MAX_KEYS, '', `no more than ${MAX_KEYS} keys`));
  return { keys, passedOver };
}

const faultAt = (at: number, member: string, expected: string): KeyFault => ({
  path: member === '' ? `keys.${at}` : `keys.${at}.${member}`,
  expected,
});

/** Members of private and symmetric keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1), and of the keys of RFC 8037 and later. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

function secretFault(entry: unknown, at: number): KeyFault | undefined {
  const members = membersOf(entry);
  const secret = SECRET_MEMBERS.find((member) => members?.has(member));
  if (secret !== undefined) return faultAt(at, secret, 'no private and no symmetric key');
  return members?.get('kty') === 'oct' ? faultAt(at, 'kty', 'no symmetric key') : undefined;
}

/** Null, an empty text and an empty list say nothing: some issuers write every member that there could be. */
function membersOf(entry: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined;
  return new Map(Object.entries(entry).filter(([, value]) => isSaid(value)));
}

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** A key that is there twice is one key. Two of one kid for one algorithm are kept, so that a token which names it is refused. */
function addKey(keys: VerificationKey[], key: VerificationKey): 'added' | 'ambiguous' {
  const sameKid = keys.filter(({ kid }) => kid === key.kid);
  const same = sameKid.find(({ fingerprint }) => fingerprint === key.fingerprint);
  if (same === undefined) keys.push(key);
  else keys[keys.indexOf(same)] = { ...same, algorithms: [...new Set([...same.algorithms, ...key.algorithms])] };
  const isAmbiguous = sameKid.some((other) => other !== same && other.algorithms.some((algorithm) => key.algorithms.includes(algorithm)));
  return isAmbiguous ? 'ambiguous' : 'added';
}

const text = (max: number) => v.pipe(v.string('a string'), v.maxLength(max, `at most ${max} characters`));
const number = (max: number) => v.pipe(text(max), v.regex(/^[A-Za-z0-9_-]+$/, 'base64url'));

/** Members that say what the key is for. */
const purpose = v.object({
  kty: text(64),
  kid: v.optional(text(256)),
  use: v.optional(text(256)),
  alg: v.optional(text(256)),
  key_ops: v.optional(v.pipe(v.array(text(64), 'a list'), v.maxLength(20, 'at most 20 operations'))),
});

type Purpose = v.InferOutput<typeof purpose>;

/** Members of a public key alone, and only as strict base64url: nothing else of theirs gets to OpenSSL. */
const NUMBERS: ReadonlyMap<string, v.GenericSchema<unknown, JsonWebKey>> = new Map<string, v.GenericSchema<unknown, JsonWebKey>>([
  ['RSA', v.object({ kty: v.string(), n: number(2048), e: number(32) })],
  [
    'EC',
    v.object({ kty: v.string(), crv: v.picklist(['P-256', 'P-384', 'P-521'], 'P-256, P-384 or P-521'), x: number(128), y: number(128) }),
  ],
  ['OKP', v.object({ kty: v.string(), crv: v.literal('Ed25519', 'Ed25519'), x: number(128) })],
]);

/** RFC 7518 section 4.1: what a key for encryption names as its `alg`. */
const ENCRYPTION_ALGORITHM = /^(RSA1_5|RSA-OAEP(-\d+)?|ECDH-ES(\+A\d+KW)?)$/;

/** The path of a fault is a member of the key; empty: the key itself. */
function parseKey(entry: unknown): VerificationKey | 'for-another-use' | { readonly fault: KeyFault } {
  const members = membersOf(entry);
  if (members === undefined) return unusable('', 'a map');
  const parsed = v.safeParse(purpose, Object.fromEntries(members));
  if (!parsed.success) return faultOf(parsed.issues[0]);
  const { use, alg = '', kty } = parsed.output;
  // Keycloak publishes its encryption key in the same set, and SPIFFE those of certificates: that is nothing to warn of.
  if (use === 'enc' || use === 'x509-svid' || (use === undefined && ENCRYPTION_ALGORITHM.test(alg))) return 'for-another-use';
  // What a SPIFFE bundle calls a key that signs JWTs ("The SPIFFE Trust Domain and Bundle", section 4.2.2).
  if (use !== undefined && use !== 'sig' && use !== 'jwt-svid') return unusable('use', 'sig');
  if (!isForVerifying(parsed.output)) return unusable('key_ops', 'verify');
  const numbers = NUMBERS.get(kty);
  if (numbers === undefined) return unusable('kty', `one of ${[...NUMBERS.keys()].join(', ')}`);
  const read = v.safeParse(numbers, Object.fromEntries(members));
  return read.success ? importKey(parsed.output, read.output) : faultOf(read.issues[0]);
}

/** RFC 7517 section 4.3: a key that signs may say so on its public half too; any other operation is another use. */
const isForVerifying = ({ key_ops }: Purpose): boolean =>
  key_ops === undefined || (key_ops.includes('verify') && key_ops.every((operation) => operation === 'verify' || operation === 'sign'));

function importKey({ kid, alg }: Purpose, numbers: JsonWebKey): VerificationKey | { readonly fault: KeyFault } {
  const publicKey = publicKeyOf(numbers);
  if (publicKey === undefined) return unusable('', 'a public key as in RFC 7518 section 6');
  const found = algorithmsOf(publicKey);
  if ('fault' in found) return unusable('', found.fault);
  const algorithms = alg === undefined ? found.algorithms : found.algorithms.filter((algorithm) => algorithm === findAlgorithm(alg));
  if (algorithms.length === 0) return unusable('alg', `one of ${found.algorithms.join(', ')}`);
  return { kid, algorithms, publicKey, fingerprint: fingerprintOf(publicKey) };
}

function publicKeyOf(key: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

const unusable = (path: string, expected: string) => ({ fault: { path, expected } });

function faultOf(issue: v.BaseIssue<unknown>): { readonly fault: KeyFault } {
  const isMissing = issue.type === 'object';
  return unusable(v.getDotPath(issue) ?? '', isMissing ? 'this member, which is missing' : issue.message);
}
