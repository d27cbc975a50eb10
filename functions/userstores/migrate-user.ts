// Copies a user of a secondary store to the Users table, where the tenant wants that (`migrateUsers`): the password was
// right a moment ago, and from the next login on the primary store knows the user. A login never fails for it.

import { randomUUID } from 'node:crypto';
import { parseEntry } from '../configuration/entries/parse-entry.ts';
import type { EndUser } from '../configuration/model.ts';
import { canonicalName } from '../configuration/username.ts';
import { errorFields } from '../shared/log.ts';
import { hashPassword } from './password-hashes/index.ts';
import type { UserstoreDependencies } from './userstore.ts';

export async function migrateUser({ users, log }: UserstoreDependencies, user: EndUser, password: string): Promise<void> {
  const fields = { tenant: user.tenant, store: user.domain };
  try {
    // An id of its own: those of two stores could be the same, and then so would be the `sub` of two people.
    const { roles, claims } = user;
    const parsed = parseEntry('user', { id: randomUUID(), passwordHash: await hashPassword(password), status: 'active', roles, claims });
    // What a store says may be more than an entry may hold, and a wrong entry would lock the user out.
    if ('faults' in parsed) return log('WARN', 'user-not-migrated', { ...fields, paths: parsed.faults.map(({ path }) => path) });
    const isInserted = await users.insertUser({ ...parsed.entry, tenant: user.tenant, username: canonicalName(user.username) });
    log('INFO', isInserted ? 'user-migrated' : 'user-not-migrated', { ...fields, user: parsed.entry.id });
  } catch (error) {
    log('WARN', 'user-not-migrated', { ...fields, ...errorFields(error) });
  }
}
