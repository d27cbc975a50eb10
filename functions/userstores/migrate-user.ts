// Copies a user of a secondary store to the Users table, where the tenant wants that (`migrateUsers`): the password was
// right a moment ago, and from the next login on the primary store knows the user. A login never fails for it.

import { randomUUID } from 'node:crypto';
import { parseEntry } from '../configuration/entries/parse-entry.ts';
import type { EndUser } from '../configuration/model.ts';
import { canonicalName } from '../configuration/username.ts';
import { errorFields } from '../shared/log.ts';
import { hashPassword } from './password-hashes/index.ts';
import { endUserOf } from './primary-user.ts';
import type { UserstoreDependencies } from './userstore.ts';

/** @returns the same user, kept in the Users table from now on where the copy was written */
export async function migrateUser({ users, log, passwordCost }: UserstoreDependencies, user: EndUser, password: string): Promise<EndUser> {
  const { tenant, domain, username, roles, claims } = user;
  // What `sub` is made of stays so, whatever it is.
  const id = user.id ?? user.subjectName;
  const fields = { tenant, store: domain };
  try {
    const parsed = parseEntry('user', {
      // The item's own: ids of two stores could be the same, and the failed attempts of two people would be counted as one's.
      id: randomUUID(),
      passwordHash: await hashPassword(password, passwordCost),
      status: 'active',
      roles,
      claims,
      origin: { domain, username, ...(id !== undefined && { id }) },
    });
    // What a store says may be more than an entry may hold, and a wrong entry would lock the user out.
    if ('faults' in parsed) {
      log('WARN', 'user-not-migrated', { ...fields, paths: parsed.faults.map(({ path }) => path) });
      return user;
    }
    const copy = { ...parsed.entry, tenant, username: canonicalName(username) };
    const isInserted = await users.insertUser(copy);
    log('INFO', isInserted ? 'user-migrated' : 'user-not-migrated', { ...fields, user: parsed.entry.id });
    return isInserted ? endUserOf(copy) : user;
  } catch (error) {
    log('WARN', 'user-not-migrated', { ...fields, ...errorFields(error) });
    return user;
  }
}
