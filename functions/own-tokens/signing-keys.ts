// The signing keys of a deployment, as the secret `<stack>/signing-keys` holds them. What a key may do follows from
// the clock alone: published from the moment it is in the secret, signing from `signFromSeconds`, and verifying until
// it is taken out of the secret, so that rotation has no gap and needs no lock.

import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { epochSeconds, listOf, multilineText, text } from '../configuration/entries/fields.ts';
import { headerSegment, type JwtVerifier, type SignatureAlgorithm } from '../keys/jwt.ts';
import { Unavailable } from '../shared/errors.ts';

/** A key signs for one purpose, so that no token of one kind passes for one of the other (A33). */
export type KeyPurpose = 'access-token' | 'end-user-jwt';

export interface SigningKey {
  readonly kid: string;
  readonly alg: SignatureAlgorithm;
  readonly purpose: KeyPurpose;
  readonly signFromSeconds: number;
  /** PKCS #8 PEM. */
  readonly privateKeyPem: string;
  readonly publicJwk: JsonWebKey;
}

export interface SigningKeysDocument {
  readonly keys: readonly SigningKey[];
}

export const signingKeysDocument = v.object({
  keys: v.pipe(
    listOf(
      v.object({
        kid: text(128),
        alg: v.picklist(['RS256', 'ES256', 'EdDSA']),
        purpose: v.picklist(['access-token', 'end-user-jwt']),
        signFromSeconds: epochSeconds,
        privateKeyPem: multilineText(8192),
        publicJwk: v.record(v.string(), v.string()),
      }),
      30,
    ),
    v.minLength(1),
  ),
});

/** Keys of 256 bits, each derived from a signing key, so that they rotate with it and are stored nowhere. */
export interface SealingKeys {
  readonly current: { readonly id: string; readonly key: KeyObject };
  /** The key of this id, as long as its signing key is there. */
  find(id: string): KeyObject | undefined;
}

/** The keys, imported when first used. */
export interface SigningKeys {
  /** The key that signs now: the youngest of its kind whose time has come. Undefined where there is none. */
  signer(
    purpose: KeyPurpose,
    alg: SignatureAlgorithm,
    nowSeconds: number,
  ): { readonly kid: string; readonly alg: SignatureAlgorithm; readonly privateKey: KeyObject } | undefined;
  /** All keys of a purpose by the header segment of the tokens that they sign. */
  verifiers(purpose: KeyPurpose, typ: string): ReadonlyMap<string, JwtVerifier>;
  /** Symmetric keys for what travels through a browser and comes back to us. */
  sealingKeys(nowSeconds: number): SealingKeys;
  /** Key for digests of the states of passwords in tokens that the key of this id signs; undefined where that is not there. */
  passwordStateKey(kid: string): KeyObject | undefined;
  /** Imports every key now. @throws Unavailable where one can't be */
  importAll(): void;
  /** JWK Set (RFC 7517 section 5) of the public parts. */
  readonly jwks: { readonly keys: readonly JsonWebKey[] };
}

/**
 * @param noteBroken told where a key turns out to be none when it is first used
 * @throws Unavailable where the secret is not what `functions/signing-keys` writes; so do the keys, where one of them is none
 */
export function parseSigningKeys(secret: string, noteBroken: (error: Unavailable) => void = () => {}): SigningKeys {
  const document = parseDocument(secret);
  const imported = <T>(importKey: () => T): T => {
    try {
      return importKey();
    } catch {
      // No cause: what OpenSSL says may quote the key.
      const error = new Unavailable('secrets-manager', 'signing-keys-malformed');
      noteBroken(error);
      throw error;
    }
  };
  const privateKeys = new Map<string, KeyObject>();
  const passwordStateKeys = new Map<string, KeyObject>();
  const verifiersByType = new Map<string, ReadonlyMap<string, JwtVerifier>>();
  return {
    signer(purpose, alg, nowSeconds) {
      const key = youngest(
        document.keys.filter(
          (candidate) => candidate.purpose === purpose && candidate.alg === alg && candidate.signFromSeconds <= nowSeconds,
        ),
      );
      if (key === undefined) return undefined;
      const privateKey = privateKeys.get(key.kid) ?? imported(() => createPrivateKey(key.privateKeyPem));
      privateKeys.set(key.kid, privateKey);
      return { kid: key.kid, alg, privateKey };
    },
    verifiers(purpose, typ) {
      const cached = verifiersByType.get(`${purpose} ${typ}`);
      if (cached !== undefined) return cached;
      const verifiers = new Map(
        document.keys
          .filter((key) => key.purpose === purpose)
          .map((key) => [
            headerSegment(typ, key.alg, key.kid),
            { alg: key.alg, publicKey: imported(() => createPublicKey({ key: key.publicJwk, format: 'jwk' })) },
          ]),
      );
      verifiersByType.set(`${purpose} ${typ}`, verifiers);
      return verifiers;
    },
    sealingKeys(nowSeconds) {
      const find = (id: string) => {
        const key = document.keys.find(({ kid, purpose }) => kid === id && purpose === 'access-token');
        return key && deriveKey(key.privateKeyPem, SEALING);
      };
      const signer = youngest(document.keys.filter((key) => key.purpose === 'access-token' && key.signFromSeconds <= nowSeconds));
      const current = signer && { id: signer.kid, key: deriveKey(signer.privateKeyPem, SEALING) };
      if (current === undefined) throw new Unavailable('secrets-manager', 'no-signing-key');
      return { current, find };
    },
    passwordStateKey(kid) {
      const known = passwordStateKeys.get(kid);
      if (known !== undefined) return known;
      const signing = document.keys.find((key) => key.kid === kid && key.purpose === 'access-token');
      const derived = signing && deriveKey(signing.privateKeyPem, 'gatehouse password state');
      if (derived !== undefined) passwordStateKeys.set(kid, derived);
      return derived;
    },
    importAll() {
      for (const { kid, privateKeyPem, publicJwk } of document.keys)
        imported(() => {
          privateKeys.set(kid, createPrivateKey(privateKeyPem));
          createPublicKey({ key: publicJwk, format: 'jwk' });
        });
    },
    jwks: { keys: document.keys.map((key) => ({ ...publicMembers(key.publicJwk), kid: key.kid, alg: key.alg, use: 'sig' })) },
  };
}

function youngest(keys: readonly SigningKey[]): SigningKey | undefined {
  return keys.reduce<SigningKey | undefined>(
    (found, candidate) => (found === undefined || candidate.signFromSeconds > found.signFromSeconds ? candidate : found),
    undefined,
  );
}

const SEALING = 'gatehouse sealed authorization request';

/** HKDF (RFC 5869): the private key is the secret, and what it is for keeps the uses apart. */
function deriveKey(privateKeyPem: string, use: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', privateKeyPem, '', use, 32)));
}

const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

/**
 * Public members of RSA, EC and OKP keys (RFC 7518 section 6, RFC 8037 section 2): who restores the secret by hand may have put a whole
 * key there.
 */
function publicMembers(jwk: JsonWebKey): JsonWebKey {
  return Object.fromEntries(PUBLIC_MEMBERS.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]])));
}

function parseDocument(secret: string): SigningKeysDocument {
  try {
    return v.parse(signingKeysDocument, JSON.parse(secret));
  } catch {
    // No cause: a parser's message may quote what it read.
    throw new Unavailable('secrets-manager', 'signing-keys-malformed');
  }
}
