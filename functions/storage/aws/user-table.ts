// The Users table, the primary userstore. Never cached, and read strongly consistent, so that a user
// who was just disabled gets nothing (A22).

import { type EntryReport, readEntry } from '../../configuration/entries/read-entry.ts';
import type { PrimaryUser } from '../../configuration/model.ts';
import type { PrimaryUserStore, UserKey } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { LogReports } from './entry-reports.ts';

/** Longest sort key (Developer Guide, Quotas). No user can have a longer name. */
const MAX_USERNAME_BYTES = 1024;

export interface UserTable extends PrimaryUserStore {
  readonly table: string;
  /** Whether there can be a user of this key. */
  isKey(key: UserKey): boolean;
  /** The user of an item that was read by its key. */
  parseUser(key: UserKey, item: Record<string, unknown> | undefined): PrimaryUser | 'broken' | undefined;
}

export function createUserTable(dynamoDb: DynamoDb, table: string, logReports: LogReports): UserTable {
  const isKey = ({ tenant, username }: UserKey): boolean =>
    tenant !== '' && username !== '' && Buffer.byteLength(username) <= MAX_USERNAME_BYTES;

  function parseUser({ tenant, username }: UserKey, item: Record<string, unknown> | undefined): PrimaryUser | 'broken' | undefined {
    if (item === undefined) return undefined;
    const reports: EntryReport[] = [];
    const key = `${tenant} / ${username}`;
    const entry = readEntry('user', item, { table, key }, (report) => reports.push(report));
    logReports(`user ${key}`, reports);
    return entry === undefined ? 'broken' : { ...entry, tenant, username };
  }

  return {
    table,
    isKey,
    parseUser,
    async findUser(tenant, username) {
      const key = { tenant, username };
      return isKey(key) ? parseUser(key, await dynamoDb.get(table, key, { isConsistent: true })) : undefined;
    },
    async replacePasswordHash({ tenant, username, passwordHash: verified }, passwordHash, rehashed) {
      // Race: an operator sets a password while a login with the old one upgrades its hash; the operator's must stay.
      await dynamoDb.update(table, { tenant, username }, 'SET #passwordHash = :passwordHash, #rehashed = :rehashed', {
        condition: '#passwordHash = :verified',
        names: ['passwordHash', 'rehashed'],
        values: { passwordHash, rehashed, verified },
      });
    },
    async changePassword({ tenant, username, passwordHash: verified }, passwordHash) {
      // Race: another change, or an operator who sets a password. Theirs must stay.
      const update = 'SET #passwordHash = :passwordHash REMOVE #mustChangePassword, #rehashed';
      const outcome = await dynamoDb.update(table, { tenant, username }, update, {
        condition: '#passwordHash = :verified',
        names: ['passwordHash', 'mustChangePassword', 'rehashed'],
        values: { passwordHash, verified },
      });
      return outcome === 'written';
    },
    async insertUser(user) {
      // Race: two logins of a user who is being copied, or an operator who has just made one of the name.
      const outcome = await dynamoDb.put(table, { ...user }, { condition: 'attribute_not_exists(#username)', names: ['username'] });
      return outcome === 'written';
    },
  };
}
