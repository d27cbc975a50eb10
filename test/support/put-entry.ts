// Writes an item as an operator does: straight to the table.

import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { attributesOf } from '../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import type { TestDynamoDb } from './dynamodb.ts';
import type { EntryTable } from './memory-stores.ts';
import { TEST_CREDENTIALS } from './tables.ts';

export async function putEntry({ endpoint }: Pick<TestDynamoDb, 'endpoint'>, table: EntryTable, item: Item): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: TEST_CREDENTIALS });
  await client.send(new PutItemCommand({ TableName: `Gatehouse-${table}`, Item: attributesOf(item) }));
  client.destroy();
}
