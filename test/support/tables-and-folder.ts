// What a test of the command line stands on: the tables, to which the environment leads, and a folder to write into.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamoDb, type TestDynamoDb } from './dynamodb.ts';
import { useTablesAt } from './tables.ts';

export interface TablesAndFolder {
  readonly dynamoDb: TestDynamoDb;
  readonly folder: string;
  /** Ends the one and deletes the other. */
  close(): Promise<void>;
}

export async function openTablesAndFolder(): Promise<TablesAndFolder> {
  const dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  return {
    dynamoDb,
    folder,
    async close() {
      rmSync(folder, { recursive: true });
      await dynamoDb.close();
    },
  };
}
