// What the store contracts run against: memory, dynalite, DynamoDB Local. The last two are the same code that is
// deployed, with another endpoint, by each of the two clients of AWS.

import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CONFIGURATION_CACHE_MS } from '../../functions/shared/environment.ts';
import { attributesOf } from '../../functions/storage/aws/attribute-value.ts';
import type { CreateAwsClient } from '../../functions/storage/aws/aws-call.ts';
import { createAwsClient } from '../../functions/storage/aws/aws-client.ts';
import type { WriteCondition } from '../../functions/storage/aws/condition-as-read.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import { createStores, type Stores } from '../../functions/storage/aws/index.ts';
import { createAwsClient as createSdkClient } from '../../functions/storage/aws/sdk-client.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { missingDynamoDbLocal, startDynamoDbLocal } from '../support/dynamodb-local.ts';
import { type EntryTable, openMemoryStores } from '../support/memory-stores.ts';
import { TABLE_VARIABLES, useTablesAt } from '../support/tables.ts';

/** One wrong place of an entry, as it was reported. */
export interface ReportedFault {
  readonly table: string;
  readonly key: string;
  readonly path: string;
  readonly expected: string;
}

export interface StoresUnderTest {
  readonly stores: Pick<
    Stores,
    'tenants' | 'clients' | 'workloads' | 'users' | 'grants' | 'holders' | 'attempts' | 'replays' | 'requestCounts' | 'sessions' | 'feed'
  >;
  /** Writes an item as an operator would; the configuration cache has forgotten what it knew when this returns. */
  put(table: EntryTable, item: Item): Promise<void>;
  /** Writes it as the command line does: where the condition holds. Undefined in memory. */
  putIf?(table: EntryTable, item: Item, condition: WriteCondition): Promise<boolean>;
  /** What was refused since the start. */
  readonly reported: () => readonly ReportedFault[];
  /** Frozen; `put` moves it on. */
  readonly nowSeconds: () => number;
  close(): Promise<void>;
}

export interface StoresSubject {
  readonly name: string;
  /** Why it can't be tested here. */
  readonly missing: string | undefined;
  open(): Promise<StoresUnderTest>;
}

const START_MS = 1_800_000_000_000;

export const STORES_SUBJECTS: readonly StoresSubject[] = [
  { name: 'memory', missing: undefined, open: openMemory },
  { name: 'dynalite', missing: undefined, open: async () => openAws(await startDynamoDb()) },
  { name: 'dynalite, by the AWS SDK', missing: undefined, open: async () => openAws(await startDynamoDb(), createSdkClient) },
  { name: 'DynamoDB Local', missing: missingDynamoDbLocal(), open: async () => openAws(await startDynamoDbLocal()) },
  {
    name: 'DynamoDB Local, by the AWS SDK',
    missing: missingDynamoDbLocal(),
    open: async () => openAws(await startDynamoDbLocal(), createSdkClient),
  },
];

/** Those that races are run on: by the AWS SDK as well where `.ci/run` asks for it, for it is the table that decides them. */
export const RACED_SUBJECTS = STORES_SUBJECTS.filter(({ name }) => process.env.GATEHOUSE_ALL_CLIENTS === '1' || !name.endsWith('SDK'));

async function openMemory(): Promise<StoresUnderTest> {
  const stores = openMemoryStores({ clock: () => START_MS });
  return {
    stores,
    put: async (table, item) => stores.put(table, item),
    reported: () =>
      stores.reports
        .filter(({ outcome }) => outcome === 'refused')
        .flatMap(({ table, key, faults }) => faults.map((fault) => ({ table: `Gatehouse-${table}`, key, ...fault }))),
    nowSeconds: () => START_MS / 1000,
    close: async () => {},
  };
}

async function openAws(dynamoDb: TestDynamoDb, createClient: CreateAwsClient = createAwsClient): Promise<StoresUnderTest> {
  useTablesAt(dynamoDb.endpoint, dynamoDb.credentials);
  let nowMs = START_MS;
  const faults: ReportedFault[] = [];
  const stores = createStores(
    { ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' },
    {
      createClient,
      clock: () => nowMs,
      log: (_level, event, { table, key, path, expected }) => {
        if (event !== 'entry-refused') return;
        faults.push({ table: String(table), key: String(key), path: String(path), expected: String(expected) });
      },
    },
  );
  const operator = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials: dynamoDb.credentials });
  return {
    stores,
    async put(table, item) {
      await operator.send(new PutItemCommand({ TableName: `Gatehouse-${table}`, Item: attributesOf(item) }));
      nowMs += CONFIGURATION_CACHE_MS;
    },
    putIf: (table, item, condition) =>
      operator.send(new PutItemCommand({ TableName: `Gatehouse-${table}`, Item: attributesOf(item), ...condition })).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ConditionalCheckFailedException) return false;
          throw error;
        },
      ),
    reported: () => faults,
    nowSeconds: () => Math.floor(nowMs / 1000),
    async close() {
      operator.destroy();
      await dynamoDb.close();
    },
  };
}
