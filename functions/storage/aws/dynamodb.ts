// The few calls of DynamoDB (API version 2012-08-10) that the tables need, on plain JSON. A condition that does not hold
// is a value; every other failure is `Unavailable`. Deadline and retries are the client's.

import { setTimeout as delay } from 'node:timers/promises';
import { createAwsClient } from '#aws-client';
import { Unavailable } from '../../shared/errors.ts';
import { attributesOf, plainItem } from './attribute-value.ts';
import { type AwsCall, AwsRefusal, type CreateAwsClient } from './aws-call.ts';
import type { ReadAwsSettings } from './aws-settings.ts';
import { type Expression, type Item, inputOf } from './expression.ts';
import { reasonOf } from './failure-reason.ts';
import { createReadAgain, type ReadAgain } from './read-again.ts';
import { isAttributes, itemOf } from './reply-items.ts';

export type { Item };

/**
 * `refused`: the condition did not hold. `refused-unsure`: it did not hold at a second try, and the first may have
 * been the write that made it so.
 */
type WriteOutcome = 'written' | 'refused' | 'refused-unsure';

export interface DynamoDb extends ReadAgain {
  /** Strongly consistent where asked. */
  get(table: string, key: Item, options: { readonly isConsistent: boolean }): Promise<Record<string, unknown> | undefined>;
  /** One item of each of several tables, in the order of the keys, in one call; strongly consistent. */
  getEach(keys: readonly (readonly [table: string, key: Item])[]): Promise<readonly (Record<string, unknown> | undefined)[]>;
  /** Those of at most a hundred items of one table that are there, in no order, in one call; strongly consistent. */
  getMany(table: string, keys: readonly Item[]): Promise<readonly Record<string, unknown>[]>;
  put(table: string, item: Item, expression?: Expression): Promise<WriteOutcome>;
  update(table: string, key: Item, update: string, expression: Expression): Promise<WriteOutcome>;
  /** Updates as `update` does; answers the item as it is afterwards, undefined where the condition did not hold. */
  updateAndRead(table: string, key: Item, update: string, expression: Expression): Promise<Record<string, unknown> | undefined>;
  delete(table: string, key: Item, expression?: Expression): Promise<WriteOutcome>;
  /**
   * The items of a whole table that meet a condition, page by page. It costs the reading of all there is: for operators, and
   * for what is kept long enough to be worth it.
   *
   * @param onPage is awaited between two pages: who waits there slows the reading down
   */
  scan(table: string, filter: ScanFilter, onPage?: (page: ScannedPage) => Promise<void>): AsyncGenerator<Record<string, unknown>>;
  /** Puts and deletes, at most 25, in one call; not atomic. */
  writeBatch(table: string, puts: readonly Item[], deletes: readonly Item[]): Promise<void>;
}

export interface ScanFilter extends Expression {
  readonly condition: string;
  /** The attributes to be read, which `names` has too. Absent: all. */
  readonly attributes?: readonly string[];
  /** Sees all that was written before, at twice the price. Absent: up to a second old. */
  readonly isConsistent?: boolean;
}

/** What one page of a scan has cost. */
export interface ScannedPage {
  /** Items that were looked at, whether they met the condition or not. */
  readonly items: number;
  readonly readUnits: number;
}

const MAX_BATCH_TRIES = 5;

const SERVICE = { name: 'dynamodb', target: 'DynamoDB_20120810', mediaType: 'application/x-amz-json-1.0' } as const;

/**
 * @param readSettings region and credentials; absent: of the environment, as in a function
 * @param createClient absent: the one that the bundle is built on
 */
export function createDynamoDb(readSettings?: ReadAwsSettings, createClient: CreateAwsClient = createAwsClient): DynamoDb {
  const call = createClient(SERVICE, readSettings);
  const ask: AwsCall = (...asked) => call(...asked).catch(unavailable);

  async function getBatch(keysOf: Readonly<Record<string, readonly Item[]>>) {
    const found = new Map<string, Record<string, unknown>[]>();
    let left: unknown = Object.fromEntries(
      Object.entries(keysOf).map(([table, keys]) => [table, { Keys: keys.map(attributesOf), ConsistentRead: true }]),
    );
    for (let attempt = 0; attempt < MAX_BATCH_TRIES; attempt++) {
      if (attempt > 0) await delay(25 * 2 ** attempt);
      const { Responses, UnprocessedKeys } = await ask('BatchGetItem', { RequestItems: left });
      for (const [table, items] of Object.entries(Responses ?? {})) {
        const some = Array.isArray(items) ? items.filter(isAttributes).map((item) => plainItem(item)) : [];
        found.set(table, [...(found.get(table) ?? []), ...some]);
      }
      // What was not asked for lack of throughput was not looked at, and is not to be taken for missing.
      if (!isLeft(UnprocessedKeys)) return (table: string) => found.get(table) ?? [];
      left = UnprocessedKeys;
    }
    throw new Unavailable('dynamodb', 'throttled');
  }

  return {
    ...createReadAgain(ask),
    async get(TableName, key, { isConsistent }) {
      return itemOf(await ask('GetItem', { TableName, Key: attributesOf(key), ConsistentRead: isConsistent }));
    },
    async getEach(keys) {
      const found = await getBatch(Object.fromEntries(keys.map(([table, key]) => [table, [key]])));
      return keys.map(([table]) => found(table)[0]);
    },
    async getMany(table, keys) {
      return keys.length === 0 ? [] : (await getBatch({ [table]: keys }))(table);
    },
    async put(TableName, item, expression) {
      const input = { TableName, Item: attributesOf(item), ...(expression && inputOf(expression)) };
      return call('PutItem', input).then(written, refused);
    },
    async update(TableName, key, UpdateExpression, expression) {
      const input = { TableName, Key: attributesOf(key), UpdateExpression, ...inputOf(expression) };
      return call('UpdateItem', input).then(written, refused);
    },
    async updateAndRead(TableName, key, UpdateExpression, expression) {
      const input = { TableName, Key: attributesOf(key), UpdateExpression, ReturnValues: 'ALL_NEW', ...inputOf(expression) };
      const reply = await call('UpdateItem', input).catch((error: unknown) => void refused(error));
      return isAttributes(reply?.Attributes) ? plainItem(reply.Attributes) : undefined;
    },
    async delete(TableName, key, expression) {
      const input = { TableName, Key: attributesOf(key), ...(expression && inputOf(expression)) };
      return call('DeleteItem', input).then(written, refused);
    },
    async *scan(TableName, { condition, names, values, attributes, isConsistent }, onPage) {
      let startAt: unknown;
      do {
        const input = {
          TableName,
          FilterExpression: condition,
          ...inputOf({ names, ...(values !== undefined && { values }) }),
          // Said twice, since a policy can ask for the first alone.
          ...(attributes !== undefined && {
            Select: 'SPECIFIC_ATTRIBUTES',
            ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
          }),
          ...(isConsistent === true && { ConsistentRead: true }),
          ReturnConsumedCapacity: 'TOTAL',
          ExclusiveStartKey: startAt,
        };
        const { Items, LastEvaluatedKey, ScannedCount, ConsumedCapacity } = await ask('Scan', input);
        for (const item of Array.isArray(Items) ? Items : []) if (isAttributes(item)) yield plainItem(item);
        startAt = LastEvaluatedKey ?? undefined;
        await onPage?.({ items: Number(ScannedCount ?? 0), readUnits: readUnitsOf(ConsumedCapacity) });
      } while (startAt !== undefined);
    },
    async writeBatch(table, puts, deletes) {
      let left: unknown = {
        [table]: [
          ...puts.map((item) => ({ PutRequest: { Item: attributesOf(item) } })),
          ...deletes.map((key) => ({ DeleteRequest: { Key: attributesOf(key) } })),
        ],
      };
      for (let attempt = 0; attempt < MAX_BATCH_TRIES; attempt++) {
        if (attempt > 0) await delay(25 * 2 ** attempt);
        const { UnprocessedItems } = await ask('BatchWriteItem', { RequestItems: left });
        if (!isLeft(UnprocessedItems)) return;
        left = UnprocessedItems;
      }
      throw new Unavailable('dynamodb', 'throttled');
    },
  };
}

function readUnitsOf(consumed: unknown): number {
  const units = isAttributes(consumed) ? Number(consumed.CapacityUnits) : 0;
  return Number.isFinite(units) ? units : 0;
}

/** Whether DynamoDB has left out a part of a batch. */
function isLeft(unprocessed: unknown): boolean {
  return typeof unprocessed === 'object' && unprocessed !== null && Object.keys(unprocessed).length > 0;
}

const written = (): WriteOutcome => 'written';

function refused(error: unknown): WriteOutcome {
  if (!(error instanceof AwsRefusal) || error.name !== 'ConditionalCheckFailedException') return unavailable(error);
  return error.tries > 1 ? 'refused-unsure' : 'refused';
}

function unavailable(error: unknown): never {
  throw new Unavailable('dynamodb', reasonOf(error), { cause: error });
}
