// The authorizer in front of HTTP APIs, and every route that synthesis refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnIntegration, CfnRoute, HttpApi, HttpMethod, MappingValue, ParameterMapping } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, type Stack } from 'aws-cdk-lib/core';
import type { HttpAuthorizer, ProtectHttpApiProps } from '../../infra/gatehouse/authorizers/http-authorizer.ts';
import { openGatehouseStack, openStackBeside, resourcesOf, textOf } from './support/synthesise-stack.ts';

const http = { kind: 'http', url: 'https://backend.example.com/x' } as const;
const JWT = '$context.authorizer.endUserJwt';

function openProtectedApi(props: ProtectHttpApiProps = {}, disableExecuteApiEndpoint = false) {
  const stack = openGatehouseStack();
  const other = openStackBeside(stack);
  const api = new HttpApi(other, 'Api', { disableExecuteApiEndpoint });
  return { stack, other, api, routes: stack.gatehouse.protectHttpApi('Gatehouse', api, props) };
}

const openLambda = (stack: Stack) =>
  new LambdaFunction(stack, 'Backend', {
    code: Code.fromInline('exports.handler = () => {}'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });

/** All that synthesis says against it. */
function faultsOf(other: Stack): string {
  try {
    App.of(other)?.synth();
    return '';
  } catch (error) {
    return String(error);
  }
}

/** Route key → authorization and header mapping. */
function routesOf(other: Stack) {
  const template = Template.fromStack(other);
  const integrations = new Map(
    resourcesOf(template, 'AWS::ApiGatewayV2::Integration').map(({ id, Properties }) => [`integrations/<${id}>`, Properties]),
  );
  return new Map(
    resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => {
      const { IntegrationType, RequestParameters } = integrations.get(textOf(Properties.Target)) ?? {};
      return [Properties.RouteKey, { authorization: Properties.AuthorizationType, type: IntegrationType, mapped: RequestParameters }];
    }),
  );
}

/** Headers that would have another method served. */
const REMOVED = {
  'remove:header.X-HTTP-Method-Override': '',
  'remove:header.X-HTTP-Method': '',
  'remove:header.X-Method-Override': '',
};

test('a protected route overwrites the header by the end-user JWT, an open one by `none`', () => {
  const { stack, other, routes } = openProtectedApi();
  routes.protect('/order/{id}', HttpMethod.POST, http);
  routes.open('/health', HttpMethod.GET, http);
  assert.equal(faultsOf(other), '');
  assert.deepEqual(Object.fromEntries(routesOf(other)), {
    'POST /order/{id}': { authorization: 'CUSTOM', type: 'HTTP_PROXY', mapped: { 'overwrite:header.X-JWT-Assertion': JWT, ...REMOVED } },
    'GET /health': { authorization: 'NONE', type: 'HTTP_PROXY', mapped: { 'overwrite:header.X-JWT-Assertion': 'none', ...REMOVED } },
  });
  assert.ok(other.dependencies.includes(stack) && !stack.dependencies.includes(other));
});

test('the authorizer gets payload 2.0, answers with policies, is called by role, and caches nothing unless asked', () => {
  const { other, routes } = openProtectedApi();
  routes.protect('/x', HttpMethod.GET, http);
  const [authorizer] = resourcesOf(Template.fromStack(other), 'AWS::ApiGatewayV2::Authorizer');
  assert.deepEqual(
    [
      authorizer?.Properties.AuthorizerType,
      authorizer?.Properties.AuthorizerPayloadFormatVersion,
      authorizer?.Properties.EnableSimpleResponses,
    ],
    ['REQUEST', '2.0', false],
  );
  assert.equal(authorizer?.Properties.AuthorizerResultTtlInSeconds, 0);
  assert.deepEqual(authorizer?.Properties.IdentitySource, ['$request.header.Authorization']);
  assert.match(textOf(authorizer?.Properties.AuthorizerUri), /lambda:path\/2015-03-31\/functions\/.*\/invocations$/);
  assert.ok(authorizer?.Properties.AuthorizerCredentialsArn !== undefined);
});

test('a cache has the route in its key, and takes no route whose paths may differ in their rules (A66, A69)', () => {
  const { other, routes } = openProtectedApi({ cacheSeconds: 60 });
  routes.protect('/x', HttpMethod.GET, http);
  for (const path of ['/order/{id}', '/{proxy+}']) assert.throws(() => routes.protect(path, HttpMethod.GET, http), /cacheSeconds: 0/);
  const [authorizer] = resourcesOf(Template.fromStack(other), 'AWS::ApiGatewayV2::Authorizer');
  assert.deepEqual(authorizer?.Properties.IdentitySource, ['$request.header.Authorization', '$context.routeKey']);
  assert.throws(() => openProtectedApi({ cacheSeconds: 61 }), /between 0 and 60/);
});

test('client certificates: no cache, no identity source, no default endpoint (A74)', () => {
  const { other, routes } = openProtectedApi({ clientCertificates: true }, true);
  routes.protect('/x', HttpMethod.GET, http);
  const [authorizer] = resourcesOf(Template.fromStack(other), 'AWS::ApiGatewayV2::Authorizer');
  assert.equal(authorizer?.Properties.IdentitySource, undefined);
  assert.throws(() => openProtectedApi({ clientCertificates: true, cacheSeconds: 1 }, true), /cacheSeconds: 0/);
  assert.throws(() => openProtectedApi({ clientCertificates: true }), /disableExecuteApiEndpoint/);
});

test('Lambda backends and integrations of any kind', () => {
  const { other, routes } = openProtectedApi();
  routes.protect('/function', HttpMethod.GET, { kind: 'lambda', handler: openLambda(other), readsJwtFrom: 'requestContext' });
  routes.protect('/service', HttpMethod.GET, {
    kind: 'integration',
    open: (parameterMapping) => new HttpUrlIntegration('Service', 'https://service.example.com/', { parameterMapping }),
  });
  assert.equal(faultsOf(other), '');
  assert.deepEqual(
    [...routesOf(other).values()].map(({ type }) => type),
    ['AWS_PROXY', 'HTTP_PROXY'],
  );
});

test('A106 Basic is refused where an HTTP API would hand the password to the backend', () => {
  const { other, routes } = openProtectedApi();
  const handlers = ['oauth2', 'basic'] as const;
  const integration = { kind: 'integration', open: () => url() } as const;
  for (const backend of [http, integration])
    assert.throws(() => routes.protect('/x', HttpMethod.GET, backend, { handlers }), /^Error: GET \/x: .*password of Basic/);
  routes.protect('/x', HttpMethod.GET, http, { handlers: ['oauth2', 'certificate'] });
  routes.protect('/function', HttpMethod.GET, { kind: 'lambda', handler: openLambda(other), readsJwtFrom: 'requestContext' }, { handlers });
  assert.equal(faultsOf(other), '');
});

test('OPTIONS and what is no method are not protected; ANY is, and not behind a cache', () => {
  const { routes } = openProtectedApi();
  assert.throws(() => routes.protect('/x', HttpMethod.OPTIONS, http), /OPTIONS \/x: browsers send preflights/);
  assert.throws(() => routes.protect('/x', 'get' as HttpMethod, http), /get \/x: expected one of GET/);
  assert.doesNotThrow(() => routes.protect('/{proxy+}', HttpMethod.ANY, http));
  const cached = openProtectedApi({ cacheSeconds: 60 }).routes;
  assert.throws(() => cached.protect('/x', HttpMethod.ANY, http), /ANY \/x: needs cacheSeconds: 0/);
  assert.throws(() => cached.protect('$default', HttpMethod.ANY, http), /ANY \$default: a route with a variable needs cacheSeconds: 0/);
});

const url = (parameterMapping?: ParameterMapping) =>
  new HttpUrlIntegration('Own', 'https://b.example.com/', parameterMapping === undefined ? {} : { parameterMapping });

const SPOOFABLE: readonly [string, (api: HttpApi, routes: HttpAuthorizer, stack: Stack) => unknown][] = [
  ['a route beside Gatehouse', (api) => api.addRoutes({ path: '/x', integration: url() })],
  [
    'a mapping that appends to what the client sent',
    (api) =>
      api.addRoutes({ path: '/x', integration: url(new ParameterMapping().appendHeader('x-jwt-assertion', MappingValue.custom(JWT))) }),
  ],
  [
    'an open route that maps the JWT, of which there is none',
    (api) =>
      api.addRoutes({ path: '/x', integration: url(new ParameterMapping().overwriteHeader('X-JWT-Assertion', MappingValue.custom(JWT))) }),
  ],
  [
    'an open route that maps an empty value, which may replace nothing',
    (api) =>
      api.addRoutes({ path: '/x', integration: url(new ParameterMapping().overwriteHeader('X-JWT-Assertion', MappingValue.custom(''))) }),
  ],
  [
    'a protected route that maps another value',
    (_, routes) =>
      routes.protect('/x', HttpMethod.GET, {
        kind: 'integration',
        open: () => url(new ParameterMapping().overwriteHeader('X-JWT-Assertion', MappingValue.requestHeader('X-JWT-Assertion'))),
      }),
  ],
  [
    'a protected route that drops the mapping',
    (_, routes) => routes.protect('/x', HttpMethod.GET, { kind: 'integration', open: () => url() }),
  ],
  [
    'a Lambda function beside Gatehouse',
    (api, _, stack) => api.addRoutes({ path: '/x', integration: new HttpLambdaIntegration('F', openLambda(stack)) }),
  ],
  [
    'a route written by hand',
    (api, _, stack) => {
      const integration = new CfnIntegration(stack, 'I', {
        apiId: api.apiId,
        integrationType: 'HTTP_PROXY',
        integrationUri: 'https://b.example.com',
      });
      new CfnRoute(stack, 'R', { apiId: api.apiId, routeKey: '$default', target: `integrations/${integration.ref}` });
    },
  ],
  [
    'a route to an integration of another app',
    (api, _, stack) => new CfnRoute(stack, 'R', { apiId: api.apiId, routeKey: 'GET /y', target: 'integrations/abc' }),
  ],
];

for (const [name, add] of SPOOFABLE) {
  test(`A72 synthesis refuses ${name}`, () => {
    const { other, routes, api } = openProtectedApi();
    routes.protect('/fine', HttpMethod.GET, http);
    add(api, routes, other);
    const faults = faultsOf(other);
    assert.match(faults, /X-JWT-Assertion|not in this app/);
    assert.ok(!faults.includes('/fine'));
  });
}

test('routes of another API are nobody’s business', () => {
  const { other, routes } = openProtectedApi();
  routes.protect('/fine', HttpMethod.GET, http);
  new HttpApi(other, 'Another').addRoutes({ path: '/x', integration: url() });
  assert.equal(faultsOf(other), '');
});

test('an API of another stack whose logical ids are the same is no business of this authorizer', () => {
  const { stack, other, routes } = openProtectedApi();
  routes.protect('/order', HttpMethod.GET, http);
  const twin = openStackBeside(stack, 'Twin');
  new HttpApi(twin, 'Api').addRoutes({ path: '/order', integration: new HttpLambdaIntegration('Own', openLambda(twin)) });
  assert.equal(faultsOf(other), '');
});
