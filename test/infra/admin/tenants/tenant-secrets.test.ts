// The secrets of a tenant, by their names alone, through the AWS SDK against the local Secrets Manager.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateSecretCommand, DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createTenantSecrets } from '../../../../infra/admin/tenants/tenant-secrets.ts';
import { openSecretsManager } from '../../../../infra/emulator/secrets-manager/open-secrets-manager.ts';
import { useTablesAt } from '../../../support/tables.ts';

test('are listed page by page, without those of others, and deleted for a time or for good', async (context) => {
  const { listener } = await openSecretsManager({
    port: 0,
    region: 'us-east-1',
    accountId: '123456789012',
    file: undefined,
    clock: Date.now,
  });
  context.after(() => listener.close());
  const url = `http://127.0.0.1:${listener.port}`;
  useTablesAt(url);
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = url;
  const client = new SecretsManagerClient({});
  context.after(() => client.destroy());
  const own = Array.from({ length: 120 }, (_, at) => `Gatehouse/tenants/t/s${String(at).padStart(3, '0')}`);
  for (const Name of [...own, 'Gatehouse/tenants/t2/x', 'Gatehouse/tenants/T/x', 'Gatehouse/signing-keys'])
    await client.send(new CreateSecretCommand({ Name, SecretString: '{}' }));
  const secrets = createTenantSecrets('Gatehouse/tenants/');
  assert.deepEqual(await secrets.list('t'), own);
  assert.equal(await secrets.create('Gatehouse/tenants/t/new', 'one'), true);
  assert.equal(await secrets.create('Gatehouse/tenants/t/new', 'two'), false);
  assert.equal(await secrets.read('Gatehouse/tenants/t/new'), 'one');
  assert.equal(await secrets.delete('Gatehouse/tenants/t/new', false), true);
  assert.equal(await secrets.read('Gatehouse/tenants/t/new'), undefined);
  assert.equal(await secrets.create('Gatehouse/tenants/t/new', 'three'), false, 'it can be restored');
  assert.equal(await secrets.delete(own[0] ?? '', false), true);
  assert.equal(await secrets.delete(own[0] ?? '', false), false, 'it waits for the end of its time');
  assert.equal(await secrets.delete(own[1] ?? '', true), true);
  assert.equal(await secrets.delete(own[1] ?? '', true), false, 'it is gone');
  assert.deepEqual(await secrets.list('t'), own.slice(2));
  const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: own[0] }));
  assert.ok(DeletedDate instanceof Date, 'until then it can be restored');
});
