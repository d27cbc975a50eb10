import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterEach, beforeEach, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import { runWithin } from '../../../../functions/shared/time-budget.ts';
import { createAwsClient } from '../../../../functions/storage/aws/aws-client.ts';
import { environmentSettings } from '../../../../functions/storage/aws/aws-settings.ts';
import { createDynamoDb } from '../../../../functions/storage/aws/dynamodb.ts';
import { OTHER_HOST_CERTIFICATE, SERVER_CERTIFICATE, TEST_CA } from '../../../support/certificates/index.ts';
import { listen } from '../../../support/listen.ts';

const SERVICE = { name: 'dynamodb', target: 'DynamoDB_20120810', mediaType: 'application/x-amz-json-1.0' } as const;
const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' };
const settings = async () => ({ region: 'eu-west-3', credentials: CREDENTIALS });
const ITEM = JSON.stringify({ Item: { id: { S: 'a' } } });

const before = { ...process.env };
beforeEach(() => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
});
afterEach(() => {
  process.env = { ...before };
});

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse, n: number) => void;

/** A server that answers the n-th request (from 0) as told, and the client that asks it. */
async function openService(context: Parameters<typeof listen>[0], answer: Listener) {
  const state = { requests: 0, connections: 0 };
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => answer(incoming, outgoing, state.requests++));
  });
  server.on('connection', () => state.connections++);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${await listen(context, server)}`;
  return { state, server, call: createAwsClient(SERVICE, settings), dynamoDb: createDynamoDb(settings) };
}

const get = (dynamoDb: ReturnType<typeof createDynamoDb>) => dynamoDb.get('Tokens', { id: 'a' }, { isConsistent: true });

test('a call is a signed POST of the JSON protocol', async (context) => {
  let seen: IncomingMessage | undefined;
  const { call } = await openService(context, (incoming, outgoing) => {
    seen = incoming;
    outgoing.end(ITEM);
  });
  assert.deepEqual(await call('GetItem', { TableName: 'T' }), JSON.parse(ITEM));
  assert.ok(seen);
  assert.deepEqual([seen.method, seen.url], ['POST', '/']);
  assert.equal(seen.headers['x-amz-target'], 'DynamoDB_20120810.GetItem');
  assert.equal(seen.headers['content-type'], 'application/x-amz-json-1.0');
  assert.equal(seen.headers['x-amz-security-token'], 'session');
  assert.match(
    String(seen.headers.authorization),
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-3\/dynamodb\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
  );
});

test('a connection serves many calls, and one that the service has closed meanwhile is no failure', async (context) => {
  const { state, server, dynamoDb } = await openService(context, (_incoming, outgoing) => void outgoing.end(ITEM));
  for (let n = 0; n < 5; n++) assert.deepEqual(await get(dynamoDb), { id: 'a' });
  assert.equal(state.connections, 1);
  for (let n = 0; n < 5; n++) {
    server.closeIdleConnections();
    assert.deepEqual(await get(dynamoDb), { id: 'a' });
  }
  assert.equal(state.connections, 6);
});

test('many kept connections that have all died meanwhile are no failure', async (context) => {
  const { state, server, dynamoDb } = await openService(context, (_incoming, outgoing) => void setTimeout(() => outgoing.end(ITEM), 50));
  await Promise.all(Array.from({ length: 10 }, () => get(dynamoDb)));
  assert.equal(state.connections, 10);
  server.closeIdleConnections();
  // In the same turn: nothing has told the client yet.
  assert.deepEqual(await get(dynamoDb), { id: 'a' });
});

test('an answer that breaks off, is no JSON, or never ends is tried again, and in the end an outage', async (context) => {
  const broken: readonly (readonly [string, Listener])[] = [
    [
      'breaks off',
      (_incoming, outgoing) => void outgoing.writeHead(200, { 'content-length': '1000' }).write('{"Item":', () => outgoing.destroy()),
    ],
    ['says nothing', (incoming) => void incoming.socket.destroy()],
    ['is HTML', (_incoming, outgoing) => void outgoing.end('<html>captive portal</html>')],
    ['is a text', (_incoming, outgoing) => void outgoing.end('"text"')],
    ['is too long', (_incoming, outgoing) => void outgoing.end(Buffer.alloc(17 * 1024 * 1024, ' '))],
    ['is a gateway’s', (_incoming, outgoing) => void outgoing.writeHead(502).end('<html>bad gateway</html>')],
  ];
  for (const [name, answer] of broken) {
    const always = await openService(context, answer);
    await assert.rejects(get(always.dynamoDb), { name: 'Unavailable', reason: 'request-failed' }, name);
    assert.equal(always.state.requests, 3, name);
    const once = await openService(context, (incoming, outgoing, n) => (n === 0 ? answer(incoming, outgoing, n) : void outgoing.end(ITEM)));
    assert.deepEqual(await get(once.dynamoDb), { id: 'a' }, name);
  }
});

test('an answer that trickles in is cut off like one that never comes', async (context) => {
  const { dynamoDb, state } = await openService(context, (_incoming, outgoing) => {
    const timer = setInterval(() => outgoing.write(' '), 50);
    outgoing.on('close', () => clearInterval(timer));
  });
  await assert.rejects(get(dynamoDb), { name: 'Unavailable', reason: 'timeout' });
  // On a busy machine a try may be over before the server has seen it.
  assert.ok(state.requests >= 1 && state.requests <= 3, `${state.requests} tries`);
});

test('A14 the certificate must be of a trusted CA and for the host', async (context) => {
  const open = async (certificate: { cert: string; key: string }) => {
    const server = createTlsServer(certificate, (_incoming, outgoing) => void outgoing.end(ITEM));
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `https://127.0.0.1:${await listen(context, server)}`;
    return createDynamoDb(settings);
  };
  await assert.rejects(get(await open(SERVER_CERTIFICATE)), { name: 'Unavailable', reason: 'request-failed' });
  setDefaultCACertificates([TEST_CA]);
  assert.deepEqual(await get(await open(SERVER_CERTIFICATE)), { id: 'a' });
  await assert.rejects(get(await open(OTHER_HOST_CERTIFICATE)), { name: 'Unavailable', reason: 'request-failed' });
});

test('Region and credentials come from the environment, by the names that every SDK reads', async () => {
  process.env = { AWS_REGION: 'eu-west-3', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' };
  assert.deepEqual(await environmentSettings(), {
    region: 'eu-west-3',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
  });
  delete process.env.AWS_ACCESS_KEY_ID;
  await assert.rejects(get(createDynamoDb()), { name: 'Unavailable', reason: 'no-credentials' });
});

/** Refuses by the time of the signature, as AWS does: five minutes are let pass. */
function clockedService(serviceOffsetMs: number): Listener {
  return (incoming, outgoing) => {
    const serviceMs = Date.now() + serviceOffsetMs;
    const [, year, month, day, hour, minute, second] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(incoming.headers['x-amz-date'])) ?? [];
    const signedMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    outgoing.setHeader('date', new Date(serviceMs).toUTCString());
    if (Math.abs(serviceMs - signedMs) < 5 * 60_000) return void outgoing.end(ITEM);
    outgoing.writeHead(400).end('{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"}');
  };
}

test('a clock that is wrong is put right by what the service’s own says, once for all calls', async (context) => {
  for (const offsetMs of [-3_600_000, 3_600_000, 86_400_000]) {
    const { dynamoDb, state } = await openService(context, clockedService(offsetMs));
    for (let n = 0; n < 3; n++) assert.deepEqual(await get(dynamoDb), { id: 'a' });
    assert.equal(state.requests, 4, 'one refusal in all');
  }
});

test('a signature that is wrong with the right time is not tried again', async (context) => {
  const { dynamoDb, state } = await openService(context, (_incoming, outgoing) => {
    outgoing.writeHead(400).end('{"__type":"InvalidSignatureException"}');
  });
  await assert.rejects(get(dynamoDb), { reason: 'access-denied' });
  const skewed = await openService(context, (_incoming, outgoing) => {
    outgoing.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString());
    outgoing.writeHead(400).end('{"__type":"InvalidSignatureException"}');
  });
  await assert.rejects(get(skewed.dynamoDb), { reason: 'access-denied' });
  assert.deepEqual([state.requests, skewed.state.requests], [1, 2]);
});

test('all tries of a call, and all calls of a request, end with the time of the request', async (context) => {
  const { dynamoDb, state } = await openService(context, () => {});
  const startedMs = performance.now();
  await runWithin(200, async () => {
    await assert.rejects(get(dynamoDb), { name: 'Unavailable', dependency: 'dynamodb', reason: 'timeout' });
    await assert.rejects(get(dynamoDb), { reason: 'timeout' });
  });
  // Three tries of 1.5 s each would be 4.5 s, and that twice.
  assert.ok(performance.now() - startedMs < 4000, 'long before the tries are used up');
  assert.ok(state.requests <= 3, `${state.requests} requests`);
});
