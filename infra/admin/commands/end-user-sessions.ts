// What the verbs about users do to what a user has open: grants end when a user is disabled or deleted, or gets a new password.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { subjectOf } from '../../../functions/configuration/username.ts';
import type { Operator } from './command.ts';

/** @param stored the item of the Users table, as it was */
export async function endSessionsOf({ revocation, print }: Operator, { tenant, username, id }: UnverifiedItem): Promise<void> {
  if (typeof tenant !== 'string' || typeof username !== 'string' || typeof id !== 'string') return;
  const count = await revocation.revokeUser(subjectOf({ tenant, domain: 'PRIMARY', username, id }));
  print(`ended: ${count} grants and sessions of ${username}@${tenant}`);
}
