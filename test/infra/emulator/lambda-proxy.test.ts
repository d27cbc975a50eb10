// Lambda proxy integrations of a REST API: routes, events and answers (infra/emulator/README.md).

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { lambdaProxy, restApi } from '../../support/gateway-template.ts';
import { openTestGateway, type TestGateway } from '../../support/local-gateway.ts';

const BACKEND = `
export const handler = async (event) => {
  if (event.path === '/raw') return JSON.parse(event.body);
  if (event.path === '/throws') throw new Error('secret detail');
  return { statusCode: 200, body: JSON.stringify(event) };
};`;

const GATEWAY_RESPONSES = {
  DEFAULT_5XX: {
    ResponseTemplates: { 'application/json': '{"type":"$context.error.responseType","message":$context.error.messageString}' },
  },
};

const proxied = (path: string, method = 'ANY') => ({ path, method, integration: lambdaProxy('Backend') });
const METHODS = [proxied('/raw'), proxied('/throws'), proxied('/items/{id}'), proxied('/items/special', 'GET'), proxied('/files/{proxy+}')];

let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function open(): Promise<TestGateway> {
  gateway = await openTestGateway(restApi(METHODS, undefined, GATEWAY_RESPONSES), { Backend: BACKEND });
  return gateway;
}

test('literal resources win over parameters; parameters are decoded; {proxy+} takes the rest (REST API routing)', async () => {
  const { send } = await open();
  const special = (await send('GET', '/items/special')).json();
  assert.equal(special.resource, '/items/special');
  // The resource is chosen before the method.
  assert.equal((await send('POST', '/items/special')).status, 403);
  const item = (await send('GET', '/items/a%20b')).json();
  assert.deepEqual([item.resource, item.path, item.pathParameters], ['/items/{id}', '/items/a%20b', { id: 'a b' }]);
  const file = (await send('GET', '/files/a/b.txt')).json();
  assert.deepEqual([file.resource, file.pathParameters], ['/files/{proxy+}', { proxy: 'a/b.txt' }]);
});

test('the proxy event has all values of headers and query, and null for empty maps', async () => {
  const { send } = await open();
  const event = (
    await send(
      'POST',
      '/raw?x=1&x=2&y=%20',
      [
        ['X-Twice', 'a'],
        ['X-Twice', 'b'],
      ],
      '{"statusCode":200,"body":"ok"}',
    )
  ).text;
  assert.equal(event, 'ok');
  const { queryStringParameters, multiValueQueryStringParameters, headers, multiValueHeaders, requestContext, ...rest } = (
    await send('GET', '/items/1?x=1&x=2&y=%20', [
      ['X-Twice', 'a'],
      ['X-Twice', 'b'],
      ['X-Forwarded-For', '9.9.9.9'],
    ])
  ).json();
  assert.deepEqual(queryStringParameters, { x: '2', y: ' ' });
  assert.deepEqual(multiValueQueryStringParameters, { x: ['1', '2'], y: [' '] });
  assert.equal(headers['X-Twice'], 'b');
  assert.deepEqual(multiValueHeaders['X-Twice'], ['a', 'b']);
  // The address is that of the connection; the header is the client's word (A73).
  assert.equal(requestContext.identity.sourceIp, '127.0.0.1');
  assert.equal(headers['X-Forwarded-For'], '9.9.9.9, 127.0.0.1');
  assert.equal(rest.body, null);
  assert.equal(rest.stageVariables, null);
  assert.equal((await send('GET', '/items/1')).json().queryStringParameters, null);
});

test('WWW-Authenticate and four others of a Lambda proxy are renamed', async () => {
  const { send } = await open();
  const headers = { 'WWW-Authenticate': 'Basic', Date: 'x', Server: 's', Connection: 'c', 'X-Own': '1' };
  const reply = await send(
    'POST',
    '/raw',
    [],
    JSON.stringify({ statusCode: 401, headers, multiValueHeaders: { 'Set-Cookie': ['a', 'b'] }, body: '' }),
  );
  assert.equal(reply.status, 401);
  assert.deepEqual(reply.all('www-authenticate'), []);
  for (const name of ['WWW-Authenticate', 'Date', 'Server', 'Connection'])
    assert.equal(reply.all(`x-amzn-remapped-${name}`).length, 1, name);
  assert.deepEqual(reply.all('x-own'), ['1']);
  assert.deepEqual(reply.all('set-cookie'), ['a', 'b']);
  assert.match(reply.all('x-amzn-requestid')[0] ?? '', /^[0-9a-f-]{36}$/);
});

test('a malformed Lambda proxy answer is 502 without detail (REST API: "Malformed Lambda proxy response")', async () => {
  const { send } = await open();
  for (const answer of ['"text"', '{}', '{"statusCode":"x"}', '{"statusCode":200,"body":{}}', '{"statusCode":200,"extra":1}', '[]']) {
    const reply = await send('POST', '/raw', [], answer);
    assert.equal(reply.status, 502, answer);
    assert.deepEqual(reply.json(), { type: 'DEFAULT_5XX', message: 'Internal server error' });
  }
  assert.equal((await send('GET', '/throws')).status, 502);
  assert.doesNotMatch((await send('GET', '/throws')).text, /secret detail/);
});
