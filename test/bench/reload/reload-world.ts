// A deployment whose entries are read again: its functions by themselves, over tables that answer a large reading as soon
// as a small one.

import { join } from 'node:path';
import { bundle } from '../../../infra/gatehouse/functions/bundle.ts';
import { type DistantDynamoDb, openDistantDynamoDb } from '../end-to-end/distant-dynamodb.ts';
import { type FunctionProcess, openFunctionProcess } from '../end-to-end/function-process.ts';
import { openFunctions, openTables } from '../end-to-end/world.ts';
import type { Size } from '../growth/size.ts';

const ENTRY_TABLES = ['Gatehouse-Tenants', 'Gatehouse-Clients'];

export type FunctionName = 'token' | 'authorizer';

/** The directory of a function's bundle. */
export type FindBundle = (name: FunctionName) => string;

export interface ReloadWorld {
  readonly dynamoDb: DistantDynamoDb;
  readonly token: FunctionProcess;
  readonly authorizer: FunctionProcess;
  /** One more of these functions, as it starts. */
  start(name: FunctionName): Promise<FunctionProcess>;
  close(): Promise<void>;
}

/** @param findBundle default: what is built of this tree */
export async function openReloadWorld(size: Size, findBundle: FindBundle = (name) => bundle(name).directory): Promise<ReloadWorld> {
  const near = await openTables(size);
  const dynamoDb = await openDistantDynamoDb(near.endpoint, ENTRY_TABLES);
  const { environment, ...functions } = await openFunctions(dynamoDb.endpoint);
  const start = (name: FunctionName) =>
    openFunctionProcess(join(findBundle(name), 'index.mjs'), {
      ...environment,
      ...{ AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' },
    });
  const [token, authorizer] = await Promise.all([start('token'), start('authorizer')]);
  return {
    ...{ dynamoDb, token, authorizer, start },
    async close() {
      for (const process of [token, authorizer]) process.close();
      await functions.close();
      await dynamoDb.close();
      await near.close();
    },
  };
}
