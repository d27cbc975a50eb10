// FLOW of the retirement of one key before its time, for an operator: read the secret → may it go → write without it. A key
// that signs goes in an emergency alone, and then its successor signs at once.

import type { SigningKey } from '../own-tokens/signing-keys.ts';
import { isSigning } from './key-states.ts';
import { changeKeys, type RotateKeysDependencies } from './rotate-keys.ts';

export interface RetirementOrder {
  readonly kid: string;
  /** Whether a key that signs may be taken out. */
  readonly isEmergency: boolean;
}

export type Retirement =
  | { readonly outcome: 'retired'; readonly keys: readonly SigningKey[]; readonly retired: SigningKey; readonly created: readonly string[] }
  | { readonly outcome: 'unknown-key' | 'signing-key'; readonly keys: readonly SigningKey[] };

/**
 * Takes a key out of use. Nothing verifies with it once the functions have read the secret again, which they do every five
 * minutes.
 *
 * @throws SigningKeysFault as `changeKeys`
 */
export function retireKey({ secret, makeKey, now }: RotateKeysDependencies, { kid, isEmergency }: RetirementOrder): Promise<Retirement> {
  return changeKeys<Retirement>(secret, async (keys) => {
    const retired = keys.find((key) => key.kid === kid);
    if (retired === undefined) return { outcome: { outcome: 'unknown-key', keys } };
    const isSigner = isSigning(keys, retired, now());
    if (isSigner && !isEmergency) return { outcome: { outcome: 'signing-key', keys } };
    // Not the one that signed before: whoever has got at this key may have got at that one too.
    const created = isSigner ? [await makeKey({ purpose: retired.purpose, alg: retired.alg, signFromSeconds: now() })] : [];
    const next = [...created, ...keys.filter((key) => key !== retired)];
    return { next, outcome: { outcome: 'retired', keys: next, retired, created: created.map((key) => key.kid) } };
  });
}
