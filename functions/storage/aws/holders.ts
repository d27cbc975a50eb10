// Holders of access tokens, grant and user, out of two tables in one call.

import type { HolderStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import { liveGrant } from './grant-item.ts';
import { grantKey } from './token-keys.ts';
import type { UserTable } from './user-table.ts';

export function createHolders(dynamoDb: DynamoDb, tokensTable: string, users: UserTable): HolderStore {
  return {
    async findHolder(grantId, { tenant, username }, nowSeconds) {
      const key = { tenant, username };
      const isUser = users.isKey(key);
      const [grant, user] = await dynamoDb.getEach([[tokensTable, grantKey(grantId)], ...(isUser ? [[users.table, key] as const] : [])]);
      return { grant: liveGrant(grant, nowSeconds), user: isUser ? users.parseUser(key, user) : undefined };
    },
  };
}
