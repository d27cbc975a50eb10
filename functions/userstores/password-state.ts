// Password state, by which a change since the login is noticed: each store says what it knows of the password's age,
// and what it said at the login is compared with what it says now (A101).

import type { EndUser } from '../configuration/model.ts';
import type { PasswordFault } from '../shared/reasons/users.ts';

/** State of a directory that has written no moment of a change yet: the first one will be another state. */
export const NEVER_CHANGED = 'none';

/**
 * Finds why a user whose password may have been changed since then gets nothing more; undefined where nothing speaks against it.
 *
 * @param known as of the login or the last renewal; without a state, nothing can be compared
 */
export function passwordFault(known: EndUser, present: EndUser, endOnPasswordChange: boolean): PasswordFault | undefined {
  const [before, now] = [known.passwordState, present.passwordState];
  if (!endOnPasswordChange || before === undefined || before === now) return undefined;
  // A right that the store's account had and has no longer: nobody can vouch, and nobody knows either.
  return now === undefined || now === NEVER_CHANGED ? 'password-state-not-readable' : 'password-changed';
}
