// The three tables that operators write, as the command line reads and writes them.

import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { UnverifiedItem } from '../../functions/configuration/entries/read-entry.ts';
import { type Attributes, attributesOf, plainItem } from '../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';

export type EntryTable = 'Tenants' | 'Clients' | 'Users';

export const ENTRY_TABLES: readonly EntryTable[] = ['Tenants', 'Clients', 'Users'];

/** The attributes that make up a key, in order. */
export const KEY_NAMES: Readonly<Record<EntryTable, readonly string[]>> = {
  Tenants: ['tenant', 'entry'],
  Clients: ['clientId'],
  Users: ['tenant', 'username'],
};

export interface EntryTables {
  get(table: EntryTable, key: Item): Promise<UnverifiedItem | undefined>;
  /** False: it is there already. */
  create(table: EntryTable, item: Item): Promise<boolean>;
  /** False: `tokensNotBefore` was moved on meanwhile by a revocation, which must not be undone. */
  replace(table: EntryTable, item: Item): Promise<boolean>;
  delete(table: EntryTable, key: Item): Promise<void>;
  /** All items of a partition: a tenant's entries, a tenant's users; of Clients, those of a tenant. */
  listOfTenant(table: EntryTable, tenant: string): Promise<UnverifiedItem[]>;
  /** Entries of any tenant that name an API, by API Gateway's id of it. */
  listOfApi(apiId: string): Promise<UnverifiedItem[]>;
  listAll(table: EntryTable): Promise<UnverifiedItem[]>;
}

/** @param stackName what the tables' names begin with; region, endpoint and credentials are the SDK's to find */
export function openEntryTables(stackName: string): EntryTables {
  const client = new DynamoDBClient({ requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true } });
  const nameOf = (table: EntryTable): string => `${stackName}-${table}`;

  async function put(table: EntryTable, item: Item, condition: object): Promise<boolean> {
    try {
      await client.send(new PutItemCommand({ TableName: nameOf(table), Item: attributesOf(item), ...condition }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    async get(table, key) {
      const { Item } = await client.send(new GetItemCommand({ TableName: nameOf(table), Key: attributesOf(key), ConsistentRead: true }));
      return Item && plainItem(Item);
    },
    create: (table, item) =>
      put(table, item, {
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': KEY_NAMES[table][0] },
      }),
    replace: (table, item) =>
      put(table, item, {
        ConditionExpression: 'attribute_not_exists(#moment) OR #moment <= :moment',
        ExpressionAttributeNames: { '#moment': 'tokensNotBefore' },
        ExpressionAttributeValues: attributesOf({ ':moment': typeof item.tokensNotBefore === 'number' ? item.tokensNotBefore : 0 }),
      }),
    async delete(table, key) {
      await client.send(new DeleteItemCommand({ TableName: nameOf(table), Key: attributesOf(key) }));
    },
    listOfTenant: (table, tenant) =>
      listPages((page) =>
        client.send(
          new QueryCommand({
            TableName: nameOf(table),
            ...(table === 'Clients' && { IndexName: 'byTenant' }),
            KeyConditionExpression: '#tenant = :tenant',
            ExpressionAttributeNames: { '#tenant': 'tenant' },
            ExpressionAttributeValues: { ':tenant': { S: tenant } },
            ...page,
          }),
        ),
      ),
    listOfApi: (apiId) =>
      listPages((page) =>
        client.send(
          new QueryCommand({
            TableName: nameOf('Tenants'),
            IndexName: 'byApi',
            KeyConditionExpression: '#apiId = :apiId',
            ExpressionAttributeNames: { '#apiId': 'apiId' },
            ExpressionAttributeValues: { ':apiId': { S: apiId } },
            ...page,
          }),
        ),
      ),
    listAll: (table) => listPages((page) => client.send(new ScanCommand({ TableName: nameOf(table), ...page }))),
  };
}

async function listPages(
  load: (page: {
    ExclusiveStartKey?: Attributes;
  }) => Promise<{ Items?: Attributes[] | undefined; LastEvaluatedKey?: Attributes | undefined }>,
): Promise<UnverifiedItem[]> {
  const items: UnverifiedItem[] = [];
  let startAt: Attributes | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await load(startAt === undefined ? {} : { ExclusiveStartKey: startAt });
    items.push(...Items.map((item) => plainItem(item)));
    startAt = LastEvaluatedKey;
  } while (startAt !== undefined);
  return items;
}
