// The command line (`npm run gatehouse -- …`): manages a deployed stack, or with --local the one that `npm start` runs.

import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openDynamoDb } from '../../functions/shared/aws/dynamodb.ts';
import { openGrants } from '../../functions/shared/aws/grants.ts';
import { openRevocation } from '../../functions/shared/aws/revocation.ts';
import type { Operator } from './commands/command.ts';
import { openEntryTables } from './entry-tables.ts';
import { runCommand, type Target } from './run-command.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function openOperator({ stackName, localPort, tokenUrl }: Target): Operator {
  if (localPort !== undefined) {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${localPort + 1}`;
    process.env.AWS_REGION = 'us-east-1';
    process.env.AWS_ACCESS_KEY_ID = 'local';
    process.env.AWS_SECRET_ACCESS_KEY = 'local';
    delete process.env.AWS_PROFILE;
    delete process.env.AWS_SESSION_TOKEN;
  }
  // An operator has profiles, single sign-on and roles: the SDK knows them all.
  const { config } = new DynamoDBClient({});
  const dynamoDb = openDynamoDb(async () => ({ region: await config.region(), credentials: await config.credentials() }));
  const tokensTable = `${stackName}-Tokens`;
  return {
    tables: openEntryTables(stackName),
    revocation: openRevocation(dynamoDb, {
      TENANTS_TABLE: `${stackName}-Tenants`,
      CLIENTS_TABLE: `${stackName}-Clients`,
      TOKENS_TABLE: tokensTable,
    }),
    deleteGrant: openGrants(dynamoDb, tokensTable).deleteGrant,
    clock: Date.now,
    print,
    readInput: () => text(process.stdin),
    tokenUrl,
  };
}

process.exitCode = await runCommand(process.argv.slice(2), openOperator, print);
