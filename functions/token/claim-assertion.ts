// Claims an assertion, which may be used once (A35).

import { createHash } from 'node:crypto';
import type { ReplayStore } from '../storage/stores.ts';

export interface AssertionUse {
  /** So that the id of one kind of assertion never uses up one of another kind. */
  readonly purpose: 'client-assertion' | 'jwt-bearer' | 'saml2-bearer';
  /** Who issued it, and what that issuer calls it. */
  readonly parts: readonly string[];
  /** It is remembered until then. */
  readonly expiresAtSeconds: number;
}

/**
 * Whether this is the first use; of two at once, one is first.
 *
 * @throws Unavailable
 */
export function claimAssertion(replays: ReplayStore, { purpose, parts, expiresAtSeconds }: AssertionUse): Promise<boolean> {
  // A digest of the parts as a list: no two lists can spell the same key, and what an assertion says is not stored.
  const digest = createHash('sha256')
    .update(JSON.stringify([purpose, ...parts]))
    .digest('base64url');
  return replays.claimOnce(`${purpose}#${digest}`, expiresAtSeconds);
}
