// What API Gateway answers by itself, from the template of a route: documents and preflights.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { restApi } from '../../support/gateway-template.ts';
import { openTestGateway, type TestGateway } from '../../support/local-gateway.ts';

const mock = (body: string, more: object = {}) => ({
  Type: 'MOCK',
  RequestTemplates: { 'application/json': '{"statusCode": 200}' },
  IntegrationResponses: [
    {
      StatusCode: '200',
      ResponseParameters: { 'method.response.header.Cache-Control': "'public, max-age=300'" },
      ResponseTemplates: { 'application/json': body },
    },
  ],
  ...more,
});

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway(
    restApi([
      { path: '/.well-known/document', method: 'GET', integration: mock('{"a":"\\u0024context.stage","b":"$context.stage"}') },
      { path: '/strict', method: 'GET', integration: mock('{}', { PassthroughBehavior: 'NEVER' }) },
      { path: '/loose', method: 'GET', integration: mock('{}') },
    ]),
    {},
  );
});
after(() => gateway.close());

test('a static body is answered with its media type and the mapped headers, and variables of the context are put in', async () => {
  const { status, json, all } = await gateway.send('GET', '/.well-known/document');
  assert.equal(status, 200);
  assert.deepEqual(json(), { a: '$context.stage', b: 'prod' });
  assert.deepEqual(all('content-type'), ['application/json']);
  assert.deepEqual(all('cache-control'), ['public, max-age=300']);
});

test('a media type without a template is 415 where bodies are not passed through, and no status where they are', async () => {
  const type = [['Content-Type', 'text/plain']] as const;
  assert.equal((await gateway.send('GET', '/strict', type)).status, 415);
  assert.equal((await gateway.send('GET', '/loose', type)).status, 500);
  assert.equal((await gateway.send('GET', '/loose')).status, 200);
});
