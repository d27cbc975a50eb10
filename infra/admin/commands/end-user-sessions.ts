// What the verbs about users do to what a user has open: grants end when a user is disabled or deleted, or gets a new password.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { subjectsOfUser } from '../incidents/find-named-users.ts';
import type { Operator } from './command.ts';

/** @param stored the item of the Users table, as it was */
export async function endSessionsOf({ held, print }: Operator, stored: UnverifiedItem): Promise<void> {
  let count = 0;
  for (const subject of subjectsOfUser(stored)) {
    const { grants, sessions } = await held.endHeldItems(subject);
    count += grants + sessions;
  }
  print(`ended: ${count} grants and sessions of ${stored.username}@${stored.tenant}`);
}
