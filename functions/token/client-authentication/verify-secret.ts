// Client secrets: 256 random bits, so that a plain SHA-256 is enough to store (A60), several live at once.

import { hash } from 'node:crypto';
import type { Client } from '../../configuration/model.ts';
import { isSameDigest } from '../../own-tokens/opaque-token.ts';
import type { ClientVerification } from './client-authentication.ts';

/** Stands for the secrets of a client that does not exist or has none, so that its answer takes as long. */
const NO_SECRET: Client['secrets'] = [{ sha256: '0'.repeat(64), expiresAt: 0 }];

/**
 * Compares with every secret of the client, expired ones included, in constant time.
 *
 * @param candidates spellings of the one secret that was presented; none: no secret was
 */
export function verifySecret(client: Client | undefined, candidates: readonly string[], nowSeconds: number): ClientVerification {
  // In lower-case hex, as entries have it.
  const digests = candidates.map((candidate) => hash('sha256', candidate, 'hex'));
  const secrets = client === undefined || client.secrets.length === 0 ? NO_SECRET : client.secrets;
  let live = false;
  let expired = false;
  for (const secret of secrets) {
    for (const digest of digests) {
      const matches = isSameDigest(digest, secret.sha256);
      const isLive = secret.expiresAt === undefined || nowSeconds < secret.expiresAt;
      live ||= matches && isLive;
      expired ||= matches && !isLive;
    }
  }
  if (live) return { kind: 'verified' };
  return { kind: 'refused', reason: expired ? 'secret-expired' : 'wrong-secret' };
}
