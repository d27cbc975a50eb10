// The storage of a deployment that is gone, taken by a new one: what a user got from the first is good at the second.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { writeDemoEntries } from '../../infra/demo/write-demo-entries.ts';
import { type LocalRun, startLocal } from '../../infra/local/start-local.ts';
import { askForToken, callApi, demoOf, passwordGrant } from '../support/local-run.ts';

const KEPT = {
  tables: { tenants: 'Gatehouse-Tenants', clients: 'Gatehouse-Clients', users: 'Gatehouse-Users', tokens: 'Gatehouse-Tokens' },
  signingKeysSecret: 'Gatehouse/signing-keys',
};

const keysOf = async (run: LocalRun): Promise<unknown> => (await fetch(`${run.url}/oauth2/jwks`)).json();

async function writeEntries(run: LocalRun): Promise<void> {
  const common = { region: run.region, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: run.dynamoDbUrl });
  const secretsManager = new SecretsManagerClient({ ...common, endpoint: run.secretsManagerUrl });
  await writeDemoEntries({ dynamoDb, secretsManager }, demoOf(run));
  dynamoDb.destroy();
  secretsManager.destroy();
}

const login = passwordGrant(`${DEMO.primaryUser.username}@${DEMO.tenant}`, DEMO.primaryUser.password);

test('tables and signing keys that a deployment left are taken by the next, with all that is in them', async (t) => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'gatehouse-kept-'));
  t.after(() => rmSync(dataDirectory, { recursive: true }));
  const first = await startLocal({ port: 0, dataDirectory });
  await writeEntries(first).catch(async (error: unknown) => {
    await first.close();
    throw error;
  });
  const before = await askForToken(first.url, login);
  const keys = await keysOf(first);
  await first.close();

  const second = await startLocal({ port: 0, dataDirectory, context: { gatehouse: JSON.stringify(KEPT) } });
  t.after(() => second.close());
  assert.deepEqual(await keysOf(second), keys, 'the same keys sign');
  const renewed = await askForToken(second.url, { grant_type: 'refresh_token', refresh_token: before.body.refresh_token });
  assert.equal(renewed.status, 200, JSON.stringify(renewed.body));
  assert.equal((await callApi(second.url, '/pizzashack/1.0.0/whoami', renewed.body.access_token)).status, 200);
});

test('on one machine, what should exist elsewhere is made', async (t) => {
  const run = await startLocal({ port: 0, context: { gatehouse: JSON.stringify(KEPT) } });
  t.after(() => run.close());
  await writeEntries(run);
  assert.equal((await askForToken(run.url, login)).status, 200);
});
