// `secret put` on the local Secrets Manager: what is written, where, and what is never shown.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { openSecretsManager } from '../../../infra/emulator/secrets-manager/open-secrets-manager.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/dynamodb.ts';
import { useTablesAt } from '../../support/tables.ts';
import { createRun } from './support/run-gatehouse.ts';

let dynamoDb: TestDynamoDb;
let manager: Awaited<ReturnType<typeof openSecretsManager>>;
let client: SecretsManagerClient;
before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  manager = await openSecretsManager({ port: 0, region: 'us-east-1', accountId: '123456789012', file: undefined, clock: Date.now });
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${manager.listener.port}`;
  client = new SecretsManagerClient({});
  await run('tenant put acme -', '{}');
});
after(async () => {
  client.destroy();
  await manager.listener.close();
  await dynamoDb.close();
});

const run = createRun();
const stored = async (name: string) => JSON.parse((await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '');
const NAME = 'Gatehouse/tenants/acme/ldap';

test('the credentials come from standard input, are written below the tenant, and are not shown', async () => {
  const first = await run('secret put acme ldap', '{"bindDn": "cn=svc", "bindPassword": "hunter2"}\n');
  assert.deepEqual([first.code, first.out], [0, `created: ${NAME} (bindDn, bindPassword)\n`]);
  assert.match(first.err, /^A userstore# entry of acme reads it with "secretId": "Gatehouse\/tenants\/acme\/ldap"\./);
  assert.deepEqual(await stored(NAME), { bindDn: 'cn=svc', bindPassword: 'hunter2' });
  const second = await run(['secret', 'put', 'acme', NAME, '--json'], '{"bindDn":"cn=svc","bindPassword":"hunter3"}');
  assert.deepEqual(JSON.parse(second.out), { secret: NAME, became: 'changed', members: ['bindDn', 'bindPassword'] });
  assert.equal((await stored(NAME)).bindPassword, 'hunter3');
  for (const { text } of [first, second]) assert.doesNotMatch(text, /hunter/);
});

test('at a terminal each member is asked for, unseen', async () => {
  const { code, asked, text } = await run('secret put acme people --member username --member password', {
    answers: ['gatehouse', 'hunter2'],
  });
  assert.deepEqual([code, asked], [0, ['(secret) username: ', '(secret) password: ']]);
  assert.doesNotMatch(text, /hunter/);
  assert.deepEqual(await stored('Gatehouse/tenants/acme/people'), { username: 'gatehouse', password: 'hunter2' });
});

test('a secret of another tenant, or of the stack itself, can’t be written, and nor can what is no map of strings', async () => {
  for (const [tenant, name] of [
    ['acme', 'Gatehouse/tenants/other/ldap'],
    ['acme', '/ldap'],
    ['acme', 'ldap/'],
    ['acme', ''],
    ['acme', 'a b'],
    ['../other', 'ldap'],
    ['', 'ldap'],
    ['acme', 'x'.repeat(513)],
  ] as const) {
    const { code, out, err } = await run(['secret', 'put', tenant, name], '{"a":"b"}');
    assert.deepEqual([code, out], [2, ''], name);
    assert.match(err, /^The secret must be one of this tenant, below Gatehouse\/tenants\//);
  }
  for (const value of ['hunter2', '"hunter2"', '["hunter2"]', '{"bindPassword": 7}', '{"bindPassword": ""}', '{}', '', '{"a":"hunter2"']) {
    const { code, out, text } = await run('secret put acme wrong', value);
    assert.deepEqual([code, out], [1, ''], value);
    assert.doesNotMatch(text, /hunter/);
  }
  assert.equal((await run('secret put acme wrong', `{"a": "${'x'.repeat(65_536)}"}`)).code, 1);
  assert.equal((await run('secret put acme wrong --member a', '{"a":"b"}')).code, 2, 'no terminal');
  assert.equal((await run('secret put acme wrong', { answers: [] })).code, 2, 'nothing is named at a terminal');
  await assert.rejects(stored('Gatehouse/tenants/acme/wrong'), { name: 'ResourceNotFoundException' });
});

test('a tenant that is not there is warned of', async () => {
  const { code, err } = await run('secret put nosuch ldap', '{"a":"b"}');
  assert.equal(code, 0);
  assert.match(err, /^warning: Tenants, nosuch \/ tenant: is not there/);
});
