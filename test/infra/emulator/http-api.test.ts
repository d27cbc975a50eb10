// HTTP APIs: routes, authorizers of payload 1.0 and 2.0 with policies and simple answers, caching, outcomes, mapping,
// events and CORS (infra/emulator/README.md).

import assert from 'node:assert/strict';
import { afterEach, type TestContext, test } from 'node:test';
import { openEchoBackend } from '../../support/echo-backend.ts';
import { type HttpApiRoute, httpApi, invocationUri } from '../../support/gateway-template.ts';
import { openTestGateway, type TestGateway } from '../../support/local-gateway.ts';

/** Answers as the token says, with the number of its call. */
const SAYING = `
let calls = 0;
export const handler = async (event) => {
  calls++;
  const token = event.headers.authorization ?? event.headers.Authorization;
  if (token.startsWith('throw ')) throw new Error(token.slice(6));
  if (token === 'event') return { isAuthorized: true, context: { event } };
  if (token.startsWith('{')) return JSON.parse(token.replaceAll('$ARN', event.routeArn ?? event.methodArn));
  return { isAuthorized: token !== 'no', context: { calls, token, list: ['a', 'b'] } };
};`;
const BACKEND = `export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });`;

const lambda = (PayloadFormatVersion = '2.0') => ({
  IntegrationType: 'AWS_PROXY',
  IntegrationUri: { 'Fn::GetAtt': ['Backend', 'Arn'] },
  PayloadFormatVersion,
});
const ROUTES: readonly HttpApiRoute[] = [
  { routeKey: 'GET /a', integration: lambda(), authorized: true },
  { routeKey: 'GET /b', integration: lambda(), authorized: true },
  { routeKey: 'GET /one', integration: lambda('1.0'), authorized: true },
  { routeKey: 'ANY /items/{id}', integration: lambda() },
  { routeKey: 'GET /items/special', integration: { ...lambda(), IntegrationUri: invocationUri('Backend') } },
  { routeKey: 'GET /files/{proxy+}', integration: lambda() },
];
const AUTHORIZER = {
  AuthorizerPayloadFormatVersion: '2.0',
  EnableSimpleResponses: true,
  IdentitySource: ['$request.header.Authorization'],
  AuthorizerResultTtlInSeconds: 0,
};

let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function open(authorizer: object = {}, routes = ROUTES, api: object = {}): Promise<TestGateway> {
  const sources = { AuthorizerFunction: SAYING, Backend: BACKEND };
  gateway = await openTestGateway(httpApi(routes, { ...AUTHORIZER, ...authorizer }, api), sources);
  return gateway;
}

const bearer = (token: string) => [['Authorization', token]] as const;
const policy = (context: object, resource = '$ARN', effect = 'Allow'): string =>
  JSON.stringify({
    principalId: 'p',
    context,
    policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }] },
  });

test('simple answers: true passes with a context of any shape, false is 403, whatever is thrown 500', async () => {
  const { send } = await open();
  const passed = (await send('GET', '/a', bearer('yes'))).json();
  assert.deepEqual(passed.requestContext.authorizer, { lambda: { calls: 1, token: 'yes', list: ['a', 'b'] } });
  const refused = await send('GET', '/a', bearer('no'));
  assert.deepEqual([refused.status, refused.json()], [403, { message: 'Forbidden' }]);
  const unauthorized = await send('GET', '/a', bearer('throw Unauthorized'));
  assert.deepEqual([unauthorized.status, unauthorized.json()], [500, { message: 'Internal Server Error' }]);
  const failed = await send('GET', '/a', bearer('throw boom'));
  assert.deepEqual([failed.status, failed.json()], [500, { message: 'Internal Server Error' }]);
  // The string "false" is no false (infra/emulator/README.md, "Caching").
  assert.equal((await send('GET', '/a', bearer('{"isAuthorized":"false"}'))).status, 500);
  assert.equal((await send('GET', '/a', bearer(policy({})))).status, 500);
});

test('a missing identity source is 401 and the function is not called', async () => {
  const { send } = await open();
  const missing = await send('GET', '/a');
  assert.deepEqual([missing.status, missing.json()], [401, { message: 'Unauthorized' }]);
  assert.equal((await send('GET', '/a', bearer('yes'))).json().requestContext.authorizer.lambda.calls, 1);
});

test('policies: evaluated for each route, also from the cache; nested context is 500', async () => {
  const { send } = await open({ EnableSimpleResponses: false, AuthorizerResultTtlInSeconds: 60 });
  const exact = policy({ n: 1 });
  assert.deepEqual((await send('GET', '/a', bearer(exact))).json().requestContext.authorizer.lambda, { n: 1, principalId: 'p' });
  assert.equal((await send('GET', '/b', bearer(exact))).status, 403);
  assert.equal((await send('GET', '/b', bearer(policy({}, '*', 'Deny')))).status, 403);
  assert.equal((await send('GET', '/a', bearer(policy({ nested: {} })))).status, 500);
});

test('a simple answer is kept for all routes of the key, unless the route is in it', async () => {
  const calls = async (send: TestGateway['send'], path: string) =>
    (await send('GET', path, bearer('yes'))).json().requestContext.authorizer.lambda.calls;
  const { send } = await open({ AuthorizerResultTtlInSeconds: 60 });
  assert.deepEqual([await calls(send, '/a'), await calls(send, '/b')], [1, 1]);
  await gateway?.close();
  const byRoute = await open({ AuthorizerResultTtlInSeconds: 60, IdentitySource: ['$request.header.Authorization', '$context.routeKey'] });
  assert.deepEqual([await calls(byRoute.send, '/a'), await calls(byRoute.send, '/b'), await calls(byRoute.send, '/a')], [1, 2, 1]);
});

test('the authorizer’s event of payload 2.0 has lower-case headers, joined values and the route', async () => {
  const { send } = await open();
  const headers = [...bearer('event'), ['X-Two', 'a'], ['x-TWO', 'b'], ['Cookie', 'c=1; d=2']] as const;
  const { event } = (await send('GET', '/a?x=1&x=2', headers)).json().requestContext.authorizer.lambda;
  assert.deepEqual(
    [event.version, event.type, event.routeKey, event.rawPath, event.rawQueryString],
    ['2.0', 'REQUEST', 'GET /a', '/a', 'x=1&x=2'],
  );
  assert.equal(event.headers['x-two'], 'a,b');
  assert.deepEqual([event.cookies, event.identitySource], [['c=1', 'd=2'], ['event']]);
  assert.deepEqual(event.queryStringParameters, { x: '1,2' });
  assert.deepEqual([event.requestContext.http.method, event.requestContext.http.sourceIp], ['GET', '127.0.0.1']);
  assert.match(event.routeArn, /^arn:aws:execute-api:us-east-1:123456789012:[a-z0-9]{10}\/\$default\/GET\/a$/);
  assert.equal('body' in event, false);
});

test('payload 1.0: the authorizer gets methodArn and identitySource, the function its context at the top', async () => {
  const { send } = await open({ AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: false });
  const event = (await send('GET', '/one', bearer(policy({ arn: '$ARN' })))).json();
  assert.equal(event.version, '1.0');
  assert.match(event.requestContext.authorizer.arn, /\/\$default\/GET\/one$/);
  assert.equal(event.requestContext.authorizer.principalId, 'p');
});

test('routes: exact before parameters before {proxy+}; without $default the rest is 404', async () => {
  const { send } = await open();
  assert.equal((await send('GET', '/items/special')).json().routeKey, 'GET /items/special');
  assert.equal((await send('POST', '/items/special')).json().routeKey, 'ANY /items/{id}');
  assert.deepEqual((await send('GET', '/items/a%20b')).json().pathParameters, { id: 'a b' });
  assert.deepEqual((await send('GET', '/files/a/b')).json().pathParameters, { proxy: 'a/b' });
  const missing = await send('GET', '/nothing');
  assert.deepEqual([missing.status, missing.json()], [404, { message: 'Not Found' }]);
  await gateway?.close();
  const withDefault = await open({}, [...ROUTES, { routeKey: '$default', integration: lambda() }]);
  assert.equal((await withDefault.send('PUT', '/nothing/at/all')).json().routeKey, '$default');
});

async function openMapped(context: TestContext, mappings: Record<string, string>, authorized: boolean): Promise<TestGateway> {
  const backend = await openEchoBackend({ 'WWW-Authenticate': 'Basic' });
  context.after(() => backend.close());
  const integration = {
    IntegrationType: 'HTTP_PROXY',
    IntegrationMethod: 'ANY',
    IntegrationUri: `${backend.url}/in`,
    RequestParameters: mappings,
  };
  return open({}, [{ routeKey: 'ANY /m/{id}', integration, authorized }]);
}

const received = (reply: { json(): { headers: [string, string][] } }, name: string): string[] =>
  reply.json().headers.flatMap(([candidate, value]) => (candidate.toLowerCase() === name ? [value] : []));

test('overwrite, append and remove of headers, query and path', async (context) => {
  const mappings = {
    'overwrite:header.X-JWT-Assertion': '$context.authorizer.token',
    'append:header.X-Tag': `stage \${context.stage}`,
    'remove:header.X-Gone': "''",
    'overwrite:querystring.id': '$request.path.id',
    'remove:querystring.secret': "''",
    'overwrite:path': '/other/$context.x',
    'append:header.X-None': '$request.header.missing',
  };
  const { send } = await openMapped(context, { ...mappings, 'overwrite:path': '/other' }, true);
  const headers = [...bearer('signed'), ['x-jwt-assertion', 'forged'], ['X-Tag', 'own'], ['x-gone', '1'], ['X-None', 'kept']] as const;
  const reply = await send('GET', '/m/7?secret=1&q=2', headers);
  assert.deepEqual(received(reply, 'x-jwt-assertion'), ['signed']);
  assert.deepEqual(received(reply, 'x-tag'), ['own,stage $default']);
  assert.deepEqual(received(reply, 'x-gone'), []);
  assert.deepEqual(received(reply, 'x-none'), ['kept']);
  assert.equal(reply.json().url, '/other?q=2&id=7');
  assert.deepEqual(reply.all('x-amzn-remapped-www-authenticate'), ['Basic']);
});

test('append lets a client’s own value through in front: no way to hand over an identity', async (context) => {
  const { send } = await openMapped(context, { 'append:header.X-JWT-Assertion': '$context.authorizer.token' }, true);
  const reply = await send('GET', '/m/7', [...bearer('signed'), ['X-JWT-Assertion', 'forged']]);
  assert.deepEqual(received(reply, 'x-jwt-assertion'), ['forged,signed']);
});

test('mappings of reserved headers are refused, as at deployment', async () => {
  for (const name of ['Authorization', 'X-Amzn-Trace-Id', 'Host', 'Via']) {
    const integration = {
      IntegrationType: 'HTTP_PROXY',
      IntegrationUri: 'http://127.0.0.1:1/',
      RequestParameters: { [`overwrite:header.${name}`]: 'x' },
    };
    await assert.rejects(open({}, [{ routeKey: 'GET /r', integration }]), /is reserved/);
  }
});

test('request line and header values may be 10,240 bytes', async () => {
  const { send } = await open();
  const rest = 'GET /items/1 HTTP/1.1'.length + '127.0.0.1close'.length;
  assert.equal((await send('GET', '/items/1', [['X-Long', 'x'.repeat(10_240 - rest)]])).status, 200);
  assert.equal((await send('GET', '/items/1', [['X-Long', 'x'.repeat(10_241 - rest)]])).status, 431);
});

test('where CORS is configured the gateway answers preflights itself and replaces the backend’s headers', async () => {
  const CorsConfiguration = {
    AllowOrigins: ['https://app.example.org'],
    AllowMethods: ['GET'],
    AllowHeaders: ['authorization'],
    MaxAge: 60,
  };
  const { send } = await open({}, ROUTES, { CorsConfiguration });
  const origin = ['Origin', 'https://app.example.org'] as const;
  const preflight = await send('OPTIONS', '/items/1', [origin, ['Access-Control-Request-Method', 'GET']]);
  assert.equal(preflight.status, 204);
  assert.deepEqual(preflight.all('access-control-allow-origin'), ['https://app.example.org']);
  assert.deepEqual(preflight.all('access-control-max-age'), ['60']);
  assert.deepEqual((await send('GET', '/a', [origin])).all('access-control-allow-origin'), ['https://app.example.org']);
  assert.deepEqual((await send('GET', '/items/1', [['Origin', 'https://evil.example.org']])).all('access-control-allow-origin'), []);
});

test('what the local run does not know of an HTTP API is an error', async () => {
  const unknown = [
    { authorizer: { AuthorizerType: 'JWT' } },
    { authorizer: { AuthorizerPayloadFormatVersion: '1.0' } },
    { authorizer: { IdentitySource: [], AuthorizerResultTtlInSeconds: 60 } },
    { authorizer: { IdentitySource: ['$request.body.x'] } },
    { api: { ProtocolType: 'WEBSOCKET' } },
    { api: { Body: {} } },
  ];
  for (const { authorizer, api } of unknown) await assert.rejects(open(authorizer, ROUTES, api), { name: 'TemplateError' });
});
