// What the verbs about users do to what a user has open: grants end when a user is disabled or deleted, or gets a new password.

import { parseEntry } from '../../../functions/configuration/entries/parse-entry.ts';
import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { subjectOf } from '../../../functions/configuration/username.ts';
import type { Operator } from './command.ts';

/** @param stored the item of the Users table, as it was */
export async function endSessionsOf({ revocation, print }: Operator, stored: UnverifiedItem): Promise<void> {
  const { tenant, username, id } = stored;
  if (typeof tenant !== 'string' || typeof username !== 'string' || typeof id !== 'string') return;
  const subjects = [subjectOf({ tenant, domain: 'PRIMARY', username, id })];
  // Tokens of a user who was copied from another store go on to say who the user is there (A99).
  const parsed = parseEntry('user', stored);
  if ('entry' in parsed && parsed.entry.origin !== undefined) subjects.push(subjectOf({ tenant, ...parsed.entry.origin }));
  let count = 0;
  for (const subject of subjects) count += await revocation.revokeUser(subject);
  print(`ended: ${count} grants and sessions of ${username}@${tenant}`);
}
