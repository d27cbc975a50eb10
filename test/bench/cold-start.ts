// The cold-start rows of the bench: the bundles that would be deployed, each in a new process, from import to the
// first answer, with the local run's DynamoDB and Secrets Manager behind them.

import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { writeDemoEntries } from '../../infra/demo/write-demo-entries.ts';
import { bundle, bundleEntryPoint } from '../../infra/gatehouse/functions/bundle.ts';
import { type LocalRun, startLocal } from '../../infra/local/start-local.ts';
import { demoOf } from '../support/local-run.ts';
import { authorizerEvent, signInEvent, tokenEvent } from './cold-start-events.ts';
import { BARE_HANDLER, bareDynamoDb, type ColdCase, describeColdStart, measureColdStarts } from './measure-cold-starts.ts';
import type { Row } from './row.ts';

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
    bare: bareDynamoDb(),
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
  type Name = keyof typeof bundles;
  const caseOf = (name: Name) => {
    const { directory, eagerBytes } = bundles[name];
    return { path: join(directory, 'index.mjs'), eagerBytes, event: events[name], environment };
  };
  const names = Object.keys(bundles) as Name[];
  const times = await measureColdStarts(Object.fromEntries(names.map((name) => [name, caseOf(name)])) as Record<Name, ColdCase>);
  const describe = (name: Name) => describeColdStart(times[name], bundles[name]);
  const row = (what: string, name: Name, aim: string): Row => ({
    what: `cold start to first answer, ${what}`,
    limit: `bare DynamoDB client ${describe('bare')}`,
    measured: describe(name),
    ratio: times[name].totalMs / times.bare.totalMs,
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
