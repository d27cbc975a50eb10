// Reads a grant of the Tokens table: all that the authorizer does with one.

import type { GrantStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import { liveGrant } from './grant-item.ts';
import { grantKey } from './token-keys.ts';

/** Strongly consistent: what was revoked or renewed a moment ago must not be seen as it was (A83). */
export const readGrantItem = (dynamoDb: DynamoDb, table: string, id: string) => dynamoDb.get(table, grantKey(id), { isConsistent: true });

export const createFindGrant =
  (dynamoDb: DynamoDb, table: string): GrantStore['findGrant'] =>
  async (id, nowSeconds) =>
    liveGrant(await readGrantItem(dynamoDb, table, id), nowSeconds);
