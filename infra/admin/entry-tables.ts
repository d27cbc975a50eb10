// The three tables that operators write, as the command line reads and writes them.

import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { EntryKind } from '../../functions/configuration/entries/index.ts';
import type { UnverifiedItem } from '../../functions/configuration/entries/read-entry.ts';
import { type Attributes, attributesOf, plainItem } from '../../functions/storage/aws/attribute-value.ts';
import { conditionAsRead } from '../../functions/storage/aws/condition-as-read.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import { nameMissingTable } from './no-such-table.ts';

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
  /**
   * Writes an item in place of the one that was read; undefined: of none. False: it is not as it was read, whoever changed
   * it, and nothing was written.
   *
   * @param read the very object that another function of these has answered
   */
  replaceAsRead(table: EntryTable, kind: EntryKind, item: Item, read: UnverifiedItem | undefined): Promise<boolean>;
  delete(table: EntryTable, key: Item): Promise<void>;
  /** Deletes an item that is still as it was read. False: it is not, and was left. One that has gone is deleted. */
  deleteAsRead(table: EntryTable, kind: EntryKind, key: Item, read: UnverifiedItem): Promise<boolean>;
  /** All items of a partition: a tenant's entries, a tenant's users; of Clients, those of a tenant. */
  listOfTenant(table: EntryTable, tenant: string): Promise<UnverifiedItem[]>;
  /** Entries of any tenant that name an API, by API Gateway's id of it. */
  listOfApi(apiId: string): Promise<UnverifiedItem[]>;
  /** `clientId`, `tenant` and `workload` of all clients that claim to be one; reads the whole table. */
  listWorkloadClaims(): Promise<UnverifiedItem[]>;
  listAll(table: EntryTable): Promise<UnverifiedItem[]>;
  /** Some items of a table, at most so many, in one call. */
  listSome(table: EntryTable, limit: number): Promise<UnverifiedItem[]>;
}

/** @param stackName what the tables' names begin with; region, endpoint and credentials are the SDK's to find */
export function openEntryTables(stackName: string): EntryTables {
  const client = new DynamoDBClient({ requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true } });
  const nameOf = (table: EntryTable): string => `${stackName}-${table}`;
  client.middlewareStack.add(nameMissingTable, { step: 'initialize', name: 'nameMissingTable' });

  // As they were read: a set is a list in plain JSON, and then it is not the same to a condition.
  const attributesRead = new WeakMap<object, Attributes>();

  function read(attributes: Attributes): UnverifiedItem {
    const item = plainItem(attributes);
    attributesRead.set(item, attributes);
    return item;
  }

  async function isMet(write: Promise<unknown>): Promise<boolean> {
    try {
      await write;
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async function getAttributes(table: EntryTable, Key: Attributes): Promise<Attributes | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName: nameOf(table), Key, ConsistentRead: true }));
    return Item;
  }

  /** To the last value, as no condition can be; what changes between this and the write, the condition sees. */
  const isAsRead = async (table: EntryTable, Key: Attributes, item: UnverifiedItem | undefined): Promise<boolean> =>
    isDeepStrictEqual(await getAttributes(table, Key), item && attributesRead.get(item));

  const put = (table: EntryTable, item: Item, condition: object): Promise<boolean> =>
    isMet(client.send(new PutItemCommand({ TableName: nameOf(table), Item: attributesOf(item), ...condition })));

  const asRead = (table: EntryTable, kind: EntryKind, item: UnverifiedItem | undefined) =>
    conditionAsRead(kind, item && attributesRead.get(item), KEY_NAMES[table][0] ?? '');

  return {
    async get(table, key) {
      const found = await getAttributes(table, attributesOf(key));
      return found && read(found);
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
    async replaceAsRead(table, kind, item, stored) {
      const Key = attributesOf(Object.fromEntries(KEY_NAMES[table].map((name) => [name, item[name]])));
      const isStill = await isAsRead(table, Key, stored);
      if (isStill && (await put(table, item, asRead(table, kind, stored)))) return true;
      // Race: the SDK's own second try of a write whose answer was lost meets that write.
      const now = await getAttributes(table, Key);
      return now !== undefined && isDeepStrictEqual(plainItem(now), plainItem(attributesOf(item)));
    },
    async delete(table, key) {
      await client.send(new DeleteItemCommand({ TableName: nameOf(table), Key: attributesOf(key) }));
    },
    async deleteAsRead(table, kind, key, stored) {
      const Key = attributesOf(key);
      const isStill = await isAsRead(table, Key, stored);
      if (isStill && (await isMet(client.send(new DeleteItemCommand({ TableName: nameOf(table), Key, ...asRead(table, kind, stored) })))))
        return true;
      return (await getAttributes(table, Key)) === undefined;
    },
    listOfTenant: (table, tenant) =>
      listPages(
        (page) =>
          client.send(
            new QueryCommand({
              TableName: nameOf(table),
              // An index is always a little behind.
              ...(table === 'Clients' ? { IndexName: 'byTenant' } : { ConsistentRead: true }),
              KeyConditionExpression: '#tenant = :tenant',
              ExpressionAttributeNames: { '#tenant': 'tenant' },
              ExpressionAttributeValues: { ':tenant': { S: tenant } },
              ...page,
            }),
          ),
        read,
      ),
    listOfApi: (apiId) =>
      listPages(
        (page) =>
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
        read,
      ),
    async listSome(table, Limit) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: nameOf(table), Limit }));
      return Items.map(read);
    },
    listWorkloadClaims: () =>
      listPages(
        (page) =>
          client.send(
            new ScanCommand({
              TableName: nameOf('Clients'),
              FilterExpression: 'attribute_exists(#workload)',
              ProjectionExpression: '#clientId, #tenant, #workload',
              ExpressionAttributeNames: { '#clientId': 'clientId', '#tenant': 'tenant', '#workload': 'workload' },
              ConsistentRead: true,
              ...page,
            }),
          ),
        read,
      ),
    listAll: (table) => listPages((page) => client.send(new ScanCommand({ TableName: nameOf(table), ...page })), read),
  };
}

async function listPages(
  load: (page: {
    ExclusiveStartKey?: Attributes;
  }) => Promise<{ Items?: Attributes[] | undefined; LastEvaluatedKey?: Attributes | undefined }>,
  read: (attributes: Attributes) => UnverifiedItem,
): Promise<UnverifiedItem[]> {
  const items: UnverifiedItem[] = [];
  let startAt: Attributes | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await load(startAt === undefined ? {} : { ExclusiveStartKey: startAt });
    items.push(...Items.map(read));
    startAt = LastEvaluatedKey;
  } while (startAt !== undefined);
  return items;
}
