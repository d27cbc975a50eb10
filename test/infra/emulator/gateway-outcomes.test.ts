// What a caller gets from API Gateway itself: infra/emulator/README.md.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { lambdaProxy, restApi } from '../../support/gateway-template.ts';
import { openTestGateway, type TestGateway } from '../../support/local-gateway.ts';

/** Answers as the token says: JSON of what the authorizer is to return, or `throw <message>`. */
const SAYING = `
export const handler = async (event) => {
  const token = event.headers.Authorization;
  if (token.startsWith('throw ')) throw new Error(token.slice(6));
  if (token === 'hang') await new Promise(() => setInterval(() => {}, 1000));
  return JSON.parse(token.replaceAll('$ARN', event.methodArn));
};`;
const BACKEND = `export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });`;

const allow = (context: object, effect = 'Allow', resource: unknown = '$ARN'): string =>
  JSON.stringify({
    principalId: 'p',
    context,
    policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }] },
  });

const GATEWAY_RESPONSES = {
  UNAUTHORIZED: {
    StatusCode: '401',
    ResponseParameters: { 'gatewayresponse.header.WWW-Authenticate': `'Bearer error="invalid_token"'` },
    ResponseTemplates: { 'application/json': '{"code":"900901","id":"$context.requestId"}' },
  },
  ACCESS_DENIED: {
    ResponseParameters: { 'gatewayresponse.header.WWW-Authenticate': 'context.authorizer.wwwAuthenticate' },
    ResponseTemplates: { 'application/json': '{"code":"$context.authorizer.code","none":"$context.authorizer.none"}' },
  },
  DEFAULT_5XX: {
    ResponseTemplates: { 'application/json': '{"type":"$context.error.responseType","message":$context.error.messageString}' },
  },
};

const proxied = (path: string, method = 'ANY') => ({ path, method, integration: lambdaProxy('Backend') });
const METHODS = [
  { path: '/guarded', method: 'GET', integration: lambdaProxy('Backend'), authorized: true },
  { path: '/guarded/{proxy+}', method: 'GET', integration: lambdaProxy('Backend'), authorized: true },
  proxied('/items/{id}'),
  { path: '/slow', method: 'GET', integration: lambdaProxy('Slow', { TimeoutInMillis: 150 }) },
];
const SLOW = `export const handler = () => new Promise((resolve) => setTimeout(() => resolve({ statusCode: 200 }), 1500));`;

let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function open(): Promise<TestGateway> {
  const authorizer = { IdentitySource: 'method.request.header.Authorization', AuthorizerResultTtlInSeconds: 0 };
  const sources = { AuthorizerFunction: SAYING, Backend: BACKEND, Slow: SLOW };
  gateway = await openTestGateway(restApi(METHODS, authorizer, GATEWAY_RESPONSES), sources, { timeouts: { AuthorizerFunction: 1 } });
  return gateway;
}

const guarded = (saying: string) => ['GET', '/guarded', [['Authorization', saying]]] as const;

test("a thrown 'Unauthorized' is the 401 gateway response, any other throw 500", async () => {
  const { send } = await open();
  const unauthorized = await send(...guarded('throw Unauthorized'));
  assert.equal(unauthorized.status, 401);
  assert.equal(unauthorized.json().code, '900901');
  assert.match(unauthorized.json().id, /^[0-9a-f-]{36}$/);
  // Gateway responses are not renamed (infra/emulator/README.md, "Renamed headers").
  assert.deepEqual(unauthorized.all('www-authenticate'), ['Bearer error="invalid_token"']);
  for (const message of ['unauthorized', 'Unauthorized.', 'boom']) {
    const failed = await send(...guarded(`throw ${message}`));
    assert.equal(failed.status, 500);
    assert.deepEqual(failed.json(), { type: 'AUTHORIZER_FAILURE', message: null });
  }
});

test('an authorizer that hangs is 500 after its timeout, and the next call finds a new environment', async () => {
  const { send } = await open();
  const failed = await send(...guarded('hang'));
  assert.equal(failed.status, 500);
  assert.equal(failed.json().type, 'AUTHORIZER_FAILURE');
  assert.equal((await send(...guarded(allow({})))).status, 200);
});

test('malformed output and nested context are AUTHORIZER_CONFIGURATION_ERROR', async () => {
  const { send } = await open();
  const wrong = [
    'null',
    '[]',
    '{"statusCode":401}',
    '{"principalId":"p"}',
    '{"principalId":"p","policyDocument":{"Statement":[]}}',
    JSON.stringify({ ...JSON.parse(allow({})), principalId: 7 }),
    allow({ nested: { a: 1 } }),
    allow({ list: ['a'] }),
    allow({}, 'allow'),
    allow({}, 'Allow', `arn:${'x'.repeat(512)}`),
    allow({}).replace('"Action":"execute-api:Invoke"', '"Condition":{},"Action":"execute-api:Invoke"'),
  ];
  for (const saying of wrong) {
    const failed = await send(...guarded(saying));
    assert.equal(failed.status, 500, saying);
    assert.equal(failed.json().type, 'AUTHORIZER_CONFIGURATION_ERROR', saying);
  }
});

test('context values arrive as strings', async () => {
  const { send } = await open();
  const { authorizer } = (await send(...guarded(allow({ text: 'a', number: 1.5, yes: true, none: null })))).json().requestContext;
  assert.deepEqual(authorizer, { text: 'a', number: '1.5', yes: 'true', principalId: 'p' });
});

test('Deny wins, and its context fills the gateway response', async () => {
  const { send } = await open();
  const both = JSON.parse(allow({ code: '900910', wwwAuthenticate: 'Bearer error="insufficient_scope"' }));
  both.policyDocument.Statement.push({ Action: '*', Effect: 'Deny', Resource: ['*'] });
  const denied = await send(...guarded(JSON.stringify(both)));
  assert.equal(denied.status, 403);
  assert.deepEqual(denied.json(), { code: '900910', none: '' });
  assert.deepEqual(denied.all('www-authenticate'), ['Bearer error="insufficient_scope"']);
  const implicit = await send(...guarded(allow({ code: '1' }, 'Allow', 'arn:aws:execute-api:*:*:*/*/POST/*')));
  assert.equal(implicit.status, 403);
  assert.deepEqual(implicit.all('www-authenticate'), []);
});

test('a policy with wildcards covers what IAM says it covers', async () => {
  const { send } = await open();
  for (const resource of ['*', 'arn:aws:execute-api:*', 'arn:aws:execute-api:us-east-1:123456789012:*/prod/GET/guarde?']) {
    assert.equal((await send(...guarded(allow({}, 'Allow', resource)))).status, 200, resource);
  }
  for (const resource of [
    'arn:aws:execute-api:us-east-1:123456789012:*/dev/*',
    'arn:aws:execute-api:us-east-1:123456789012:*/prod/GET/guarded?',
  ]) {
    assert.equal((await send(...guarded(allow({}, 'Allow', resource)))).status, 403, resource);
  }
});

test('a route that is not there is 403 Missing Authentication Token, also for another method', async () => {
  const { send } = await open();
  for (const [method, path] of [
    ['GET', '/nothing'],
    ['POST', '/guarded'],
    ['GET', '/guarded/'],
    ['GET', '//guarded'],
    ['GET', '/Guarded'],
  ] as const) {
    const missing = await send(method, path);
    assert.equal(missing.status, 403, path);
    assert.deepEqual(missing.json(), { message: 'Missing Authentication Token' });
    assert.deepEqual(missing.all('x-amzn-errortype'), ['MissingAuthenticationTokenException']);
  }
});

test('an integration that takes too long is 504', async () => {
  const { send } = await open();
  const reply = await send('GET', '/slow');
  assert.equal(reply.status, 504);
  assert.equal(reply.json().message, 'Endpoint request timed out');
});

test('10,240 bytes of header values pass and one more does not; a body over 10 MB does not', async () => {
  const { send } = await open();
  // Host, and the Connection header that Node's client adds.
  const others = '127.0.0.1close'.length;
  assert.equal((await send('GET', '/items/1', [['X-Long', 'x'.repeat(10_240 - others)]])).status, 200);
  assert.equal((await send('GET', '/items/1', [['X-Long', 'x'.repeat(10_240 - others + 1)]])).status, 431);
  const large = await send('POST', '/items/1', [], 'x'.repeat(10 * 1024 * 1024 + 1));
  assert.equal(large.status, 413);
  assert.deepEqual(large.json(), { message: 'Request Too Long' });
});

test('methodArn is written as AWS writes it, with the path as sent', async () => {
  const { send } = await open();
  const passed = await send('GET', '/guarded?secret=1', [['Authorization', allow({ arn: '$ARN' })]]);
  assert.match(
    passed.json().requestContext.authorizer.arn,
    /^arn:aws:execute-api:us-east-1:123456789012:[a-z0-9]{10}\/prod\/GET\/guarded$/,
  );
});

test('a methodArn of more than 1,600 bytes is 414 and the authorizer is not called', async () => {
  const { send } = await open();
  const prefix = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/guarded/'.length;
  const headers = [['Authorization', 'throw called']] as const;
  assert.equal((await send('GET', `/guarded/${'x'.repeat(1600 - prefix)}`, headers)).status, 500);
  assert.equal((await send('GET', `/guarded/${'x'.repeat(1601 - prefix)}`, headers)).status, 414);
});
