// Signing keys for tests, made by node:crypto in the form of the secret `<stack>/signing-keys`.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { SignatureAlgorithm } from '../../functions/keys/jwt.ts';
import type { KeyPurpose, SigningKey, SigningKeysDocument } from '../../functions/own-tokens/signing-keys.ts';

/** A fresh key. */
export function newSigningKey(purpose: KeyPurpose, alg: SignatureAlgorithm, signFromSeconds = 0): SigningKey {
  const { privateKey, publicKey } = newKeyPair(alg);
  return {
    kid: randomUUID(),
    alg,
    purpose,
    signFromSeconds,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicJwk: publicKey.export({ format: 'jwk' }),
  };
}

function newKeyPair(alg: SignatureAlgorithm) {
  switch (alg) {
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
  }
}

/** A fresh set: of every kind that a deployment has. */
export function newSigningKeys(): SigningKeysDocument {
  return {
    keys: [
      ...(['RS256', 'ES256', 'EdDSA'] as const).map((alg) => newSigningKey('access-token', alg)),
      ...(['RS256', 'ES256'] as const).map((alg) => newSigningKey('end-user-jwt', alg)),
    ],
  };
}
