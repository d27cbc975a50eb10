// Credentials from a container's endpoint: whom the token is told, how long they are kept, and what a failure costs.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createContainerCredentials } from '../../../../functions/storage/aws/container-credentials.ts';
import { listen } from '../../../support/listen.ts';

const START_MS = Date.UTC(2027, 0, 15);
const MINUTE_MS = 60_000;

function answerOf(n: number, expiresAtMs?: number): string {
  const Expiration = expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString();
  return JSON.stringify({ AccessKeyId: `AKID${n}`, SecretAccessKey: 'secret', Token: 'session', Expiration });
}

async function openEndpoint(t: TestContext, answer: (outgoing: ServerResponse, n: number, incoming: IncomingMessage) => void) {
  const state = { requests: 0, nowMs: START_MS };
  const server = createServer((incoming, outgoing) => answer(outgoing, state.requests++, incoming));
  const url = `http://127.0.0.1:${await listen(t, server)}/v1/credentials`;
  const open = (more = {}) => createContainerCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url, ...more }, () => state.nowMs);
  return { state, url, open };
}

test('they are loaded once, kept until five minutes before they expire, and loaded anew then', async (t) => {
  const { state, open } = await openEndpoint(t, (outgoing, n) => void outgoing.end(answerOf(n, START_MS + (n + 1) * 60 * MINUTE_MS)));
  const read = open();
  const all = await Promise.all([read(), read(), read()]);
  assert.deepEqual(all[0], { accessKeyId: 'AKID0', secretAccessKey: 'secret', sessionToken: 'session' });
  state.nowMs += 54 * MINUTE_MS;
  assert.equal((await read()).accessKeyId, 'AKID0');
  assert.equal(state.requests, 1);
  state.nowMs += 2 * MINUTE_MS;
  assert.deepEqual(
    (await Promise.all([read(), read()])).map(({ accessKeyId }) => accessKeyId),
    ['AKID1', 'AKID1'],
  );
  assert.equal(state.requests, 2);
});

test('an endpoint that fails for a while costs nothing as long as the old ones live, and then it is an outage', async (t) => {
  const { state, open } = await openEndpoint(t, (outgoing, n) =>
    n === 0 ? void outgoing.end(answerOf(n, START_MS + 60 * MINUTE_MS)) : void outgoing.writeHead(500).end(),
  );
  const read = open();
  await read();
  state.nowMs += 56 * MINUTE_MS;
  assert.equal((await read()).accessKeyId, 'AKID0');
  const after = state.requests;
  assert.equal((await read()).accessKeyId, 'AKID0');
  assert.equal(state.requests, after, 'not asked again at once');
  state.nowMs += 5 * MINUTE_MS;
  await assert.rejects(read(), { name: 'CredentialsProviderError' });
});

test('a failed load is no answer for the next', async (t) => {
  const { open } = await openEndpoint(t, (outgoing, n) => (n < 3 ? void outgoing.writeHead(500).end() : void outgoing.end(answerOf(n))));
  const read = open();
  await assert.rejects(read());
  assert.equal((await read()).accessKeyId, 'AKID3');
});

test('the token goes along, from a file where there is one, read at each load', async (t) => {
  const tokens: unknown[] = [];
  const { state, open } = await openEndpoint(t, (outgoing, n, incoming) => {
    tokens.push(incoming.headers.authorization);
    outgoing.end(answerOf(n, START_MS + (n + 1) * 10 * MINUTE_MS));
  });
  await open({ AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic abc' })();
  const file = join(tmpdir(), `gatehouse-token-${process.pid}`);
  writeFileSync(file, 'first\n');
  const read = open({ AWS_CONTAINER_AUTHORIZATION_TOKEN: 'not this', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file });
  await read();
  writeFileSync(file, 'second');
  state.nowMs += 20 * MINUTE_MS;
  await read();
  await open()();
  assert.deepEqual(tokens, ['Basic abc', 'first', 'second', undefined]);
  await assert.rejects(open({ AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a\r\nx-more: b' })(), /line breaks/);
  await assert.rejects(open({ AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(file, 'none') })(), /can not be read/);
});

test('what is no answer is an outage, in bounded time and space, and says nothing of a secret', async (t) => {
  const broken: readonly ((outgoing: ServerResponse) => void)[] = [
    (outgoing) => void outgoing.end('{"AccessKeyId":"AKID","SecretAccessKey":""}'),
    (outgoing) => void outgoing.end('not json, secret'),
    (outgoing) => void outgoing.end(answerOf(0, START_MS - 1)),
    (outgoing) => void outgoing.end(answerOf(0).replace('}', ',"Expiration":"soon"}')),
    (outgoing) => void outgoing.end('x'.repeat(100_000)),
    (outgoing) => void outgoing.destroy(),
    (outgoing) => void outgoing.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  ];
  for (const answer of broken) {
    const { open, state } = await openEndpoint(t, answer);
    await assert.rejects(open()(), (error: Error) => error.name === 'CredentialsProviderError' && !error.message.includes('secret'));
    assert.ok(state.requests <= 3);
  }
});

test('a plain endpoint is this machine or an agent of AWS, as the SDK has it; any host may be asked by https', async () => {
  for (const uri of ['http://example.com/', 'http://169.254.169.254/', 'http://127.0.0.1.example.com/', 'ftp://127.0.0.1/', 'x', ''])
    await assert.rejects(createContainerCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri }, Date.now)(), /no https URL/, uri);
});

test('the SDK takes the same credentials from the same endpoint', async (t) => {
  const { url, open, state } = await openEndpoint(t, (outgoing) => void outgoing.end(answerOf(7, Date.now() + 60 * MINUTE_MS)));
  state.nowMs = Date.now();
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name];
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = url;
  process.env.AWS_SHARED_CREDENTIALS_FILE = '/none';
  process.env.AWS_CONFIG_FILE = '/none';
  const credentials = await new SecretsManagerClient({ region: 'us-east-1' }).config.credentials();
  assert.deepEqual(await open()(), {
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    sessionToken: credentials.sessionToken,
  });
});
