// The secret as a function sees it that CloudFormation calls while IAM does not know its role everywhere yet.

import { askUntilPermitted } from '../shared/wait-for-permission.ts';
import type { VersionedSecret } from './rotate-keys.ts';

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
  return {
    readCurrent: () => askUntilPermitted(() => secret.readCurrent(), isDenied, pause),
    readVersion: (versionId) => askUntilPermitted(() => secret.readVersion(versionId), isDenied, pause),
    writeVersion: (versionId, value) => askUntilPermitted(() => secret.writeVersion(versionId, value), isDenied, pause),
  };
}
