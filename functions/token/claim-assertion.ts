// Claims an assertion, which may be used once (A35).

import { createHash } from 'node:crypto';
import type { ReplayStore } from '../storage/stores.ts';

export interface AssertionUse {
  /** Kind of assertion, so that the id of one never uses up one of another kind. */
  readonly purpose: 'client-assertion' | 'jwt-bearer' | 'saml2-bearer';
  /** Issuer, and what that issuer calls the assertion. */
  readonly parts: readonly string[];
  /** Time until which the use is remembered. */
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
