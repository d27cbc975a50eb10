// FLOW: read the secret → plan → make keys → write, so that two at once lose no key.

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { type SigningKey, type SigningKeysDocument, signingKeysDocument } from '../own-tokens/signing-keys.ts';
import { SigningKeysFault } from './describe-failure.ts';
import { planRotation } from './plan-rotation.ts';

/** One version of a secret. */
export interface SecretVersion {
  readonly versionId: string;
  readonly value: string;
  /** Whether it has the label AWSCURRENT. */
  readonly isCurrent: boolean;
}

/** Secrets Manager, as far as the flow asks it. */
export interface VersionedSecret {
  /** Undefined: the secret has no value yet. */
  readCurrent(): Promise<SecretVersion | undefined>;
  /** Undefined: there is no such version. */
  readVersion(versionId: string): Promise<SecretVersion | undefined>;
  /** Makes a version under this id, the current one from then on. False: the id is taken, nothing was written. */
  writeVersion(versionId: string, value: string): Promise<boolean>;
}

export interface RotateKeysDependencies {
  readonly secret: VersionedSecret;
  readonly makeKey: (kind: ReturnType<typeof planRotation>['create'][number]) => Promise<SigningKey>;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

export interface RotationOutcome {
  readonly keys: readonly SigningKey[];
  readonly created: readonly string[];
  readonly removed: readonly string[];
}

const MAX_ATTEMPTS = 5;

/**
 * Does what is due, and nothing when nothing is.
 *
 * @param rotateNow announce a successor for every key, whatever its age
 * @throws SigningKeysFault as `changeKeys`
 */
export function rotateKeys({ secret, makeKey, now }: RotateKeysDependencies, rotateNow = false): Promise<RotationOutcome> {
  return changeKeys<RotationOutcome>(secret, async (keys) => {
    const plan = planRotation(keys, now(), rotateNow);
    if (plan.create.length === 0 && plan.remove.length === 0) return { outcome: { keys, created: [], removed: [] } };
    const created = await Promise.all(plan.create.map(makeKey));
    const next = [...keys.filter((key) => !plan.remove.includes(key.kid)), ...created];
    return { next, outcome: { keys: next, created: created.map((key) => key.kid), removed: plan.remove } };
  });
}

/** The keys of the secret as they are; none where it has no value yet. */
export async function readKeys({ secret }: Pick<RotateKeysDependencies, 'secret'>): Promise<readonly SigningKey[]> {
  const version = await secret.readCurrent();
  return version === undefined ? [] : parseKeys(version.value);
}

/** What becomes of the keys that were read. */
interface KeyChange<T> {
  /** Absent: they stay. */
  readonly next?: readonly SigningKey[];
  readonly outcome: T;
}

/**
 * Reads the keys, and writes what `decide` makes of them.
 *
 * The race: two that read the same version would both write, and the second would lose the first one's keys, with
 * which tokens may already be signed. Secrets Manager has no conditional write, but refuses a version id that is
 * taken. So the id of the next version follows from the one that was read: of two, one gets it, and the other decides anew.
 *
 * @throws SigningKeysFault when others win every attempt, or the secret is not ours to overwrite
 */
export async function changeKeys<T>(secret: VersionedSecret, decide: (keys: readonly SigningKey[]) => Promise<KeyChange<T>>): Promise<T> {
  let version = await secret.readCurrent();
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { next, outcome } = await decide(version === undefined ? [] : parseKeys(version.value));
    if (next === undefined) return outcome;
    const winner = await writeAfter(secret, version?.versionId, { keys: next });
    if (winner === undefined) return outcome;
    version = winner;
  }
  throw new SigningKeysFault('Others wrote the signing keys each time.');
}

/** Writes the version that follows `versionId`. Undefined: done. Else the version that another wrote in its place. */
async function writeAfter(
  secret: VersionedSecret,
  versionId: string | undefined,
  document: SigningKeysDocument,
): Promise<SecretVersion | undefined> {
  for (let branch = 0; ; branch++) {
    const nextId = nextVersionId(versionId, branch);
    if (await secret.writeVersion(nextId, JSON.stringify(document))) return undefined;
    const taken = await secret.readVersion(nextId);
    if (taken?.isCurrent === true) return taken;
    const current = await secret.readCurrent();
    if (current !== undefined && current.versionId !== versionId) return current;
    // The version is taken and no longer current: an operator went back to the one before it. Grow another branch.
    if (branch >= MAX_ATTEMPTS) throw new SigningKeysFault('The versions of the signing keys are inconsistent.');
  }
}

/** 32 to 64 characters, as a ClientRequestToken must be. */
function nextVersionId(versionId: string | undefined, branch: number): string {
  return createHash('sha256')
    .update(`gatehouse-signing-keys ${versionId ?? 'first'} ${branch}`)
    .digest('hex');
}

/** A secret that can't be read is never overwritten: it may hold the only copy of keys in use. */
function parseKeys(value: string): readonly SigningKey[] {
  try {
    return v.parse(signingKeysDocument, JSON.parse(value)).keys;
  } catch {
    // No cause: a parser's message may quote what it read.
    throw new SigningKeysFault('The secret does not hold signing keys.');
  }
}
