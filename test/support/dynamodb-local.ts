// DynamoDB Local, Amazon's own emulator, for tests alone: its licence forbids to ship it. `.ci/install-dynamodb-local`
// puts it where it is looked for here; a machine without it, or without Java, skips what needs it.

import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestDynamoDb } from './dynamodb.ts';
import { portsInARow } from './free-ports.ts';
import { createTables } from './tables.ts';

const HOME = process.env.DYNAMODB_LOCAL_HOME ?? fileURLToPath(new URL('../../node_modules/.cache/dynamodb-local', import.meta.url));

/** Why it can't run here; undefined where it can. */
export function missingDynamoDbLocal(): string | undefined {
  if (!existsSync(`${HOME}/DynamoDBLocal.jar`)) return 'DynamoDB Local is not installed: run .ci/install-dynamodb-local';
  if (spawnSync('java', ['-version']).status !== 0) return 'Java is not installed: DynamoDB Local needs version 17';
  return undefined;
}

/** Where `npm test` has one running for all files: starting it costs more than most of what it is asked. */
export const SHARED_DYNAMODB_LOCAL = 'GATEHOUSE_DYNAMODB_LOCAL';

/** A process of it, which may not answer yet. */
export interface DynamoDbLocalProcess {
  readonly endpoint: string;
  readonly isAlive: () => boolean;
  close(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1, in memory. It ends with this process at the latest. */
export async function spawnDynamoDbLocal(): Promise<DynamoDbLocalProcess> {
  const port = await portsInARow(1);
  const options = ['-inMemory', '-disableTelemetry', '-port', String(port)];
  // It lives for a minute: what a better compiler and collector cost would not come back.
  const forShort = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m'];
  const java = spawn('java', [...forShort, '-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', ...options], {
    cwd: HOME,
    stdio: 'ignore',
  });
  const kill = () => void java.kill('SIGKILL');
  process.once('exit', kill);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    isAlive: () => java.exitCode === null,
    async close() {
      process.off('exit', kill);
      const closed = once(java, 'close');
      kill();
      await closed;
    },
  };
}

/** A database of its own with the tables, in the one of the run or in a process of its own. */
export async function startDynamoDbLocal(): Promise<TestDynamoDb> {
  const shared = process.env[SHARED_DYNAMODB_LOCAL];
  const { endpoint, isAlive, close } =
    shared === undefined ? await spawnDynamoDbLocal() : { endpoint: shared, isAlive: () => true, close: async () => {} };
  await untilItAnswers(endpoint, isAlive);
  // It takes letters and digits alone.
  const credentials = { accessKeyId: `local${randomUUID().replaceAll('-', '')}`, secretAccessKey: 'local' };
  await createTables(endpoint, credentials);
  return { endpoint, credentials, calls: undefined, close };
}

async function untilItAnswers(endpoint: string, isAlive: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < 120_000; waitedMs += 200) {
    if (!isAlive()) throw new Error('DynamoDB Local ended before it answered.');
    // Any answer will do: without a signature it is 400.
    const isUp = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('DynamoDB Local did not answer within two minutes.');
}
