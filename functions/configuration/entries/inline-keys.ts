// The public keys that a client entry holds as `jwks`, as an operator is to hear of them: a key that can't be used is passed
// over beside one that can, as in a set behind a URL.

import { parseJwkSet } from '../../keys/jwk-set.ts';
import type { EntryFault } from './entry-fault.ts';

const inJwks = ({ path, expected }: EntryFault): EntryFault => ({ path: `jwks.${path}`, expected });

/** Why no key of the set counts: one is secret, or none can be used. */
export function inlineKeyFaults(jwks: unknown): readonly EntryFault[] {
  const set = parseJwkSet(jwks);
  if ('fault' in set) return [inJwks(set.fault)];
  if (set.keys.length > 0) return [];
  return set.passedOver.length > 0 ? set.passedOver.map(inJwks) : [{ path: 'jwks.keys', expected: 'at least one public key' }];
}

/** The keys that are passed over. */
export function inlineKeyWarnings(jwks: unknown): readonly EntryFault[] {
  const set = parseJwkSet(jwks);
  return 'fault' in set ? [] : set.passedOver.map(inJwks);
}
