// dynalite in this process, with the four tables, for tests that use the real stores. Counts the calls as they arrive.

import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { type Credentials, createTables, TEST_CREDENTIALS } from './tables.ts';

/** A DynamoDB that tests may use. */
export interface TestDynamoDb {
  readonly endpoint: string;
  /** Whose tables they are: some emulators keep a database for each. */
  readonly credentials: Credentials;
  /** Operations as they arrived: `GetItem`. Empty it to count anew. Undefined where calls can't be seen. */
  readonly calls: string[] | undefined;
  close(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1 and creates the tables. */
export async function startDynamoDb(): Promise<TestDynamoDb> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  // A busy test must not meet a kept connection at the moment at which it ends.
  server.keepAliveTimeout = 0;
  const calls: string[] = [];
  server.prependListener('request', ({ headers }) => {
    calls.push(String(headers['x-amz-target']).split('.')[1] ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await createTables(endpoint);
  return {
    endpoint,
    credentials: TEST_CREDENTIALS,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
