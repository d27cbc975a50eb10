// The client that is the AWS SDK, where it differs from ours by more than a name: what an error is, how long it tries.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterEach, type TestContext, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import { runWithin } from '../../../../functions/shared/time-budget.ts';
import { createDynamoDb } from '../../../../functions/storage/aws/dynamodb.ts';
import { createAwsClient } from '../../../../functions/storage/aws/sdk-client.ts';
import { createSecretsManager } from '../../../../functions/storage/aws/secrets.ts';
import { SERVER_CERTIFICATE, TEST_CA } from '../../../support/certificates/index.ts';
import { listen } from '../../../support/listen.ts';

const settings = async () => ({ region: 'eu-west-3', credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' } });
const ITEM = JSON.stringify({ Item: { id: { S: 'a' }, n: { N: '7' }, l: { L: [{ S: 'x' }, { M: { b: { BOOL: true } } }] } } });

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

async function openService(context: TestContext, answer: (outgoing: ServerResponse, n: number, incoming: IncomingMessage) => void) {
  const state = { requests: 0 };
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => answer(outgoing, state.requests++, incoming));
  });
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await listen(context, server)}`;
  return { state, dynamoDb: createDynamoDb(settings, createAwsClient), readSecret: createSecretsManager(settings, createAwsClient) };
}

const json = (outgoing: ServerResponse, status: number, body: string): void =>
  void outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
const refusal = (type: string): string => JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'x' });
const get = (dynamoDb: ReturnType<typeof createDynamoDb>) => dynamoDb.get('Tokens', { id: 'a' }, { isConsistent: true });
const put = (dynamoDb: ReturnType<typeof createDynamoDb>) =>
  dynamoDb.put('Tokens', { id: 'a' }, { condition: 'attribute_not_exists(#id)', names: ['id'] });

test('items and secrets come back as by our own client', async (t) => {
  const { dynamoDb, readSecret } = await openService(t, (outgoing, _n, incoming) =>
    json(outgoing, 200, String(incoming.headers['x-amz-target']).endsWith('GetSecretValue') ? '{"SecretString":"s"}' : ITEM),
  );
  assert.deepEqual(await get(dynamoDb), { id: 'a', n: 7, l: ['x', { b: true }] });
  assert.equal(await readSecret('name'), 's');
});

test('a condition that does not hold is a value, and unsure after a try that got lost', async (t) => {
  const first = await openService(t, (outgoing) => json(outgoing, 400, refusal('ConditionalCheckFailedException')));
  assert.equal(await put(first.dynamoDb), 'refused');
  const second = await openService(t, (outgoing, n) =>
    n === 0 ? json(outgoing, 500, refusal('InternalServerError')) : json(outgoing, 400, refusal('ConditionalCheckFailedException')),
  );
  assert.equal(await put(second.dynamoDb), 'refused-unsure');
});

test('failures have the same names as by our own client', async (t) => {
  for (const [type, reason] of [
    ['AccessDeniedException', 'access-denied'],
    ['ResourceNotFoundException', 'not-found'],
    ['ProvisionedThroughputExceededException', 'throttled'],
    ['ThrottlingException', 'throttled'],
  ] as const) {
    const { dynamoDb, state } = await openService(t, (outgoing) => json(outgoing, 400, refusal(type)));
    await assert.rejects(get(dynamoDb), { name: 'Unavailable', dependency: 'dynamodb', reason }, type);
    assert.ok(state.requests <= 3);
  }
  const { dynamoDb } = await openService(t, (outgoing) => void outgoing.destroy());
  await assert.rejects(get(dynamoDb), { name: 'Unavailable', reason: 'request-failed' });
});

test('all tries end with the time of the request', async (t) => {
  const { dynamoDb } = await openService(t, () => {});
  const startedMs = performance.now();
  await runWithin(200, () => assert.rejects(get(dynamoDb), { name: 'Unavailable', reason: 'timeout' }));
  assert.ok(performance.now() - startedMs < 3000);
});

test('A14 the certificate must be of a trusted CA, whatever the environment says', async (t) => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  const server = createTlsServer(SERVER_CERTIFICATE, (_incoming, outgoing) => json(outgoing, 200, ITEM));
  process.env.AWS_ENDPOINT_URL = `https://127.0.0.1:${await listen(t, server)}`;
  await assert.rejects(get(createDynamoDb(settings, createAwsClient)), { name: 'Unavailable', reason: 'request-failed' });
  setDefaultCACertificates([TEST_CA]);
  assert.equal((await get(createDynamoDb(settings, createAwsClient)))?.id, 'a');
});
