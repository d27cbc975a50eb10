// The whole system as `npm start` runs it, in this process and on free ports, with clients on its tables and secrets.

import { fileURLToPath } from 'node:url';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { attributesOf } from '../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { type DemoEntriesTarget, writeDemoEntries } from '../../infra/demo/write-demo-entries.ts';
import { type AppCommand, commandIn } from '../../infra/local/app-command.ts';
import { type LocalOptions, type LocalRun, startLocal } from '../../infra/local/start-local.ts';
import { portsInARow } from './free-ports.ts';

export interface TestRun extends LocalRun {
  readonly demo: DemoEntriesTarget;
  readonly dynamoDb: DynamoDBClient;
  readonly secretsManager: SecretsManagerClient;
  /** Every line that a function or the gateway wrote. */
  readonly lines: readonly string[];
  put(table: 'Tenants' | 'Clients' | 'Users', item: Item): Promise<void>;
}

export interface TestRunOptions extends Pick<LocalOptions, 'context'> {
  /** A CDK app that is run with the demo; text: the script of one of this repository. */
  readonly app?: string | AppCommand;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A CDK app of this repository, run as one's own is. */
export const appOf = (script: string) => commandIn(ROOT, `"${process.execPath}" --disable-warning=ExperimentalWarning ${script}`);

/** The run has the demo. */
export function demoOf({ demo }: Pick<LocalRun, 'demo'>): DemoEntriesTarget {
  if (demo === undefined) throw new Error('The app has no demo.');
  return demo;
}

/**
 * Starts it with the demo entries. All who ask for our own app in one process get one run, which ends with the last of
 * them.
 *
 * @param options to run another app than ours
 */
export async function startTestRun(options: TestRunOptions = {}): Promise<TestRun> {
  if (options.app !== undefined) return await startOwnRun(options);
  users += 1;
  shared ??= startOwnRun({});
  const run = await shared;
  return {
    ...run,
    async close() {
      users -= 1;
      if (users > 0) return;
      shared = undefined;
      await run.close();
    },
  };
}

let shared: Promise<TestRun> | undefined;
let users = 0;

async function startOwnRun(options: TestRunOptions): Promise<TestRun> {
  const lines: string[] = [];
  const { app, context = {} } = options;
  const writeLine = (source: string, line: string): void => void lines.push(`[${source}] ${line}`);
  const local = await startLocal({
    context,
    ...(app !== undefined && { app: typeof app === 'string' ? appOf(app) : app }),
    port: await portsInARow(),
    writeLine,
  });
  const demo = demoOf(local);
  const common = { region: local.region, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: local.dynamoDbUrl });
  const secretsManager = new SecretsManagerClient({ ...common, endpoint: local.secretsManagerUrl });
  await writeDemoEntries({ dynamoDb, secretsManager }, demo);
  return {
    ...local,
    demo,
    dynamoDb,
    secretsManager,
    lines,
    async put(table, item) {
      await dynamoDb.send(new PutItemCommand({ TableName: `Gatehouse-${table}`, Item: attributesOf(item) }));
    },
    async close() {
      dynamoDb.destroy();
      secretsManager.destroy();
      await local.close();
    },
  };
}

export interface TokenReply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every kind of answer.
  readonly body: any;
}

/** Asks the token API as `demo-app`, or as another client. */
export async function askForToken(
  url: string,
  form: Readonly<Record<string, string>>,
  client: { readonly id: string; readonly secret: string } = DEMO.opaqueClient,
): Promise<TokenReply> {
  const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
  const response = await fetch(`${url}/oauth2/token`, { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** The form of a password grant. */
export const passwordGrant = (username: string, password: string, scope?: string): Record<string, string> => ({
  grant_type: 'password',
  username,
  password,
  ...(scope !== undefined && { scope }),
});

/** Calls an API with a bearer token. */
export async function callApi(url: string, path: string, token: string, init: RequestInit = {}): Promise<TokenReply> {
  const headers = { ...init.headers, authorization: `Bearer ${token}` };
  const response = await fetch(`${url}${path}`, { ...init, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}
