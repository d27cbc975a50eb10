// An operator adds a tenant while the system runs, with nothing but AWS SDK calls or the AWS command line on tables
// and secrets: its user gets through to a backend within the time of the configuration cache, with no restart. And asks for
// the signing keys.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { attributesOf } from '../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import { openAuditLog } from '../../infra/admin/audit/open-audit-log.ts';
import { createAskSigningKeys } from '../../infra/admin/incidents/ask-signing-keys.ts';
import { DEMO, demoItems } from '../../infra/demo/demo-data.ts';
import { eventually } from '../support/eventually.ts';
import { askForToken, callApi, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';
import { skipWithout } from '../support/required-part.ts';
import { useTestCredentials } from '../support/tables.ts';

let run: TestRun;
before(async () => {
  run = await startTestRun();
});
after(() => run?.close());

/** An organisation's web service with a schema of its own, behind HTTP Basic. */
async function openUserService(context: TestContext, expected: { username: string; password: string }) {
  const credentials = { ...expected };
  const server = createServer(async (message, to) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
    if (message.headers.authorization !== authorization) return void to.writeHead(401).end();
    const { login, key } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const known = login === 'ada' && key === 'lovelace';
    to.writeHead(200, { 'content-type': 'application/json' });
    to.end(JSON.stringify(known ? { ok: true, person: { groups: ['staff'], mail: 'ada@example.org' } } : { ok: false }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/login`, credentials };
}

const NEW_TENANTS = ['sdk_company', 'cli_company'] as const;

/** The demo API, whose owner lets the new tenants in: an API has one owner, so that they have no entry for it. */
function sharedApi(): Item {
  const items = demoItems(run.demo, { id: 'u', passwordHash: '$' }).map(({ item }) => item);
  const api = items.find(({ entry }) => entry === 'api#pizzashack');
  assert.ok(api !== undefined);
  return { ...(api as Item), tenants: [DEMO.tenant, ...NEW_TENANTS] };
}

/** All items of a new tenant, and of what it may call. */
function tenantItems(tenant: (typeof NEW_TENANTS)[number], userServiceUrl: string) {
  const userstore = {
    type: 'rest',
    url: userServiceUrl,
    allowPlaintext: true,
    allowPrivateAddress: true,
    secretId: `Gatehouse/tenants/${tenant}/people`,
    request: { login: '{username}', key: '{password}' },
    success: { path: 'ok', equals: true },
    roles: 'person.groups',
    claims: { emailaddress: 'person.mail' },
  };
  return {
    Tenants: [
      { tenant, entry: 'tenant', displayName: tenant },
      { tenant, entry: 'userstore#PEOPLE', ...userstore },
      { tenant, entry: 'role#staff', permissions: ['/permission/orders'] },
      { tenant, entry: 'scope#order:read', permissions: ['/permission/orders/read'] },
      sharedApi(),
    ],
    Clients: [
      {
        clientId: `${tenant}-app`,
        tenant,
        secrets: [{ sha256: createHash('sha256').update(`${tenant}-secret`).digest('hex') }],
        grantTypes: ['password', 'refresh_token'],
        scopes: ['order:read'],
      },
    ],
  } as const;
}

/** The new tenant's user gets a token and the backend learns who it is. */
async function reachBackend(tenant: string): Promise<void> {
  const client = { id: `${tenant}-app`, secret: `${tenant}-secret` };
  const issued = await askForToken(run.url, passwordGrant(`ada@${tenant}`, 'lovelace', 'order:read'), client);
  assert.equal(issued.status, 200, JSON.stringify(issued.body));
  assert.equal(issued.body.scope, 'order:read');
  const { status, body } = await callApi(run.url, `${DEMO.context}/whoami`, issued.body.access_token);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.jwt['http://wso2.org/claims/enduser'], `PEOPLE/ada@${tenant}`);
  assert.equal(body.jwt['http://wso2.org/claims/apiname'], 'pizzashack');
  assert.equal(body.jwt['http://wso2.org/claims/enduserTenantId'], tenant);
  assert.equal(body.jwt['http://wso2.org/claims/emailaddress'], 'ada@example.org');
}

test('AWS SDK: a new tenant with client, REST userstore and API works within 10 s, no restart', async (context) => {
  const tenant = 'sdk_company';
  // Before: the caches of both functions know that none of it is there.
  const unknown = await askForToken(run.url, passwordGrant(`ada@${tenant}`, 'lovelace'), {
    id: `${tenant}-app`,
    secret: `${tenant}-secret`,
  });
  assert.equal(unknown.body.error, 'invalid_client');
  const service = await openUserService(context, { username: 'gate', password: 'first' });
  const items = tenantItems(tenant, service.url);
  const Name = `Gatehouse/tenants/${tenant}/people`;
  await run.secretsManager.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(service.credentials) }));
  for (const item of items.Tenants) await run.put('Tenants', item);
  for (const item of items.Clients) await run.put('Clients', item);
  await eventually(10, () => reachBackend(tenant));

  // The web service's own password changes: the secret is read again when the old one fails.
  service.credentials.password = 'second';
  await run.secretsManager.send(new PutSecretValueCommand({ SecretId: Name, SecretString: JSON.stringify(service.credentials) }));
  await eventually(10, () => reachBackend(tenant));
});

test('the signing keys are listed and rotated by the function that keeps them, which is found by what it is set up with', async () => {
  process.env.AWS_ENDPOINT_URL_LAMBDA = run.lambdaUrl;
  useTestCredentials();
  const ask = createAskSigningKeys('Gatehouse/signing-keys');
  const { keys } = await ask({ list: true });
  const signing = keys.filter(({ state }) => state === 'signing').map(({ kid }) => kid);
  assert.ok(signing.length >= 5);
  const rotated = await ask({ rotate: 'now' });
  for (const kid of signing) assert.equal(rotated.keys.find((key) => key.kid === kid)?.state, 'signing', 'no gap');
  assert.ok(rotated.keys.filter(({ state }) => state === 'announced').length >= 5);
});

test('an audit event of a command is in the log of the local run, and on its terminal', async () => {
  const log = await openAuditLog({ stackName: 'Gatehouse', localPort: Number(new URL(run.url).port) });
  const event = JSON.stringify({ message: 'operator', audit: 'user-revoked', requestId: 'an-audit-event' });
  await log.write(event, Date.now());
  assert.ok(run.lines.includes(`[operator] ${event}`));
  const found = await fetch(`${run.url}/_gatehouse/log?request=an-audit-event`);
  assert.deepEqual(await found.json(), { lines: [event] });
});

const noAwsCli = spawnSync('aws', ['--version']).status === 0 ? false : 'the AWS command line is not installed: apt-get install awscli';

test('AWS command line: the same with aws dynamodb and aws secretsmanager', { skip: skipWithout(noAwsCli) }, async (context) => {
  const tenant = 'cli_company';
  const service = await openUserService(context, { username: 'gate', password: 'word' });
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_DEFAULT_REGION: run.region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const aws = (...args: string[]) => promisify(execFile)('aws', args, { env, timeout: 60_000 });
  const items = tenantItems(tenant, service.url);
  const secrets = ['--endpoint-url', run.secretsManagerUrl, 'secretsmanager'];
  const name = `Gatehouse/tenants/${tenant}/people`;
  await aws(...secrets, 'create-secret', '--name', name, '--secret-string', JSON.stringify(service.credentials));
  const { stdout } = await aws(...secrets, 'get-secret-value', '--secret-id', name);
  assert.deepEqual(JSON.parse(JSON.parse(stdout).SecretString), service.credentials);
  const put = (table: string, item: Item) => ({ PutRequest: { Item: attributesOf(item) }, table });
  const writes = [
    ...items.Tenants.map((item) => put('Gatehouse-Tenants', item)),
    ...items.Clients.map((item) => put('Gatehouse-Clients', item)),
  ];
  const batch = Object.groupBy(writes, ({ table }) => table);
  const requests = Object.fromEntries(
    Object.entries(batch).map(([table, puts = []]) => [table, puts.map(({ PutRequest }) => ({ PutRequest }))]),
  );
  await aws('--endpoint-url', run.dynamoDbUrl, 'dynamodb', 'batch-write-item', '--request-items', JSON.stringify(requests));
  await eventually(10, () => reachBackend(tenant));
});
