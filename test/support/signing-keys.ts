// Signing keys for tests, made by node:crypto in the form of the secret `<stack>/signing-keys`.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { SignatureAlgorithm } from '../../functions/shared/jwt.ts';
import type { KeyPurpose, SigningKey, SigningKeysDocument } from '../../functions/shared/signing-keys.ts';

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

/** A fresh set: RS256 for access tokens, RS256 and ES256 for end-user JWTs. */
export function newSigningKeys(): SigningKeysDocument {
  return {
    keys: [newSigningKey('access-token', 'RS256'), newSigningKey('end-user-jwt', 'RS256'), newSigningKey('end-user-jwt', 'ES256')],
  };
}
