// The signature check itself, by `jose`: the one library of the field, loaded when the first foreign token comes.

import { ED25519 } from '../keys/algorithms.ts';
import type { VerificationKey } from '../keys/public-key.ts';
import type { UnverifiedJwt } from './external-jwt.ts';

/** Whether the key signed the token. The key was chosen by configuration and allows exactly this algorithm (A23). */
export async function verifySignature(token: UnverifiedJwt, key: VerificationKey): Promise<boolean> {
  // By their paths: the whole of jose is 60 kB, this part of it 12.
  const [{ compactVerify }, errors] = await Promise.all([import('jose/jws/compact/verify'), import('jose/errors')]);
  try {
    await compactVerify(token.token, key.publicKey, { algorithms: token.alg === 'EdDSA' ? ['EdDSA', ED25519] : [token.alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
