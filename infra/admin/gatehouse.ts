// The command line (`npm run gatehouse -- …`): manages a deployed stack, or with --local the one that `npm start` runs.

import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openOperator } from './open-operator.ts';
import { runCommand, type Target } from './run-command.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** As `npm start` prints them; the emulators take any credentials. */
function useLocalRun(port: number): void {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${port + 1}`;
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${port + 2}`;
  process.env.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${port + 3}`;
  process.env.AWS_REGION = 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID = 'local';
  process.env.AWS_SECRET_ACCESS_KEY = 'local';
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
}

function open({ stackName, localPort, tokenUrl }: Target) {
  if (localPort !== undefined) useLocalRun(localPort);
  // An operator has profiles, single sign-on and roles: the SDK knows them all.
  const { config } = new DynamoDBClient({});
  return openOperator({
    stackName,
    localPort,
    readSettings: async () => ({ region: await config.region(), credentials: await config.credentials() }),
    clock: Date.now,
    print,
    readInput: () => text(process.stdin),
    tokenUrl,
  });
}

process.exitCode = await runCommand(process.argv.slice(2), open, print);
