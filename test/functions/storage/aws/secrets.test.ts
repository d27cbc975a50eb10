import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import { createSecrets, createSecretsManager } from '../../../../functions/storage/aws/secrets.ts';
import { createSigningKeys } from '../../../../functions/storage/aws/signing-keys.ts';
import { listen } from '../../../support/listen.ts';
import { newSigningKeys } from '../../../support/signing-keys.ts';
import { useTestCredentials } from '../../../support/tables.ts';

const MINUTE = 60_000;

/** A secret whose value and health the test sets, and a clock that it moves. */
function openSecret() {
  const secret = { value: 'first', isDown: false, loads: 0, nowMs: 0 };
  const secrets = createSecrets(
    async (secretId) => {
      secret.loads++;
      await new Promise((resolve) => setImmediate(resolve));
      if (secret.isDown) throw new Error(`no ${secretId}`);
      return secret.value;
    },
    () => secret.nowMs,
  );
  return { secret, secrets };
}

const isUnavailable = (error: unknown) => error instanceof Unavailable && error.dependency === 'secrets-manager';

test('a secret is loaded once in five minutes, and once for all who ask at the same time', async () => {
  const { secret, secrets } = openSecret();
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => secrets.readSecret('a'))), ['first', 'first', 'first']);
  secret.value = 'second';
  secret.nowMs = 5 * MINUTE - 1;
  assert.equal(await secrets.readSecret('a'), 'first');
  assert.equal(secret.loads, 1);
  secret.nowMs = 5 * MINUTE;
  assert.equal(await secrets.readSecret('a'), 'second');
  assert.equal(secret.loads, 2);
});

test('A84 the last value serves on while it can not be loaded, and is not asked for more than once a second', async () => {
  const { secret, secrets } = openSecret();
  await secrets.readSecret('a');
  secret.isDown = true;
  secret.nowMs = 10 * MINUTE;
  for (let at = 0; at < 5; at++) assert.equal(await secrets.readSecret('a'), 'first');
  assert.equal(secret.loads, 2);
  secret.nowMs += 1000;
  secret.isDown = false;
  secret.value = 'second';
  // Nobody waits a second time: it is read behind the caller's back.
  assert.equal(await secrets.readSecret('a'), 'first');
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(await secrets.readSecret('a'), 'second');
  assert.equal(secret.loads, 3);
});

test('A84 the last value serves on while Secrets Manager says nothing, and only the first who asks waits for it a little', async () => {
  const values = [Promise.resolve('first'), new Promise<string>(() => {})];
  let [loads, nowMs] = [0, 0];
  const secrets = createSecrets(
    () => values[loads++] ?? Promise.reject(new Error('asked too often')),
    () => nowMs,
    1,
  );
  await secrets.readSecret('a');
  nowMs = 5 * MINUTE;
  for (let at = 0; at < 5; at++, nowMs += 600) assert.equal(await secrets.readSecret('a'), 'first');
  assert.equal(loads, 2, 'one load at a time');
});

test('A84 the pause after a failure begins with its end, however long it took to fail', async () => {
  let [loads, nowMs] = [0, 0];
  const secrets = createSecrets(
    async () => {
      loads += 1;
      nowMs += 3000;
      throw new Error('late');
    },
    () => nowMs,
  );
  for (let at = 0; at < 3; at++) await assert.rejects(secrets.readSecret('a'), isUnavailable);
  assert.equal(loads, 1);
});

test('A84 a secret that was never there is an outage, asked for at most once a second', async () => {
  const { secret, secrets } = openSecret();
  secret.isDown = true;
  for (let at = 0; at < 3; at++) await assert.rejects(secrets.readSecret('a'), isUnavailable);
  assert.equal(secret.loads, 1);
  secret.isDown = false;
  secret.nowMs = 1000;
  assert.equal(await secrets.readSecret('a'), 'first');
});

test('a secret that did not work is read again past the cache, at most once in ten seconds', async () => {
  const { secret, secrets } = openSecret();
  await secrets.readSecret('a');
  secret.value = 'second';
  assert.deepEqual(await Promise.all([secrets.rereadSecret('a'), secrets.rereadSecret('a')]), ['second', 'second']);
  assert.equal(await secrets.readSecret('a'), 'second');
  secret.value = 'third';
  secret.nowMs = 9999;
  assert.equal(await secrets.rereadSecret('a'), 'second');
  assert.equal(secret.loads, 2);
  secret.nowMs = 10_000;
  assert.equal(await secrets.rereadSecret('a'), 'third');
  secret.isDown = true;
  secret.nowMs = 20_000;
  assert.equal(await secrets.rereadSecret('a'), 'third', 'the last value serves on (A84)');
  assert.equal(secret.loads, 4);
});

test('signing keys: a value that is none leaves the last good one in use, and is logged once', async () => {
  const { secret, secrets } = openSecret();
  const lines: string[] = [];
  const signingKeys = createSigningKeys(secrets, 'Gatehouse/signing-keys', (_level, event, fields) => {
    lines.push(`${event} ${JSON.stringify(fields)}`);
  });
  await assert.rejects(signingKeys(), (error: unknown) => isUnavailable(error) && String(error).includes('signing-keys-malformed'));
  const document = newSigningKeys();
  secret.value = JSON.stringify(document);
  secret.nowMs += 10_000;
  const keys = await signingKeys();
  assert.deepEqual(
    keys.jwks.keys.map(({ kid }) => kid),
    document.keys.map(({ kid }) => kid),
  );
  assert.equal(await signingKeys(), keys, 'the same object, with its imported keys');
  secret.value = '{"keys":[]}';
  secret.nowMs += 5 * MINUTE;
  assert.equal(await signingKeys(), keys);
  assert.equal(await signingKeys(), keys);
  assert.equal(lines.length, 2);
  secret.value = JSON.stringify({ keys: document.keys.map((key) => ({ ...key, privateKeyPem: key.privateKeyPem.slice(0, 100) })) });
  secret.nowMs += 5 * MINUTE;
  assert.equal(await signingKeys(), keys, 'a key that is none');
  assert.equal(lines.length, 3);
  secret.value = JSON.stringify(newSigningKeys());
  secret.nowMs += 10_000;
  assert.notEqual(await signingKeys(), keys, 'within seconds of the repair');
  assert.ok(!lines.join().includes('PRIVATE'));
});

test('signing keys: a key that turns out to be none when it signs is an outage, and the keys are read again within seconds', async () => {
  const { secret, secrets } = openSecret();
  const signingKeys = createSigningKeys(secrets, 'Gatehouse/signing-keys', () => {});
  const document = newSigningKeys();
  const halves = document.keys.map((key) => ({ ...key, privateKeyPem: key.privateKeyPem.slice(0, 100), publicJwk: { kty: 'RSA' } }));
  secret.value = JSON.stringify({ keys: halves });
  const keys = await signingKeys();
  assert.throws(() => keys.signer('access-token', 'ES256', 1), isUnavailable);
  assert.throws(() => keys.verifiers('access-token', 'at+jwt'), isUnavailable);
  secret.value = JSON.stringify(document);
  secret.nowMs += 10_000;
  assert.notEqual((await signingKeys()).signer('access-token', 'ES256', 1), undefined);
});

test('the real client speaks to Secrets Manager, and says why it can not', async (context) => {
  const asked: unknown[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { SecretId } = JSON.parse(body);
    asked.push([incoming.headers['x-amz-target'], SecretId]);
    const answers: Readonly<Record<string, object>> = {
      'Gatehouse/tenants/my_company/rest': { SecretString: '{"username":"u"}' },
      bytes: { SecretBinary: 'AAAA' },
      missing: { __type: 'ResourceNotFoundException', Message: 'none' },
      'of a key that is off': { __type: 'DecryptionFailure', Message: 'none' },
    };
    const answer = answers[SecretId] ?? {};
    outgoing.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify(answer));
  });
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${await listen(context, server)}`;
  useTestCredentials();
  const secrets = createSecrets(createSecretsManager(), () => 0);
  assert.equal(await secrets.readSecret('Gatehouse/tenants/my_company/rest'), '{"username":"u"}');
  for (const [secretId, reason] of [
    ['missing', 'not-found'],
    ['bytes', 'not-text'],
    ['of a key that is off', 'decryption-failed'],
  ] as const)
    await assert.rejects(secrets.readSecret(secretId), { name: 'Unavailable', dependency: 'secrets-manager', reason });
  assert.deepEqual(asked, [
    ['secretsmanager.GetSecretValue', 'Gatehouse/tenants/my_company/rest'],
    ['secretsmanager.GetSecretValue', 'missing'],
    ['secretsmanager.GetSecretValue', 'bytes'],
    ['secretsmanager.GetSecretValue', 'of a key that is off'],
  ]);
});
