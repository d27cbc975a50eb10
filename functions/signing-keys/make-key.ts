// Makes one signing key; its id is the thumbprint of the public key (RFC 7638), so that no two keys share one.

import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import type { SigningKey } from '../own-tokens/signing-keys.ts';
import type { RotationPlan } from './plan-rotation.ts';

const generate = promisify(generateKeyPair);

/** RFC 7518 section 3.3 wants 2048 bits at least; more would cost every token five times the time. */
const RSA_BITS = 2048;

export async function makeKey({ purpose, alg, signFromSeconds }: RotationPlan['create'][number]): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateFor(alg);
  const publicJwk = publicKey.export({ format: 'jwk' });
  return {
    kid: await calculateJwkThumbprint(publicJwk as Record<string, string> & { kty: string }, 'sha256'),
    alg,
    purpose,
    signFromSeconds,
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicJwk,
  };
}

function generateFor(alg: SigningKey['alg']): Promise<{ readonly privateKey: KeyObject; readonly publicKey: KeyObject }> {
  switch (alg) {
    case 'RS256':
      return generate('rsa', { modulusLength: RSA_BITS });
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' });
    case 'EdDSA':
      return generate('ed25519', {});
  }
}
