// The authorizer in front of REST APIs: the demo's, one in another stack, and every combination that synthesis refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnMethod, HttpIntegration, LambdaIntegration, MockIntegration, RestApi, VpcLink } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import type { ProtectRestApiProps } from '../../infra/gatehouse/authorizers/protect-rest-api-props.ts';
import type { RestAuthorizer } from '../../infra/gatehouse/authorizers/rest-authorizer.ts';
import type { RestRouteOptions } from '../../infra/gatehouse/authorizers/route-options.ts';
import type { GatehouseProps } from '../../infra/gatehouse/settings.ts';
import { openGatehouseStack, openStackBeside, resourcesOf, routesOf, textOf } from './support/synthesise-stack.ts';

const target = (name: string) => `integration.request.header.${name}`;
const HEADER = target('X-JWT-Assertion');
const AUTHORIZATION = target('Authorization');
const JWT = { [HEADER]: 'context.authorizer.endUserJwt' };
/** What takes the place of the credential and of a header that would have another method served. */
const kept = (method: string) => ({
  [AUTHORIZATION]: "'none'",
  [target('X-HTTP-Method-Override')]: method,
  [target('X-HTTP-Method')]: method,
  [target('X-Method-Override')]: method,
});

function openProtectedApi(props: ProtectRestApiProps = {}, gatehouse: GatehouseProps = {}, disableExecuteApiEndpoint = false) {
  const stack = openGatehouseStack(gatehouse);
  const other = openStackBeside(stack);
  const api = new RestApi(other, 'Api', { disableExecuteApiEndpoint });
  return { stack, other, api, routes: stack.gatehouse.protectRestApi('Gatehouse', api, props) };
}

const http = { kind: 'http', url: 'https://backend.example.com/x' } as const;

const openLambda = (stack: Stack) =>
  new LambdaFunction(stack, 'Backend', {
    code: Code.fromInline('exports.handler = () => {}'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });

/** All that synthesis says against it. */
function faultsOf(of: { readonly other: Stack }): string {
  try {
    App.of(of.other)?.synth();
    return '';
  } catch (error) {
    return String(error);
  }
}

const methodsOf = (template: Template) =>
  resourcesOf(template, 'AWS::ApiGateway::Method').map(({ Properties }) => {
    const { RequestParameters, Type, Uri } = Properties.Integration as Record<string, unknown>;
    return {
      ...Properties,
      method: Properties.HttpMethod,
      Type,
      uri: textOf(Uri),
      mapped: (RequestParameters ?? {}) as Record<string, string>,
    };
  });

test('the demo: three protected routes map the end-user JWT, the open one maps `none` and has no authorizer', () => {
  const template = Template.fromStack(openGatehouseStack());
  const [authorizer] = resourcesOf(template, 'AWS::ApiGateway::Authorizer');
  assert.equal(authorizer?.Properties.Type, 'REQUEST');
  assert.equal(authorizer?.Properties.IdentitySource, 'method.request.header.Authorization,context.httpMethod,context.path');
  assert.equal(authorizer?.Properties.AuthorizerResultTtlInSeconds, 60);
  assert.match(textOf(authorizer?.Properties.AuthorizerCredentials), /AuthorizerInvokeRole/);
  const api = resourcesOf(template, 'AWS::ApiGateway::RestApi').find(({ Properties }) => Properties.Name === 'PizzaShack');
  const seen = [...routesOf(template, api?.id ?? '')].map(([route, Properties]) => {
    const { Type, IntegrationHttpMethod, RequestParameters } = Properties.Integration as Record<string, unknown>;
    return [route, IntegrationHttpMethod, Type, Properties.AuthorizationType, textOf(Properties.AuthorizerId), RequestParameters];
  });
  const own = `<${authorizer?.id}>`;
  assert.deepEqual(seen.sort(), [
    ['GET /pizzashack/1.0.0/health', 'GET', 'HTTP_PROXY', 'NONE', 'undefined', { [HEADER]: "'none'", ...kept("'GET'") }],
    ['GET /pizzashack/1.0.0/menu', 'GET', 'HTTP_PROXY', 'CUSTOM', own, { ...JWT, ...kept("'GET'") }],
    ['GET /pizzashack/1.0.0/whoami', 'GET', 'HTTP_PROXY', 'CUSTOM', own, { ...JWT, ...kept("'GET'") }],
    ['POST /pizzashack/1.0.0/order', 'POST', 'HTTP_PROXY', 'CUSTOM', own, { ...JWT, ...kept("'POST'") }],
  ]);
});

test('an API in another stack uses the authorizer, and the two stacks do not need each other', () => {
  const { other, routes, api, stack } = openProtectedApi();
  routes.protect(api.root.addResource('menu'), 'GET', http);
  assert.equal(faultsOf({ other }), '');
  assert.ok(other.dependencies.includes(stack) && !stack.dependencies.includes(other));
});

test('path parameters of the resource reach the backend URL', () => {
  const { other, routes, api } = openProtectedApi();
  const resource = api.root.resourceForPath('/order/{id}/{proxy+}');
  routes.protect(resource, 'GET', { kind: 'http', url: 'https://backend.example.com/order/{id}/{proxy}' });
  const [method] = methodsOf(Template.fromStack(other));
  assert.deepEqual(method?.mapped, {
    ...JWT,
    ...kept("'GET'"),
    'integration.request.path.id': 'method.request.path.id',
    'integration.request.path.proxy': 'method.request.path.proxy',
  });
});

test('a backend behind a VPC link gets the header as well', () => {
  const { other, routes, api } = openProtectedApi();
  const vpcLink = VpcLink.fromVpcLinkId(other, 'Link', 'abc123');
  routes.protect(api.root, 'GET', { kind: 'http', url: 'http://internal.example.com/', vpcLink });
  const [method] = resourcesOf(Template.fromStack(other), 'AWS::ApiGateway::Method');
  const integration = method?.Properties.Integration as Record<string, unknown>;
  assert.equal(integration.ConnectionType, 'VPC_LINK');
  assert.deepEqual(integration.RequestParameters, { ...JWT, ...kept("'GET'") });
});

test('a Lambda backend is taken where it is said to read the JWT from the request context', () => {
  const { other, routes, api } = openProtectedApi();
  const handler = openLambda(other);
  const backend = { kind: 'lambda', handler, readsJwtFrom: 'requestContext' } as const;
  routes.protect(api.root, 'GET', backend);
  routes.open(api.root, 'HEAD', backend);
  assert.equal(faultsOf({ other }), '');
  assert.deepEqual(
    methodsOf(Template.fromStack(other)).map(({ method, Type }) => [method, Type]),
    [
      ['GET', 'AWS_PROXY'],
      ['HEAD', 'AWS_PROXY'],
    ],
  );
});

test('another header name is mapped in place of the usual one', () => {
  const { other, routes, api } = openProtectedApi({ header: 'X-End-User' });
  routes.protect(api.root, 'GET', http);
  assert.deepEqual(methodsOf(Template.fromStack(other))[0]?.mapped, {
    [target('X-End-User')]: 'context.authorizer.endUserJwt',
    ...kept("'GET'"),
  });
});

/** What RFC 9110, the two pages of API Gateway on reserved headers, or this construct have another use for. */
const TAKEN = [
  ...['Authorization', 'authorization', 'Host', 'Via', 'Connection', 'Keep-Alive', 'TE', 'Trailer', 'Trailers', 'Transfer-Encoding'],
  ...['Upgrade', 'Proxy-Authorization', 'Proxy-Authenticate', 'Proxy-Connection', 'Content-Length', 'Content-Type', 'Content-MD5', 'Date'],
  ...['x-amzn-RequestId', 'X-Amz-Date', 'apigw-requestid', 'Access-Control-Allow-Origin', 'X-Forwarded-For', 'Forwarded', 'Origin'],
  ...['Accept', 'Accept-Encoding', 'User-Agent', 'Cookie', 'Set-Cookie', 'WWW-Authenticate', 'Server', 'Expect', 'Range', 'If-Match'],
  ...['X-API-Key', 'X-HTTP-Method-Override', 'Sec-Fetch-Site', 'Referer', 'Max-Forwards', 'Pragma', 'Warn', 'Age'],
];

test('a header that belongs to HTTP or to API Gateway carries no end-user JWT, of REST and of HTTP APIs', () => {
  const stack = openGatehouseStack();
  const other = openStackBeside(stack);
  const [rest, http2] = [new RestApi(other, 'Rest'), new HttpApi(other, 'Http')];
  const refuses = (header: string, why: RegExp) => {
    assert.throws(() => stack.gatehouse.protectRestApi(`Rest${header}`, rest, { header }), why, header);
    assert.throws(() => stack.gatehouse.protectHttpApi(`Http${header}`, http2, { header }), why, header);
  };
  for (const header of TAKEN) refuses(header, /a name that nobody else uses/);
  for (const header of ['X_End_User', 'X End User', 'X:Y', '', 'é', 'x'.repeat(65), 'X-Y\n'])
    refuses(header, /letters, digits and hyphens/);
});

test('A106 a backend gets the caller’s Authorization where the route says so, and nowhere else', () => {
  const { other, routes, api } = openProtectedApi();
  const forwardAuthorization = true;
  routes.protect(api.root, 'GET', http, { forwardAuthorization });
  routes.open(api.root, 'HEAD', http, { forwardAuthorization });
  routes.protect(api.root, 'PUT', http);
  routes.open(api.root, 'DELETE', http);
  assert.equal(faultsOf({ other }), '');
  const mapped = methodsOf(Template.fromStack(other)).map(({ method, mapped: { [AUTHORIZATION]: source } }) => [method, source]);
  assert.deepEqual(Object.fromEntries(mapped), { GET: undefined, HEAD: undefined, PUT: "'none'", DELETE: "'none'" });
});

test('A106 a route that is written by hand says what becomes of Authorization, or synthesis refuses it', () => {
  for (const [source, isFault] of [
    [undefined, true],
    ["''", true],
    ['context.authorizer.nothing', true],
    ['method.request.header.X-Other', true],
    ["'none'", false],
    ["'Basic c2VydmljZTprZXk='", false],
    ['method.request.header.Authorization', false],
  ] as const) {
    const { other, api, routes } = openProtectedApi();
    routes.protect(api.root.addResource('fine'), 'GET', http);
    const requestParameters = { [HEADER]: "'none'", ...(source !== undefined && { [AUTHORIZATION]: source }) };
    const declared = source?.startsWith('method.') ? { requestParameters: { [source]: false } } : {};
    api.root.addMethod('GET', new HttpIntegration('https://b.example.com/', { options: { requestParameters } }), declared);
    assert.equal(/token or password reaches the backend/.test(faultsOf({ other })), isFault, source);
  }
});

test('A109 a route for every method hands on the one that was called', () => {
  const { other, routes, api } = openProtectedApi();
  routes.protect(api.root, 'GET', http);
  routes.open(api.root, 'ANY', http);
  const any = methodsOf(Template.fromStack(other)).find(({ method }) => method === 'ANY');
  assert.deepEqual(any?.mapped, { [HEADER]: "'none'", ...kept('context.httpMethod') });
});

test('the 401 of an API invites a password where a route asks for one, and nowhere else', () => {
  const challengeOf = (handlers?: RestRouteOptions['handlers']) => {
    const { other, routes, api } = openProtectedApi();
    routes.protect(api.root, 'GET', http);
    routes.protect(api.root, 'PUT', http, handlers === undefined ? {} : { handlers });
    const unauthorized = resourcesOf(Template.fromStack(other), 'AWS::ApiGateway::GatewayResponse').find(
      ({ Properties }) => Properties.ResponseType === 'UNAUTHORIZED',
    );
    const { ResponseParameters } = unauthorized?.Properties ?? {};
    return (ResponseParameters as Record<string, string> | undefined)?.['gatewayresponse.header.WWW-Authenticate'];
  };
  const bearer = 'Bearer realm="gatehouse", error="invalid_token"';
  for (const handlers of [undefined, [], ['oauth2'], ['oauth2', 'certificate', 'lambda:kiosk']] as const)
    assert.equal(challengeOf(handlers), `'${bearer}'`);
  for (const handlers of [['basic'], ['oauth2', 'basic']] as const)
    assert.equal(challengeOf(handlers), `'${bearer}, Basic realm="gatehouse", charset="UTF-8"'`);
});

test('preflights answered by API Gateway itself are no fault', () => {
  const { other, routes, api } = openProtectedApi();
  routes.protect(api.root, 'GET', http);
  api.root.addCorsPreflight({ allowOrigins: ['https://app.example.com'] });
  api.root.addMethod('HEAD', new MockIntegration());
  assert.equal(faultsOf({ other }), '');
});

/** A72 at synthesis: what each route does is read from the template, whoever added it. */
const SPOOFABLE: readonly [string, (api: RestApi, routes: RestAuthorizer, stack: Stack) => void][] = [
  ['an HTTP proxy beside Gatehouse', (api) => api.root.addMethod('GET', new HttpIntegration('https://b.example.com/'))],
  [
    'the authorizer without the mapping',
    (api, { authorizer }) => api.root.addMethod('GET', new HttpIntegration('https://b.example.com/'), { authorizer }),
  ],
  [
    'an authorizer whose header is not the JWT',
    (api, { authorizer }) =>
      api.root.addMethod('GET', new HttpIntegration('https://b.example.com/', { options: { requestParameters: { [HEADER]: "'none'" } } }), {
        authorizer,
      }),
  ],
  [
    'an open route that maps an empty value, which may replace nothing',
    (api) =>
      api.root.addMethod('GET', new HttpIntegration('https://b.example.com/', { options: { requestParameters: { [HEADER]: "''" } } })),
  ],
  [
    'an open route that maps the JWT, of which there is none',
    (api) =>
      api.root.addMethod(
        'GET',
        new HttpIntegration('https://b.example.com/', { options: { requestParameters: { [HEADER]: 'context.authorizer.endUserJwt' } } }),
      ),
  ],
  [
    "the client's own header, mapped on purpose",
    (api) =>
      api.root.addMethod(
        'GET',
        new HttpIntegration('https://b.example.com/', {
          options: { requestParameters: { [HEADER]: 'method.request.header.X-JWT-Assertion' } },
        }),
        { requestParameters: { 'method.request.header.X-JWT-Assertion': false } },
      ),
  ],
  [
    'two mappings that differ in case',
    (api) =>
      api.root.addMethod(
        'GET',
        new HttpIntegration('https://b.example.com/', {
          options: { requestParameters: { [HEADER]: "'none'", [target('x-jwt-assertion')]: "'x'" } },
        }),
      ),
  ],
  [
    'a method that no construct of the API made',
    (api, _, stack) =>
      new CfnMethod(stack, 'Raw', {
        restApiId: api.restApiId,
        resourceId: api.restApiRootResourceId,
        httpMethod: 'GET',
        authorizationType: 'NONE',
        integration: { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri: 'https://b.example.com/' },
      }),
  ],
  [
    'a route that another stack adds',
    (api, _, stack) => {
      const beside = new Stack(App.of(stack), 'Routes');
      const { restApiId, restApiRootResourceId: rootResourceId } = api;
      RestApi.fromRestApiAttributes(beside, 'Api', { restApiId, rootResourceId })
        .root.addResource('y')
        .addMethod('GET', new HttpIntegration('https://b.example.com/'));
    },
  ],
  ['a Lambda proxy beside Gatehouse', (api, _, stack) => api.root.addMethod('GET', new LambdaIntegration(openLambda(stack)))],
  [
    'a default integration of the API',
    (api) => api.root.addResource('x', { defaultIntegration: new HttpIntegration('https://b.example.com/') }).addMethod('GET'),
  ],
];

for (const [name, add] of SPOOFABLE) {
  test(`A72 synthesis refuses ${name}`, () => {
    const { other, routes, api } = openProtectedApi();
    routes.protect(api.root.addResource('fine'), 'GET', http);
    add(api, routes, other);
    const faults = faultsOf({ other });
    assert.match(faults, /X-JWT-Assertion/);
    assert.ok(!faults.includes('/fine'));
  });
}

test('routes that another stack protects or opens are fine, and so is another API with the same logical ids', () => {
  const { stack, other, routes, api } = openProtectedApi();
  routes.protect(api.root.addResource('here'), 'GET', http);
  const beside = openStackBeside(stack, 'Routes');
  const { restApiId, restApiRootResourceId: rootResourceId } = api;
  const imported = RestApi.fromRestApiAttributes(beside, 'Imported', { restApiId, rootResourceId });
  routes.protect(imported.root.addResource('there'), 'GET', http);
  routes.open(imported.root.addResource('health'), 'GET', http);
  new RestApi(beside, 'Api').root.addMethod('GET', new HttpIntegration('https://b.example.com/'));
  assert.equal(faultsOf({ other }), '');
});

test('OPTIONS and what is no method are not protected: browsers send preflights without a token', () => {
  const { routes, api } = openProtectedApi();
  assert.throws(() => routes.protect(api.root, 'OPTIONS', http), /OPTIONS \/: browsers send preflights/);
  for (const method of ['get', 'ALL', '*', '']) assert.throws(() => routes.protect(api.root, method, http), / \/: expected one of GET/);
});

test('a route of every method is protected, preflights beside it', () => {
  const { other, routes, api } = openProtectedApi();
  const resource = api.root.addResource('{proxy+}');
  routes.protect(resource, 'ANY', { kind: 'http', url: 'https://backend.example.com/{proxy}' });
  resource.addCorsPreflight({ allowOrigins: ['https://app.example.com'] });
  assert.equal(faultsOf({ other }), '');
  const any = methodsOf(Template.fromStack(other)).find(({ method }) => method === 'ANY');
  assert.deepEqual(any?.mapped, { ...JWT, ...kept('context.httpMethod'), 'integration.request.path.proxy': 'method.request.path.proxy' });
});

test('a name in braces that is no path parameter is refused by name', () => {
  const { routes, api } = openProtectedApi();
  const resource = api.root.addResource('{id}');
  assert.throws(
    () => routes.protect(resource, 'GET', { kind: 'http', url: 'https://backend.example.com/{orderId}' }),
    /GET \/\{id\}: \{orderId\} of the backend's URL is no path parameter of the resource; it has \{id\}/,
  );
});

test('an open route stays open where the API has an authorizer by default', () => {
  const stack = openGatehouseStack();
  const other = openStackBeside(stack);
  const api = new RestApi(other, 'Api');
  const routes = stack.gatehouse.protectRestApi('Gatehouse', api);
  const resource = api.root.addResource('open', { defaultMethodOptions: { authorizer: routes.authorizer } });
  routes.protect(api.root, 'GET', http);
  routes.open(resource, 'GET', http);
  const method = resourcesOf(Template.fromStack(other), 'AWS::ApiGateway::Method').find(({ id }) => id.startsWith('Apiopen'));
  assert.deepEqual([method?.Properties.AuthorizationType, method?.Properties.AuthorizerId], ['NONE', undefined]);
});

test('a cache is never longer than the end-user JWTs live for', () => {
  assert.doesNotThrow(() => openProtectedApi({ cacheSeconds: 300 }, { authorizerCacheSeconds: 300 }));
  assert.throws(() => openProtectedApi({ cacheSeconds: 61 }), /between 0 and 60/);
  for (const authorizerCacheSeconds of [-1, 3601, 1.5, Number.NaN])
    assert.throws(() => openGatehouseStack({ authorizerCacheSeconds }), /authorizerCacheSeconds/);
});

test('an API that takes client certificates has no cache, no identity source and no default endpoint (A74)', () => {
  const { other, api, routes } = openProtectedApi({ clientCertificates: true, cacheSeconds: 0 }, {}, true);
  routes.protect(api.root, 'GET', http);
  const [authorizer] = resourcesOf(Template.fromStack(other), 'AWS::ApiGateway::Authorizer');
  assert.equal(authorizer?.Properties.AuthorizerResultTtlInSeconds, 0);
  assert.ok(authorizer?.Properties.IdentitySource === undefined || authorizer.Properties.IdentitySource === '');
  assert.throws(() => openProtectedApi({ clientCertificates: true }, {}, true), /cacheSeconds: 0/);
  assert.throws(() => openProtectedApi({ clientCertificates: true, cacheSeconds: 0 }), /disableExecuteApiEndpoint/);
});

test('usage plans read their key from the authorizer', () => {
  const { other, api, routes } = openProtectedApi({ usagePlans: true });
  routes.protect(api.root, 'GET', http);
  routes.open(api.root, 'HEAD', http);
  const template = Template.fromStack(other);
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' });
  const required = resourcesOf(template, 'AWS::ApiGateway::Method').map(({ Properties }) => [
    Properties.HttpMethod,
    Properties.ApiKeyRequired === true,
  ]);
  assert.deepEqual(required, [
    ['GET', true],
    ['HEAD', false],
  ]);
});
