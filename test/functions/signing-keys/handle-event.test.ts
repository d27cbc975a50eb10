// The signing-keys function as CloudFormation, the schedule and an operator call it; the answers go over real HTTP.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { createSigningKeysHandler } from '../../../functions/signing-keys/handle-event.ts';
import { makeKey } from '../../../functions/signing-keys/make-key.ts';
import { KEY_KINDS } from '../../../functions/signing-keys/plan-rotation.ts';
import type { VersionedSecret } from '../../../functions/signing-keys/rotate-keys.ts';
import { openMemorySecret } from './versioned-secret.ts';

const NOW = 1_800_000_000;

interface Answer {
  readonly contentType: string | undefined;
  readonly body: Record<string, unknown>;
}

/** Where CloudFormation waits for answers; the first `failures` requests get a 500. */
async function openCloudFormation(failures = 0) {
  const answers: Answer[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.statusCode = ++requests > failures ? 200 : 500;
      if (response.statusCode === 200)
        answers.push({ contentType: request.headers['content-type'], body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { answers, url: `http://127.0.0.1:${port}/answer?signature=abc`, close: () => server.close() };
}

function requestOf(url: string, type: 'Create' | 'Update' | 'Delete'): CloudFormationCustomResourceEvent {
  const common = {
    ServiceToken: 'arn',
    ResponseURL: url,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Keys',
    ResourceType: 'Custom::GatehouseSigningKeys',
    ResourceProperties: { ServiceToken: 'arn' },
  };
  if (type === 'Create') return { ...common, RequestType: 'Create' };
  if (type === 'Delete') return { ...common, RequestType: 'Delete', PhysicalResourceId: 'given' };
  return { ...common, RequestType: 'Update', PhysicalResourceId: 'given', OldResourceProperties: { ServiceToken: 'arn' } };
}

function openHandler(secret: VersionedSecret, limitMs = 60_000) {
  const lines: string[] = [];
  const handler = createSigningKeysHandler({
    secret,
    makeKey,
    now: () => NOW,
    fetch,
    limitMs,
    log: (level, event, fields) => lines.push(JSON.stringify({ level, event, ...fields })),
  });
  return { handler, lines };
}

test('Create makes the keys and answers with their ids alone', async (t) => {
  const cloudFormation = await openCloudFormation();
  t.after(cloudFormation.close);
  const secret = openMemorySecret();
  const { handler, lines } = openHandler(secret);
  const summary = await handler(requestOf(cloudFormation.url, 'Create'));
  const [answer] = cloudFormation.answers;
  assert.equal(answer?.body.Status, 'SUCCESS');
  assert.equal(answer?.body.PhysicalResourceId, 'signing-keys');
  assert.deepEqual([answer?.body.StackId, answer?.body.RequestId, answer?.body.LogicalResourceId], ['stack', 'request', 'Keys']);
  assert.deepEqual(Object.keys(answer?.body.Data as object), ['Kids']);
  assert.ok(answer?.contentType === undefined || answer.contentType === '');
  assert.equal(summary.created.length, KEY_KINDS.length);
  const said = JSON.stringify([answer, summary, lines]);
  assert.ok(!said.includes('PRIVATE KEY') && !said.includes('"d"'), 'no private key is said to anyone');
});

test('Update keeps the keys and the physical id, Delete does nothing to the secret', async (t) => {
  const cloudFormation = await openCloudFormation();
  t.after(cloudFormation.close);
  const secret = openMemorySecret();
  const { handler } = openHandler(secret);
  await handler(requestOf(cloudFormation.url, 'Create'));
  const { created } = await handler(requestOf(cloudFormation.url, 'Update'));
  await handler(requestOf(cloudFormation.url, 'Delete'));
  assert.deepEqual(created, []);
  assert.equal(secret.versions.size, 1);
  assert.deepEqual(
    cloudFormation.answers.map(({ body }) => [body.Status, body.PhysicalResourceId]),
    [
      ['SUCCESS', 'signing-keys'],
      ['SUCCESS', 'given'],
      ['SUCCESS', 'given'],
    ],
  );
});

test('a failure is answered as FAILED, without what the error said, and thrown', async (t) => {
  const cloudFormation = await openCloudFormation();
  t.after(cloudFormation.close);
  const { handler, lines } = openHandler(openMemorySecret('{"keys":[{"privateKeyPem":"-----BEGIN PRIVATE KEY-----"}]}'));
  await assert.rejects(handler(requestOf(cloudFormation.url, 'Create')));
  assert.equal(cloudFormation.answers[0]?.body.Status, 'FAILED');
  assert.ok(!JSON.stringify([cloudFormation.answers, lines]).includes('PRIVATE KEY'));
  assert.equal(lines.length, 1);
});

/** A secret whose every call fails alike. */
function failing(error: unknown): VersionedSecret {
  const fail = () => Promise.reject(error);
  return { readCurrent: fail, readVersion: fail, writeVersion: fail };
}

const named = (name: string, message: string, more: object = {}): Error => Object.assign(new Error(message), { name, ...more });

test('the reason stands in the answer itself: the log goes with the stack that is rolled back', async (t) => {
  const cloudFormation = await openCloudFormation();
  t.after(cloudFormation.close);
  const reasonOf = async (secret: VersionedSecret, limitMs?: number): Promise<string> => {
    await assert.rejects(openHandler(secret, limitMs).handler(requestOf(cloudFormation.url, 'Create')));
    return String(cloudFormation.answers.at(-1)?.body.Reason);
  };
  const denied = 'User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: secretsmanager:PutSecretValue';
  assert.match(await reasonOf(failing(named('AccessDeniedException', denied))), /AccessDeniedException: User: .*PutSecretValue$/);
  assert.match(await reasonOf(failing(named('Error', 'getaddrinfo', { code: 'ENOTFOUND' }))), /^Error \(ENOTFOUND\)/);
  assert.equal(await reasonOf(openMemorySecret('{}')), 'The secret does not hold signing keys.');
  const silent = new Promise<never>(() => {});
  assert.match(await reasonOf({ ...failing('x'), readCurrent: () => silent }, 20), /did not answer within 0.02 s/);
  assert.match(await reasonOf(failing('x')), /could not be made/);
});

test('what others say of a value that was sent stays out of the answer, and no answer is longer than CloudFormation takes', async (t) => {
  const cloudFormation = await openCloudFormation();
  t.after(cloudFormation.close);
  const quoting = "Value '-----BEGIN PRIVATE KEY-----' at 'secretString' failed to satisfy constraint";
  for (const error of [
    named('ValidationException', quoting),
    named('InvalidParameterException', quoting),
    named('TypeError', quoting, { code: quoting }),
    named('AccessDeniedException', 'x'.repeat(10_000)),
  ])
    await assert.rejects(openHandler(failing(error)).handler(requestOf(cloudFormation.url, 'Create')));
  assert.equal(cloudFormation.answers.length, 4);
  for (const { body } of cloudFormation.answers) {
    assert.ok(!JSON.stringify(body).includes('PRIVATE'));
    assert.ok(Buffer.byteLength(JSON.stringify(body)) < 4096);
  }
});

test('an answer that is not taken is sent again; one that never is fails the invocation', async (t) => {
  const shaky = await openCloudFormation(2);
  const deaf = await openCloudFormation(100);
  t.after(shaky.close);
  t.after(deaf.close);
  const { handler } = openHandler(openMemorySecret());
  await handler(requestOf(shaky.url, 'Create'));
  assert.equal(shaky.answers.length, 1);
  await assert.rejects(handler(requestOf(deaf.url, 'Update')), (error: Error) => !error.message.includes('signature'));
});

test('the schedule rotates when it is time, an operator at once, and a failure is thrown', async () => {
  const { handler } = openHandler(openMemorySecret());
  assert.equal((await handler({ 'detail-type': 'Scheduled Event', source: 'aws.events' })).created.length, KEY_KINDS.length);
  assert.deepEqual((await handler({ 'detail-type': 'Scheduled Event', source: 'aws.events' })).created, []);
  assert.equal((await handler({ rotate: 'now' })).created.length, KEY_KINDS.length);
  await assert.rejects(openHandler(openMemorySecret('x')).handler({ source: 'aws.events' }));
});
