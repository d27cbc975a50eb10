// Plans the rotation of keys: announced in the JWKS, then signing, then retired. The plan follows from the keys and
// the clock alone. A key's own times never change, so that functions with an older copy of the secret agree with it.

import type { KeyPurpose, SigningKey } from '../own-tokens/signing-keys.ts';

/** Purpose that keys are made for: each one has keys of its own (A33). */
export interface KeyKind {
  readonly purpose: KeyPurpose;
  readonly alg: SigningKey['alg'];
}

/** `none` of a tenant's end-user JWT needs no key; EdDSA is for access tokens alone. */
export const KEY_KINDS: readonly KeyKind[] = [
  { purpose: 'access-token', alg: 'RS256' },
  { purpose: 'access-token', alg: 'ES256' },
  { purpose: 'access-token', alg: 'EdDSA' },
  { purpose: 'end-user-jwt', alg: 'RS256' },
  { purpose: 'end-user-jwt', alg: 'ES256' },
];

const HOUR = 3600;
const DAY = 24 * HOUR;

export const ROTATION = {
  /** How long a key signs. */
  signSeconds: 90 * DAY,
  /** How long it is published before: longer than any cache of the secret (minutes) and of the JWKS (hours). */
  announceSeconds: DAY,
  /** How long it is kept after: the longest life that an entry can give a token (86,400 s), and an hour for clocks. */
  retireSeconds: DAY + HOUR,
} as const;

/** A key, as far as planning goes. */
export type PlannedKey = Pick<SigningKey, 'kid' | 'purpose' | 'alg' | 'signFromSeconds'>;

export interface RotationPlan {
  readonly create: readonly (KeyKind & { readonly signFromSeconds: number })[];
  /** Ids of keys that no live token was signed with. */
  readonly remove: readonly string[];
}

/**
 * Plans the steps that are due now. Run as often as you like: what was done is not due again.
 *
 * @param now seconds since the epoch
 * @param rotateNow announce a successor for every key, whatever its age
 */
export function planRotation(keys: readonly PlannedKey[], now: number, rotateNow = false): RotationPlan {
  const plans = KEY_KINDS.map((kind) =>
    planKind(
      kind,
      keys.filter((key) => key.purpose === kind.purpose && key.alg === kind.alg),
      now,
      rotateNow,
    ),
  );
  return { create: plans.flatMap((plan) => plan.create), remove: plans.flatMap((plan) => plan.remove) };
}

/** Seconds that the longest-serving signing key has been at it: what an alarm watches. 0 where nothing signs. */
export function oldestSignerSeconds(keys: readonly PlannedKey[], now: number): number {
  const ages = KEY_KINDS.map(({ purpose, alg }) => {
    const begun = keys.filter((key) => key.purpose === purpose && key.alg === alg && key.signFromSeconds <= now);
    return begun.length === 0 ? 0 : now - Math.max(...begun.map((key) => key.signFromSeconds));
  });
  return Math.max(...ages);
}

function planKind(kind: KeyKind, keys: readonly PlannedKey[], now: number, rotateNow: boolean): RotationPlan {
  // Of two keys of one age the first in the secret signs: it counts as the younger one here as well.
  const bySignFrom = keys.toReversed().sort((a, b) => a.signFromSeconds - b.signFromSeconds);
  const signing = bySignFrom.findLast((key) => key.signFromSeconds <= now);
  const isSuccessorAnnounced = bySignFrom.some((key) => key.signFromSeconds > now);
  const isDue = rotateNow || (signing !== undefined && now >= signing.signFromSeconds + ROTATION.signSeconds - ROTATION.announceSeconds);
  const remove = removedKeys(bySignFrom, now);
  // Nothing signs: the first deployment, or a key that was taken out by hand. Better unannounced than none.
  if (signing === undefined) return { create: [{ ...kind, signFromSeconds: now }], remove };
  if (isSuccessorAnnounced || !isDue) return { create: [], remove };
  return { create: [{ ...kind, signFromSeconds: now + ROTATION.announceSeconds }], remove };
}

/** A key signs until the next one does; what it signed lives for `retireSeconds` at most. */
function removedKeys(bySignFrom: readonly PlannedKey[], now: number): readonly string[] {
  return bySignFrom
    .filter((_, at) => {
      const successor = bySignFrom[at + 1];
      return successor !== undefined && now >= successor.signFromSeconds + ROTATION.retireSeconds;
    })
    .map((key) => key.kid);
}
