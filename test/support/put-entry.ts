// Writes an item as an operator does: straight to the table.

import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { attributesOf } from '../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import type { EntryTable } from './memory-stores.ts';
import { type Credentials, TEST_CREDENTIALS } from './tables.ts';

export async function putEntry(
  { endpoint, credentials = TEST_CREDENTIALS }: { readonly endpoint: string; readonly credentials?: Credentials },
  table: EntryTable,
  item: Item,
): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  await client.send(new PutItemCommand({ TableName: `Gatehouse-${table}`, Item: attributesOf(item) }));
  client.destroy();
}
