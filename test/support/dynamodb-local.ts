// DynamoDB Local, Amazon's own emulator, for tests alone: its licence forbids to ship it. `.ci/install-dynamodb-local`
// puts it where it is looked for here; a machine without it, or without Java, skips what needs it.

import { spawn, spawnSync } from 'node:child_process';
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

/** Starts it on a free port of 127.0.0.1, in memory, and creates the tables. */
export async function startDynamoDbLocal(): Promise<TestDynamoDb> {
  const port = await portsInARow(1);
  const endpoint = `http://127.0.0.1:${port}`;
  const java = spawn(
    'java',
    [
      '-Xmx512m',
      '-Djava.library.path=DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { cwd: HOME, stdio: 'ignore' },
  );
  const kill = () => void java.kill('SIGKILL');
  process.once('exit', kill);
  await untilItAnswers(endpoint, () => java.exitCode === null);
  await createTables(endpoint);
  return {
    endpoint,
    calls: undefined,
    async close() {
      process.off('exit', kill);
      const closed = once(java, 'close');
      kill();
      await closed;
    },
  };
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
