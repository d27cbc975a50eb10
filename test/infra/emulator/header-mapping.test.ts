// Request parameter mapping of REST APIs onto HTTP backends: infra/emulator/README.md, and attack A72.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EchoBackend, openEchoBackend } from '../../support/echo-backend.ts';
import { restApi } from '../../support/gateway-template.ts';
import { openTestGateway, type TestGateway } from '../../support/local-gateway.ts';

const AUTHORIZER = `
export const handler = async (event) => ({ principalId: 'p', context: event.headers.Authorization === 'without' ? {} : { endUserJwt: 'signed' },
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }] } });`;

let backend: EchoBackend;
let gateway: TestGateway;

before(async () => {
  backend = await openEchoBackend({ 'WWW-Authenticate': 'Basic', Server: 'echo', 'X-Own': '1' });
  const mapped = (value: string, more: object = {}) => ({
    Type: 'HTTP_PROXY',
    Uri: `${backend.url}/echo`,
    IntegrationHttpMethod: 'ANY',
    RequestParameters: { 'integration.request.header.X-JWT-Assertion': value, ...more },
  });
  const methods = [
    { path: '/guarded', method: 'ANY', integration: mapped('context.authorizer.endUserJwt'), authorized: true },
    { path: '/open', method: 'ANY', integration: mapped("'none'") },
    { path: '/empty', method: 'ANY', integration: mapped("''") },
    {
      path: '/things/{id}',
      method: 'GET',
      integration: {
        Type: 'HTTP_PROXY',
        Uri: `${backend.url}/inside/{thing}`,
        IntegrationHttpMethod: 'POST',
        RequestParameters: {
          'integration.request.path.thing': 'method.request.path.id',
          'integration.request.querystring.from': "'gateway'",
          'integration.request.header.X-Query': 'method.request.querystring.q',
          'integration.request.header.X-Stage': 'context.stage',
        },
      },
    },
    { path: '/down', method: 'GET', integration: { Type: 'HTTP_PROXY', Uri: 'http://127.0.0.1:1/', IntegrationHttpMethod: 'GET' } },
    {
      path: '/preflight',
      method: 'OPTIONS',
      integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{ statusCode: 204 }' },
        IntegrationResponses: [{ StatusCode: '204', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" } }],
      },
    },
  ];
  const authorizer = { IdentitySource: 'method.request.header.Authorization', AuthorizerResultTtlInSeconds: 0 };
  gateway = await openTestGateway(restApi(methods, authorizer), { AuthorizerFunction: AUTHORIZER });
});

after(async () => {
  await gateway?.close();
  await backend?.close();
});

const seenBy = (received: readonly (readonly [string, string])[], name: string): readonly string[] =>
  received.filter(([candidate]) => candidate.toLowerCase() === name).map(([, value]) => value);

const SPOOFS = ['X-JWT-Assertion', 'x-jwt-assertion', 'X-Jwt-ASSERTION'];

test('A72 a mapped header replaces the client’s in whatever case it came, and duplicates', async () => {
  for (const spoof of [...SPOOFS.map((name) => [[name, 'forged']] as const), SPOOFS.map((name) => [name, 'forged'] as const)]) {
    const guarded = (await gateway.send('GET', '/guarded', [['Authorization', 'x'], ...spoof])).json();
    assert.deepEqual(seenBy(guarded.headers, 'x-jwt-assertion'), ['signed']);
    const open = (await gateway.send('GET', '/open', [...spoof])).json();
    assert.deepEqual(seenBy(open.headers, 'x-jwt-assertion'), ['none']);
  }
});

test('A72 a Connection header that names the mapped header does not strip it', async () => {
  const headers = [
    ['Authorization', 'x'],
    ['Connection', 'close, X-JWT-Assertion'],
    ['X-JWT-Assertion', 'forged'],
  ] as const;
  const { headers: received } = (await gateway.send('GET', '/guarded', [...headers])).json();
  assert.deepEqual(seenBy(received, 'x-jwt-assertion'), ['signed']);
});

test('a mapping whose source has no value does nothing: the client’s header goes through, so the authorizer must always give one', async () => {
  const { headers } = (
    await gateway.send('GET', '/guarded', [
      ['Authorization', 'without'],
      ['X-JWT-Assertion', 'forged'],
    ])
  ).json();
  assert.deepEqual(seenBy(headers, 'x-jwt-assertion'), ['forged']);
});

test('a mapping to an empty value does nothing either: AWS does not say what it does, and this is the worst', async () => {
  const { headers } = (await gateway.send('GET', '/empty', [['X-JWT-Assertion', 'forged']])).json();
  assert.deepEqual(seenBy(headers, 'x-jwt-assertion'), ['forged']);
});

test('path, query and static values are mapped; the client’s query goes along', async () => {
  const { method, url, headers } = (await gateway.send('GET', '/things/a%2Fb?q=1')).json();
  assert.equal(method, 'POST');
  assert.equal(url, '/inside/a/b?q=1&from=gateway');
  assert.deepEqual(seenBy(headers, 'x-query'), ['1']);
  assert.deepEqual(seenBy(headers, 'x-stage'), ['prod']);
});

test('hop-by-hop headers stop at the gateway, all others go on with body and method', async () => {
  const headers = [
    ['Authorization', 'x'],
    ['Connection', 'close, X-Hop'],
    ['X-Hop', '1'],
    ['TE', 'trailers'],
    ['X-Own', 'a'],
    ['X-Own', 'b'],
  ] as const;
  const { headers: received, method, body } = (await gateway.send('PUT', '/guarded', [...headers], 'hello')).json();
  assert.equal(method, 'PUT');
  assert.equal(body, 'hello');
  for (const name of ['x-hop', 'te']) assert.deepEqual(seenBy(received, name), []);
  assert.deepEqual(seenBy(received, 'x-own'), ['a', 'b']);
  assert.deepEqual(seenBy(received, 'x-forwarded-for'), ['127.0.0.1']);
});

test('WWW-Authenticate, Server, Date and Content-Length of an HTTP backend are renamed', async () => {
  const reply = await gateway.send('GET', '/open');
  assert.deepEqual(reply.all('www-authenticate'), []);
  assert.deepEqual(reply.all('x-amzn-remapped-www-authenticate'), ['Basic']);
  assert.deepEqual(reply.all('x-amzn-remapped-server'), ['echo']);
  assert.equal(reply.all('x-amzn-remapped-date').length, 1);
  assert.deepEqual(reply.all('x-own'), ['1']);
});

test('a backend that is not there is 504 (gateway response INTEGRATION_FAILURE)', async () => {
  assert.equal((await gateway.send('GET', '/down')).status, 504);
});

test('a MOCK integration answers a preflight', async () => {
  const reply = await gateway.send('OPTIONS', '/preflight', [['Origin', 'https://app.example.org']]);
  assert.equal(reply.status, 204);
  assert.deepEqual(reply.all('access-control-allow-origin'), ['*']);
});

test('mapped headers count: with the client’s they may be 10,240 bytes in all', async () => {
  const reply = await gateway.send('GET', '/guarded', [
    ['Authorization', 'x'],
    ['X-Long', 'x'.repeat(10_200)],
  ]);
  assert.equal(reply.status, 431);
});
