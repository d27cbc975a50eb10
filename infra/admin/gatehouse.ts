// The command line (`gatehouse …`, in the repository `npm run gatehouse -- …`): manages a deployed stack, or with --local
// the one that `npm start` runs.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Target, useTarget } from './parse-target.ts';
import { type OperatorSeat, runCommand } from './run-command.ts';
import { openTerminal } from './terminal.ts';

/** The clients of AWS are loaded by what needs them: a press of the completion key waits for none. */
async function open(target: Target, seat: OperatorSeat) {
  useTarget(target, process.env);
  const [{ DynamoDBClient }, { openOperator }] = await Promise.all([import('@aws-sdk/client-dynamodb'), import('./open-operator.ts')]);
  // An operator has profiles, single sign-on and roles: the SDK knows them all.
  const { config } = new DynamoDBClient({});
  return openOperator({
    ...seat,
    stackName: target.stackName,
    localPort: target.kind === 'local' ? target.port : undefined,
    readSettings: async () => ({ region: await config.region(), credentials: await config.credentials() }),
    clock: Date.now,
    tokenUrl: target.tokenUrl,
  });
}

async function findPlace({ kind, stackName }: Target): Promise<string | undefined> {
  if (kind === 'local') return undefined;
  const { findAwsPlace, wordsOfPlace } = await import('./name-target.ts');
  return wordsOfPlace(await findAwsPlace(), stackName);
}

/** npm runs its scripts in the folder of package.json, and says where it was called. */
const startedIn = (process.env.npm_lifecycle_event === 'gatehouse' && process.env.INIT_CWD) || process.cwd();

/** It stands two folders above this file, in the repository as in the package. */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: openTerminal(),
  open,
  findPlace,
  pathOf: (typed) => resolve(startedIn, typed),
  environment: process.env,
  version,
});
