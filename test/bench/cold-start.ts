// The cold-start rows of the bench: the bundles that would be deployed, each in a new process, from import to the
// first answer, with the local run's DynamoDB and Secrets Manager behind them. The start of Node itself is left out. What is
// compared is processor time: what others do on the machine meanwhile is not ours.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { writeDemoEntries } from '../../infra/demo/write-demo-entries.ts';
import { bundle, bundleEntryPoint } from '../../infra/gatehouse/functions/bundle.ts';
import { type LocalRun, startLocal } from '../../infra/local/start-local.ts';
import { demoOf } from '../support/local-run.ts';
import { authorizerEvent, signInEvent, tokenEvent } from './cold-start-events.ts';
import { median } from './measure.ts';
import type { Row } from './row.ts';

const RUNS = 15;
const BARE_HANDLER = 'test/bench/bare-dynamodb-handler.ts';

/** Runs in the new process: imports the bundle, calls its handler once, and prints times in milliseconds. */
const CHILD = `
const [path, event] = process.argv.slice(1);
const started = performance.now();
const before = process.cpuUsage();
const cpuMs = () => { const { user, system } = process.cpuUsage(before); return (user + system) / 1000; };
const { handler } = await import(path);
const importMs = cpuMs();
const answer = await handler(JSON.parse(event), { awsRequestId: 'bench', getRemainingTimeInMillis: () => 5000 });
const totalMs = cpuMs();
process.stdout.write('\\n' + JSON.stringify({ importMs, totalMs, clockMs: performance.now() - started, status: answer.statusCode ?? 200 }));
process.exit(0);
`;

/** Milliseconds of processor time, and of the clock. */
interface ColdStart {
  readonly importMs: number;
  readonly totalMs: number;
  readonly clockMs: number;
}

export async function coldStartRows(): Promise<readonly Row[]> {
  const local = await startLocal({ port: 0 });
  try {
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    const { region } = local;
    const dynamoDb = new DynamoDBClient({ region, credentials, endpoint: local.dynamoDbUrl });
    const secretsManager = new SecretsManagerClient({ region, credentials, endpoint: local.secretsManagerUrl });
    await writeDemoEntries({ dynamoDb, secretsManager }, demoOf(local));
    return await rowsAgainst(local);
  } finally {
    await local.close();
  }
}

async function rowsAgainst(local: LocalRun): Promise<readonly Row[]> {
  const environment = childEnvironment(local);
  const token = await requestToken(local.url);
  const bundles = {
    // As esbuild writes it, minified and in chunks: what it has from our own steps after that is a row, and does not move the limit.
    bare: bundleEntryPoint('bare-dynamodb', BARE_HANDLER, { isPlain: true }),
    bareInOurWay: bundleEntryPoint('bare-dynamodb-joined', BARE_HANDLER),
    authorizer: bundle('authorizer'),
    token: bundle('token'),
    sdkAuthorizer: bundle('authorizer', 'sdk'),
    signInPage: bundle('token'),
    sdkToken: bundle('token', 'sdk'),
  };
  const authorize = authorizerEvent(local, token);
  const ours = { authorizer: authorize, token: tokenEvent(), signInPage: signInEvent() };
  const events = { bare: {}, bareInOurWay: {}, ...ours, sdkAuthorizer: authorize, sdkToken: tokenEvent() };
  const names = Object.keys(bundles) as (keyof typeof bundles)[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<keyof typeof bundles, ColdStart[]>;
  for (let run = 0; run <= RUNS; run++) {
    for (const name of names) {
      const sample = await coldStart(join(bundles[name].directory, 'index.mjs'), JSON.stringify(events[name]), environment);
      // The first round warms the file cache.
      if (run > 0) samples[name].push(sample);
    }
  }
  const medianOf = (name: keyof typeof bundles, time: keyof ColdStart) => median(samples[name].map((sample) => sample[time]));
  const describe = (name: keyof typeof bundles) => {
    const [total, imported, clock] = (['totalMs', 'importMs', 'clockMs'] as const).map((time) => medianOf(name, time).toFixed(0));
    return `${total} ms CPU (import ${imported}; ${clock} ms by the clock; ${(bundles[name].eagerBytes / 1000).toFixed(0)} kB)`;
  };
  const row = (what: string, name: keyof typeof bundles, aim: string): Row => ({
    what: `cold start to first answer, ${what}`,
    limit: `bare DynamoDB client ${describe('bare')}`,
    measured: describe(name),
    ratio: medianOf(name, 'totalMs') / medianOf('bare', 'totalMs'),
    aim,
  });
  return [
    row('authorizer', 'authorizer', '≤ 0.8'),
    row('token', 'token', '≤ 0.8'),
    row('sign-in page', 'signInPage', '≤ 0.9'),
    row('the bare DynamoDB client, built in our way', 'bareInOurWay', '–'),
    row('authorizer by the AWS SDK', 'sdkAuthorizer', '–'),
    row('token by the AWS SDK', 'sdkToken', '–'),
  ];
}

async function coldStart(path: string, event: string, environment: Readonly<Record<string, string>>): Promise<ColdStart> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', CHILD, path, event], { env: environment });
  const { status, ...times } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as ColdStart & { readonly status: number };
  if (status !== 200) throw new Error(`The cold start of ${path} answered ${status}.`);
  return times;
}

/** What Lambda would set, with the local services in place of AWS. */
function childEnvironment(local: LocalRun): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '',
    AWS_REGION: local.region,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_DYNAMODB: local.dynamoDbUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: local.secretsManagerUrl,
    TENANTS_TABLE: 'Gatehouse-Tenants',
    CLIENTS_TABLE: 'Gatehouse-Clients',
    USERS_TABLE: 'Gatehouse-Users',
    TOKENS_TABLE: 'Gatehouse-Tokens',
    SIGNING_KEYS_SECRET: 'Gatehouse/signing-keys',
    TENANT_SECRETS_PREFIX: 'Gatehouse/tenants/',
    ISSUER: local.url,
    AUTHORIZER_CACHE_SECONDS: '60',
  };
}

async function requestToken(url: string): Promise<string> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa('demo-app:demo-app-secret')}` },
    body: new URLSearchParams({ grant_type: 'password', username: 'userx@my_company', password: 'mypass', scope: 'order:write' }),
  });
  const { access_token } = (await response.json()) as { access_token?: string };
  if (access_token === undefined) throw new Error(`The demo issued no token: ${response.status}.`);
  return access_token;
}
