// What each signing key is doing at a moment: announced, signing, or verifying until no token of it can live.

import { type PlannedKey, ROTATION } from './plan-rotation.ts';

export interface KeyState extends PlannedKey {
  readonly state: 'announced' | 'signing' | 'verifying';
  /** When it is taken out, seconds since the epoch. Absent: no successor has begun to sign. */
  readonly retiresAtSeconds?: number;
}

/** @param keys in the order of the secret: of two of one age the first signs */
export function keyStates(keys: readonly PlannedKey[], now: number): readonly KeyState[] {
  return keys.map((key) => {
    const { kid, alg, purpose, signFromSeconds } = key;
    const known = { kid, alg, purpose, signFromSeconds };
    if (signFromSeconds > now) return { ...known, state: 'announced' };
    if (isSigning(keys, key, now)) return { ...known, state: 'signing' };
    const successors = keys.filter((other) => isOfKind(other, key) && isBefore(keys, key, other) && other.signFromSeconds <= now);
    const succeededAt = Math.min(...successors.map((other) => other.signFromSeconds));
    return { ...known, state: 'verifying', retiresAtSeconds: succeededAt + ROTATION.retireSeconds };
  });
}

/** Whether tokens of its kind are signed with this key now. */
export function isSigning(keys: readonly PlannedKey[], key: PlannedKey, now: number): boolean {
  if (key.signFromSeconds > now) return false;
  return !keys.some((other) => isOfKind(other, key) && other.signFromSeconds <= now && isBefore(keys, key, other));
}

const isOfKind = (one: PlannedKey, other: PlannedKey): boolean => one.purpose === other.purpose && one.alg === other.alg;

/** Whether the other one takes the place of this key when the time of both has come. */
function isBefore(keys: readonly PlannedKey[], key: PlannedKey, other: PlannedKey): boolean {
  if (other.signFromSeconds !== key.signFromSeconds) return other.signFromSeconds > key.signFromSeconds;
  return keys.indexOf(other) < keys.indexOf(key);
}
