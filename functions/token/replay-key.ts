// The name under which something that may be used once is remembered (A35).

import { createHash } from 'node:crypto';

/**
 * A digest of the parts as a list: no two lists can spell the same key, and what an assertion says is not stored.
 *
 * @param purpose so that the id of one kind of assertion never uses up one of another kind
 */
export function replayKey(purpose: 'client-assertion' | 'jwt-bearer' | 'saml2-bearer', parts: readonly string[]): string {
  return `${purpose}#${createHash('sha256')
    .update(JSON.stringify([purpose, ...parts]))
    .digest('base64url')}`;
}
