// Tokens of somebody else, honest and hostile. Honest ones are signed by jose; hostile ones are put together by hand,
// since no library makes them.

import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';

export type KeyType = 'RS256' | 'ES256' | 'ES384' | 'EdDSA';

export interface ForeignSigner {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** With kid, alg and use. */
  readonly jwk: JsonWebKey & { readonly kid: string };
}

export function newForeignSigner(alg: KeyType, kid: string = crypto.randomUUID()): ForeignSigner {
  const { privateKey, publicKey } = newKeyPair(alg);
  return { kid, alg, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

function newKeyPair(alg: KeyType) {
  switch (alg) {
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
  }
}

/** `header` replaces members of `{typ, alg, kid}`; undefined leaves one out. */
export function signForeignJwt(
  signer: Pick<ForeignSigner, 'kid' | 'alg' | 'privateKey'>,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const members = Object.entries({ typ: 'JWT', alg: signer.alg, kid: signer.kid, ...header }).filter(([, value]) => value !== undefined);
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader(Object.fromEntries(members) as { alg: string })
    .sign(signer.privateKey, { crit: { 'urn:example:ext': true } });
}

export function segment(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A token of these parts, whatever they are. */
export function rawJwt(header: unknown, claims: unknown, signature: Buffer | string = ''): string {
  return `${segment(header)}.${segment(claims)}.${Buffer.from(signature).toString('base64url')}`;
}
