// What stands in for AWS answers programs of this machine, and no web page that is open on it.

import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { openDynamoDb } from '../../../infra/emulator/dynamodb/open-dynamodb.ts';
import { openLambdaEndpoint } from '../../../infra/emulator/functions/open-lambda-endpoint.ts';
import type { Listener } from '../../../infra/emulator/gateway/listen.ts';
import { openSecretsManager } from '../../../infra/emulator/secrets-manager/open-secrets-manager.ts';
import { consoleResponse } from '../../../infra/local/console/serve-console.ts';

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Service {
  readonly name: string;
  readonly listener: Listener;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In the answer to a program. */
  readonly answers: RegExp;
}

let services: readonly Service[];
let invoked = 0;

before(async () => {
  const dynamoDb = await openDynamoDb(0, undefined);
  const secretsManager = await openSecretsManager({
    port: 0,
    region: 'us-east-1',
    accountId: '123456789012',
    file: undefined,
    clock: Date.now,
  });
  const lambda = await openLambdaEndpoint(
    0,
    () => ({
      all: [],
      find: (name) => ({
        name,
        arn: name,
        invoke: async () => {
          invoked++;
          return { kind: 'result', payload: '"done"' };
        },
        warm: async () => {},
        close: async () => {},
      }),
    }),
    () => {},
  );
  const authorization =
    'AWS4-HMAC-SHA256 Credential=any/20261127/us-east-1/x/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef';
  const json = (version: string, target: string) => ({
    'Content-Type': `application/x-amz-json-${version}`,
    'X-Amz-Target': target,
    'X-Amz-Date': '20261127T000000Z',
    Authorization: authorization,
  });
  services = [
    {
      name: 'DynamoDB',
      listener: dynamoDb,
      path: '/',
      headers: json('1.0', 'DynamoDB_20120810.ListTables'),
      body: '{}',
      answers: /TableNames/,
    },
    {
      name: 'Secrets Manager',
      listener: secretsManager.listener,
      path: '/',
      headers: json('1.1', 'secretsmanager.ListSecrets'),
      body: '{}',
      answers: /SecretList/,
    },
    { name: 'Lambda', listener: lambda, path: '/2015-03-31/functions/f/invocations', headers: {}, body: '{}', answers: /done/ },
  ];
});

after(async () => {
  for (const { listener } of services ?? []) await listener.close();
});

function send({ listener, path, headers, body }: Service, method: string, more: Readonly<Record<string, string>>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, 'Content-Length': String(Buffer.byteLength(body)), ...more };
    const outgoing = httpRequest({ host: '127.0.0.1', port: listener.port, path, method, headers: all, agent: false }, async (message) => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk);
      resolve({ status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(chunks).toString() });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const corsOf = ({ headers }: Reply): readonly string[] => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

test('programs of this machine are answered, under each of its names', async () => {
  for (const service of services) {
    const { port } = service.listener;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LocalHost:${port}`, `[::1]:${port}`]) {
      const reply = await send(service, 'POST', { Host: host });
      assert.equal(reply.status, 200, `${service.name} ${host} ${reply.body}`);
      assert.match(reply.body, service.answers);
      assert.deepEqual(corsOf(reply), []);
    }
  }
});

test('a name that somebody else points here is not this machine (DNS rebinding)', async () => {
  for (const service of services) {
    const { port } = service.listener;
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `localhost.evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `0.0.0.0:${port}`,
      `127.0.0.1:${port}, evil.example`,
      `user@127.0.0.1:${port}`,
      `127.0.0.1:${port}.`,
    ]) {
      const reply = await send(service, 'POST', { Host: host });
      assert.equal(reply.status, 403, `${service.name} ${host}`);
      assert.doesNotMatch(reply.body, service.answers);
      assert.deepEqual(corsOf(reply), []);
    }
  }
});

test('a page of another origin is refused, reads nothing and does nothing, preflight or not', async () => {
  for (const service of services) {
    const { port } = service.listener;
    const before = invoked;
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost:8080',
      `https://127.0.0.1:${port}`,
      'http://127.0.0.1',
      'file://',
    ]) {
      for (const method of ['POST', 'GET', 'OPTIONS']) {
        const preflight =
          method === 'OPTIONS' ? { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-amz-target' } : {};
        const reply = await send(service, method, { Host: `127.0.0.1:${port}`, Origin: origin, ...preflight });
        assert.equal(reply.status, 403, `${service.name} ${method} ${origin}`);
        assert.deepEqual(corsOf(reply), []);
        assert.doesNotMatch(reply.body, service.answers);
      }
    }
    // Without an Origin, as an image or a frame asks.
    for (const site of ['cross-site', 'same-site'])
      assert.equal((await send(service, 'POST', { Host: `127.0.0.1:${port}`, 'Sec-Fetch-Site': site })).status, 403, site);
    assert.equal(invoked, before, 'nothing was called');
  }
});

test('a page of the service itself would be of one origin, and gets no CORS headers either', async () => {
  for (const service of services) {
    const { port } = service.listener;
    const reply = await send(service, 'POST', {
      Host: `localhost:${port}`,
      Origin: `http://localhost:${port}`,
      'Sec-Fetch-Site': 'same-origin',
    });
    assert.equal(reply.status, 200, `${service.name} ${reply.body}`);
    assert.deepEqual(corsOf(reply), []);
  }
});

test('the console page is served under a name of this machine, and nobody else’s', () => {
  const surroundings = { isTaken: () => false, hasDemo: true, apis: [], outputs: {} };
  const statusOf = (host: string | undefined) => {
    const request = {
      method: 'GET',
      path: '/_gatehouse/',
      query: '',
      headers: host === undefined ? [] : [['Host', host] as const],
      body: Buffer.alloc(0),
      sourceIp: '127.0.0.1',
      protocol: 'HTTP/1.1',
      port: 3000,
      requestId: '',
      receivedAtMs: 0,
    };
    return consoleResponse(request, surroundings)?.status;
  };
  for (const host of ['127.0.0.1:3000', 'localhost:3000', '[::1]:3000']) assert.equal(statusOf(host), 200, host);
  for (const host of ['evil.example', 'evil.example:3000', '127.0.0.1', 'localhost:3001', undefined])
    assert.equal(statusOf(host), undefined, host);
});
