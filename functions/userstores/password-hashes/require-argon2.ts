// Argon2 of node:crypto, if this Node has it: it came with 24.7, and a Node that is linked with an OpenSSL older than 3.2
// has the function and refuses to do it. There is no other algorithm in its place: what is stored could not be verified
// all the same, and users whose hash is of another kind would be told apart from the rest.

import type { argon2 as nodeArgon2 } from 'node:crypto';
import { Unavailable } from '../../shared/errors.ts';

export type Argon2 = typeof nodeArgon2;

/** @throws Unavailable where this Node has none */
export function requireArgon2(crypto: { readonly argon2?: Argon2 }): Argon2 {
  if (typeof crypto.argon2 !== 'function') throw new Unavailable('node:crypto', 'argon2-not-supported');
  return crypto.argon2;
}

/** Maps an error of argon2: that this Node has none is an outage by name, anything else a fault. */
export function argon2Failure(error: unknown): unknown {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_CRYPTO_ARGON2_NOT_SUPPORTED';
  return isMissing ? new Unavailable('node:crypto', 'argon2-not-supported', { cause: error }) : error;
}
