// The Users table, the primary userstore. Never cached, and read strongly consistent, so that a user
// who was just disabled gets nothing (A22).

import { type EntryReport, readEntry } from '../../configuration/entries/read-entry.ts';
import type { PrimaryUserStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { SettleReports } from './entry-reports.ts';

/** Of a sort key (Developer Guide, Quotas). No user can have a longer name. */
const MAX_USERNAME_BYTES = 1024;

export function createUserTable(dynamoDb: DynamoDb, table: string, settle: SettleReports): PrimaryUserStore {
  return {
    async findUser(tenant, username) {
      if (tenant === '' || username === '' || Buffer.byteLength(username) > MAX_USERNAME_BYTES) return undefined;
      const item = await dynamoDb.get(table, { tenant, username }, { isConsistent: true });
      if (item === undefined) return undefined;
      const reports: EntryReport[] = [];
      const key = `${tenant} / ${username}`;
      const entry = readEntry('user', item, { table, key }, (report) => reports.push(report));
      settle(`user ${key}`, reports);
      return entry === undefined ? 'broken' : { ...entry, tenant, username };
    },
    async replacePasswordHash({ tenant, username, passwordHash: proven }, passwordHash) {
      // Race: an operator sets a password while a login with the old one upgrades its hash; the operator's must stay.
      await dynamoDb.update(table, { tenant, username }, 'SET #passwordHash = :passwordHash', {
        condition: '#passwordHash = :proven',
        names: ['passwordHash'],
        values: { passwordHash, proven },
      });
    },
    async insertUser(user) {
      // Race: two logins of a user who is being copied, or an operator who has just made one of the name.
      const outcome = await dynamoDb.put(table, { ...user }, { condition: 'attribute_not_exists(#username)', names: ['username'] });
      return outcome === 'written';
    },
  };
}
