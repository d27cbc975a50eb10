// What the command line says of the rights of a directory's service account: it must be able to read whether an account may be
// used, or a renewal can't see who was disabled (A100).

import { Unavailable } from '../../../functions/shared/errors.ts';
import type { Userstore } from '../../../functions/userstores/userstore.ts';

/** What is missing, in words; undefined where nothing is, or the store is no directory. */
export async function describeStateRights(store: Userstore): Promise<string | undefined> {
  try {
    const unreadable = await store.findUnreadableState?.();
    if (unreadable === undefined || unreadable.length === 0) return undefined;
    return missingRights(unreadable);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return `it could not be tried whether the service account may read the state of accounts: ${error.reason}`;
  }
}

/** @param unreadable attributes */
export function missingRights(unreadable: readonly string[]): string {
  return `the service account may not read ${unreadable.join(', ')}: who is disabled, locked or has a new password can't be seen`;
}
