// The local Secrets Manager through the AWS SDK and the AWS command line: versions, staging labels, errors
// (infra/emulator/README.md, "Secrets").

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as sm from '@aws-sdk/client-secrets-manager';
import { openSecretsManager } from '../../../infra/emulator/secrets-manager/open-secrets-manager.ts';
import { randomPassword } from '../../../infra/emulator/secrets-manager/random-password.ts';
import { skipWithout } from '../../support/required-part.ts';

async function open(
  context: TestContext,
  file?: string,
): Promise<{ client: sm.SecretsManagerClient; url: string; close: () => Promise<void> }> {
  const { listener } = await openSecretsManager({ port: 0, region: 'us-east-1', accountId: '123456789012', file, clock: Date.now });
  const url = `http://127.0.0.1:${listener.port}`;
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new sm.SecretsManagerClient({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1 });
  const close = async (): Promise<void> => {
    client.destroy();
    await listener.close();
  };
  context.after(close);
  return { client, url, close };
}

const named = (name: string) => (error: unknown) => error instanceof Error && error.name === name;

test('create, read, put: AWSCURRENT moves on and AWSPREVIOUS follows it', async (context) => {
  const { client } = await open(context);
  const created = await client.send(new sm.CreateSecretCommand({ Name: 'a/b', SecretString: 'one', Tags: [{ Key: 'k', Value: 'v' }] }));
  assert.match(created.ARN ?? '', /^arn:aws:secretsmanager:us-east-1:123456789012:secret:a\/b-[A-Za-z0-9]{6}$/);
  const put = await client.send(new sm.PutSecretValueCommand({ SecretId: created.ARN, SecretString: 'two' }));
  assert.deepEqual(put.VersionStages, ['AWSCURRENT']);
  const read = async (stage?: string) =>
    (await client.send(new sm.GetSecretValueCommand({ SecretId: 'a/b', VersionStage: stage }))).SecretString;
  assert.equal(await read(), 'two');
  assert.equal(await read('AWSPREVIOUS'), 'one');
  await client.send(new sm.UpdateSecretCommand({ SecretId: 'a/b', SecretString: 'three' }));
  assert.equal(await read(), 'three');
  assert.equal(await read('AWSPREVIOUS'), 'two');
  const described = await client.send(new sm.DescribeSecretCommand({ SecretId: 'a/b' }));
  assert.equal(Object.keys(described.VersionIdsToStages ?? {}).length, 2);
  assert.deepEqual(described.Tags, [{ Key: 'k', Value: 'v' }]);
  assert.ok(described.CreatedDate instanceof Date);
});

test('AWSPENDING is put beside AWSCURRENT and takes its place when it is moved (four-step rotation)', async (context) => {
  const { client } = await open(context);
  const first = await client.send(new sm.CreateSecretCommand({ Name: 's', SecretString: 'one' }));
  const token = randomUUID();
  const pending = { SecretId: 's', ClientRequestToken: token, SecretString: 'two', VersionStages: ['AWSPENDING'] };
  await client.send(new sm.PutSecretValueCommand(pending));
  assert.equal((await client.send(new sm.GetSecretValueCommand({ SecretId: 's' }))).SecretString, 'one');
  const move = { SecretId: 's', VersionStage: 'AWSCURRENT', MoveToVersionId: token };
  await assert.rejects(client.send(new sm.UpdateSecretVersionStageCommand(move)), named('InvalidParameterException'));
  await client.send(new sm.UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: first.VersionId }));
  assert.equal((await client.send(new sm.GetSecretValueCommand({ SecretId: 's' }))).VersionId, token);
  assert.equal((await client.send(new sm.GetSecretValueCommand({ SecretId: 's', VersionStage: 'AWSPREVIOUS' }))).SecretString, 'one');
});

test('the same call with the same token is one version; the same token for another value is refused', async (context) => {
  const { client } = await open(context);
  const ClientRequestToken = randomUUID();
  const create = { Name: 's', SecretString: 'one', ClientRequestToken };
  const first = await client.send(new sm.CreateSecretCommand(create));
  assert.deepEqual((await client.send(new sm.CreateSecretCommand(create))).ARN, first.ARN);
  await client.send(new sm.PutSecretValueCommand({ SecretId: 's', SecretString: 'one', ClientRequestToken }));
  const other = new sm.PutSecretValueCommand({ SecretId: 's', SecretString: 'two', ClientRequestToken });
  await assert.rejects(client.send(other), named('ResourceExistsException'));
});

test('errors have the names that SDKs know', async (context) => {
  const { client } = await open(context);
  await assert.rejects(client.send(new sm.GetSecretValueCommand({ SecretId: 'none' })), sm.ResourceNotFoundException);
  await client.send(new sm.CreateSecretCommand({ Name: 'empty' }));
  await assert.rejects(client.send(new sm.GetSecretValueCommand({ SecretId: 'empty' })), sm.ResourceNotFoundException);
  await assert.rejects(client.send(new sm.CreateSecretCommand({ Name: 'empty' })), sm.ResourceExistsException);
  await assert.rejects(client.send(new sm.CreateSecretCommand({ Name: 'a b' })), sm.InvalidParameterException);
  await assert.rejects(client.send(new sm.PutSecretValueCommand({ SecretId: 'empty' })), sm.InvalidParameterException);
  const large = new sm.PutSecretValueCommand({ SecretId: 'empty', SecretString: 'x'.repeat(65_537) });
  await assert.rejects(client.send(large), sm.InvalidParameterException);
  await assert.rejects(client.send(new sm.RotateSecretCommand({ SecretId: 'empty' })), named('UnknownOperationException'));
});

test('a secret that waits for its deletion can not be read or listed; one deleted for good is gone', async (context) => {
  const { client } = await open(context);
  await client.send(new sm.CreateSecretCommand({ Name: 's', SecretBinary: Buffer.from([1, 2, 3]) }));
  const { SecretBinary } = await client.send(new sm.GetSecretValueCommand({ SecretId: 's' }));
  assert.deepEqual([...(SecretBinary ?? [])], [1, 2, 3]);
  await client.send(new sm.DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 }));
  await assert.rejects(client.send(new sm.GetSecretValueCommand({ SecretId: 's' })), sm.InvalidRequestException);
  assert.deepEqual((await client.send(new sm.ListSecretsCommand({}))).SecretList, []);
  await client.send(new sm.CreateSecretCommand({ Name: 't', SecretString: 'x' }));
  await client.send(new sm.DeleteSecretCommand({ SecretId: 't', ForceDeleteWithoutRecovery: true }));
  await assert.rejects(client.send(new sm.DescribeSecretCommand({ SecretId: 't' })), sm.ResourceNotFoundException);
});

test('lists come in pages and by name', async (context) => {
  const { client } = await open(context);
  for (const name of ['a/1', 'a/2', 'b/1']) await client.send(new sm.CreateSecretCommand({ Name: name, SecretString: 'x' }));
  const first = await client.send(new sm.ListSecretsCommand({ MaxResults: 2 }));
  const second = await client.send(new sm.ListSecretsCommand({ MaxResults: 2, NextToken: first.NextToken }));
  assert.deepEqual(
    [first, second].map(({ SecretList }) => SecretList?.length),
    [2, 1],
  );
  const filtered = await client.send(new sm.ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['a/'] }] }));
  assert.deepEqual(
    filtered.SecretList?.map(({ Name }) => Name),
    ['a/1', 'a/2'],
  );
});

test('a value that the template asks to be made up keeps to what it asks', () => {
  const options = { PasswordLength: 40, ExcludePunctuation: true, ExcludeCharacters: 'abc' };
  assert.match(randomPassword(options).RandomPassword, /^[A-Zd-z0-9]{40}$/);
  assert.throws(() => randomPassword({ PasswordLength: 3 }), /too short/);
});

test('with a file, secrets, ARNs and versions outlive the process', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-secrets-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'deep', 'secrets.json');
  const before = await open(context, file);
  const { ARN } = await before.client.send(new sm.CreateSecretCommand({ Name: 's', SecretString: 'one' }));
  await before.client.send(new sm.PutSecretValueCommand({ SecretId: 's', SecretString: 'two' }));
  await before.close();
  const after = await open(context, file);
  const read = await after.client.send(new sm.GetSecretValueCommand({ SecretId: 's', VersionStage: 'AWSPREVIOUS' }));
  assert.equal(read.ARN, ARN);
  assert.equal(read.SecretString, 'one');
});

const noAwsCli = spawnSync('aws', ['--version']).status === 0 ? false : 'the AWS command line is not installed: apt-get install awscli';

test('the AWS command line works with it', { skip: skipWithout(noAwsCli) }, async (context) => {
  const { url } = await open(context);
  const env = { ...process.env, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_DEFAULT_REGION: 'us-east-1' };
  const aws = (...args: string[]) =>
    new Promise<string>((resolve, reject) =>
      execFile('aws', ['--endpoint-url', url, 'secretsmanager', ...args], { env }, (error, out, err) =>
        error ? reject(new Error(err)) : resolve(out),
      ),
    );
  await aws('create-secret', '--name', 'cli/one', '--secret-string', '{"username":"u"}');
  assert.equal(JSON.parse(await aws('get-secret-value', '--secret-id', 'cli/one')).SecretString, '{"username":"u"}');
  assert.equal(JSON.parse(await aws('list-secrets')).SecretList.length, 1);
  await assert.rejects(aws('get-secret-value', '--secret-id', 'none'), /ResourceNotFoundException/);
});
