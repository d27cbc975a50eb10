// The few calls of DynamoDB that the tables need, on plain JSON. A condition that does not hold is a value; every
// other failure is `Unavailable`. Its deadline: 1 s a try, 0.5 s to connect, 3 tries, all of them the SDK's.

import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Unavailable } from '../errors.ts';
import { type Attributes, attributesOf, type Plain, plainItem } from './attribute-value.ts';
import { reasonOf } from './failure-reason.ts';

export type Item = { readonly [name: string]: Plain | undefined };

/** Names stand as `#name` and values as `:name` in the expressions, under their own names here. */
interface Expression {
  readonly condition?: string;
  readonly names: readonly string[];
  readonly values?: Item;
}

/**
 * `refused`: the condition did not hold. `refused-unsure`: it did not hold at a second try, and the first may have
 * been the write that made it so.
 */
type WriteOutcome = 'written' | 'refused' | 'refused-unsure';

export interface DynamoDb {
  /** Strongly consistent where asked. */
  get(table: string, key: Item, options: { readonly isConsistent: boolean }): Promise<Record<string, unknown> | undefined>;
  put(table: string, item: Item, expression?: Expression): Promise<WriteOutcome>;
  update(table: string, key: Item, update: string, expression: Expression): Promise<WriteOutcome>;
  delete(table: string, key: Item): Promise<void>;
  /** All items under one partition key of the table or of one of its indexes. */
  query(table: string, index: string | undefined, key: readonly [name: string, value: string]): Promise<Record<string, unknown>[]>;
  /** Puts and deletes, at most 25, in one call; not atomic. */
  writeBatch(table: string, puts: readonly Item[], deletes: readonly Item[]): Promise<void>;
}

const MAX_PAGES = 20;
const MAX_BATCH_TRIES = 5;

/** Region, endpoint (`AWS_ENDPOINT_URL_DYNAMODB`) and credentials come from the environment. */
export function openDynamoDb(): DynamoDb {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
  });

  return {
    async get(TableName, key, { isConsistent }) {
      const command = new GetItemCommand({ TableName, Key: attributesOf(key), ConsistentRead: isConsistent });
      const { Item } = await client.send(command).catch(unavailable);
      return Item && plainItem(Item);
    },
    async put(TableName, item, expression) {
      const command = new PutItemCommand({ TableName, Item: attributesOf(item), ...(expression && inputOf(expression)) });
      return client.send(command).then(written, refused);
    },
    async update(TableName, key, UpdateExpression, expression) {
      const command = new UpdateItemCommand({ TableName, Key: attributesOf(key), UpdateExpression, ...inputOf(expression) });
      return client.send(command).then(written, refused);
    },
    async delete(TableName, key) {
      await client.send(new DeleteItemCommand({ TableName, Key: attributesOf(key) })).catch(unavailable);
    },
    async query(TableName, IndexName, [name, value]) {
      const items: Record<string, unknown>[] = [];
      let startAt: Attributes | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const command = new QueryCommand({
          TableName,
          ...(IndexName !== undefined && { IndexName }),
          KeyConditionExpression: '#key = :key',
          ExpressionAttributeNames: { '#key': name },
          ExpressionAttributeValues: { ':key': { S: value } },
          ...(startAt !== undefined && { ExclusiveStartKey: startAt }),
        });
        const { Items = [], LastEvaluatedKey } = await client.send(command).catch(unavailable);
        for (const item of Items) items.push(plainItem(item));
        if (LastEvaluatedKey === undefined) return items;
        startAt = LastEvaluatedKey;
      }
      throw new Unavailable('dynamodb', 'too-many-items');
    },
    async writeBatch(table, puts, deletes) {
      let left: BatchWriteItemCommandOutput['UnprocessedItems'] = {
        [table]: [
          ...puts.map((item) => ({ PutRequest: { Item: attributesOf(item) } })),
          ...deletes.map((key) => ({ DeleteRequest: { Key: attributesOf(key) } })),
        ],
      };
      for (let attempt = 0; attempt < MAX_BATCH_TRIES; attempt++) {
        if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt));
        const output: BatchWriteItemCommandOutput = await client.send(new BatchWriteItemCommand({ RequestItems: left })).catch(unavailable);
        left = output.UnprocessedItems ?? {};
        if (Object.keys(left).length === 0) return;
      }
      throw new Unavailable('dynamodb', 'throttled');
    },
  };
}

function inputOf({ condition, names, values }: Expression) {
  return {
    ...(condition !== undefined && { ConditionExpression: condition }),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ...(values !== undefined && {
      ExpressionAttributeValues: attributesOf(Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]))),
    }),
  };
}

const written = (): WriteOutcome => 'written';

function refused(error: unknown): WriteOutcome {
  if (!(error instanceof ConditionalCheckFailedException)) return unavailable(error);
  return (error.$metadata.attempts ?? 1) > 1 ? 'refused-unsure' : 'refused';
}

function unavailable(error: unknown): never {
  throw new Unavailable('dynamodb', reasonOf(error), { cause: error });
}
