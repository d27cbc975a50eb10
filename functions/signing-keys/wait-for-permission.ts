// At a first deployment CloudFormation calls seconds after it wrote the role, and IAM takes a while to know it
// everywhere ("Changes that I make are not always immediately visible" of the IAM guide). A refusal in that time would
// roll the deployment back.

import type { VersionedSecret } from './rotate-keys.ts';

const ATTEMPTS = 8;
/** Pauses of 35 s in all; the function has two minutes. */
const PAUSE_MS = 5000;

/**
 * The same secret, asking again where the answer is that it may not.
 *
 * @param isDenied whether an error says so
 * @param pause milliseconds
 * @throws the last refusal
 */
export function waitForPermission(
  secret: VersionedSecret,
  isDenied: (error: unknown) => boolean,
  pause: (milliseconds: number) => Promise<unknown>,
): VersionedSecret {
  async function ask<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (!isDenied(error) || attempt === ATTEMPTS) throw error;
        await pause(PAUSE_MS);
      }
    }
  }
  return {
    readCurrent: () => ask(() => secret.readCurrent()),
    readVersion: (versionId) => ask(() => secret.readVersion(versionId)),
    writeVersion: (versionId, value) => ask(() => secret.writeVersion(versionId, value)),
  };
}
