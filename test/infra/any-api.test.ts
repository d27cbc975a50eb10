// REST, HTTP and WebSocket APIs of every making and with backends of every kind, and what synthesis says of their routes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ApiDefinition,
  AuthorizationType,
  AwsIntegration,
  Deployment,
  HttpIntegration,
  LambdaIntegration,
  LambdaRestApi,
  type Method,
  RestApi,
  SpecRestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration, HttpUrlIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import { openApp, openGatehouseStack, openStackBeside, resourcesOf, textOf } from './support/synthesise-stack.ts';

function open() {
  const stack = openGatehouseStack({ observability: false });
  return { gatehouse: stack.gatehouse, other: openStackBeside(stack) };
}

const openLambda = (stack: Stack, id = 'Backend') =>
  new LambdaFunction(stack, id, {
    code: Code.fromInline('exports.handler = () => {}'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });

function faultsOf(stack: Stack): string {
  try {
    App.of(stack)?.synth();
    return '';
  } catch (error) {
    return String(error);
  }
}

const http = { kind: 'http', url: 'https://backend.example.com/x' } as const;
const methodOf = (stack: Stack, httpMethod: string) =>
  resourcesOf(Template.fromStack(stack), 'AWS::ApiGateway::Method').find(({ Properties }) => Properties.HttpMethod === httpMethod);
const service = (stack: Stack, options: ConstructorParameters<typeof AwsIntegration>[0]['options'] = {}) =>
  new AwsIntegration({
    service: 's3',
    integrationHttpMethod: 'GET',
    path: 'bucket/key',
    options: { credentialsRole: new Role(stack, 'Role', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') }), ...options },
  });

test('a fault is told by route and cure on an API that has methods already, before anything is protected', () => {
  const { gatehouse, other } = open();
  const api = new RestApi(other, 'Api');
  api.root.addResource('order').addMethod('POST', new HttpIntegration('https://b.example.com/'));
  gatehouse.protectRestApi('Orders', api);
  assert.match(faultsOf(other), /POST \/order: must map .* Use protect or open, or leave\(method, reason\)/);
  assert.doesNotMatch(faultsOf(other), /Resolution error/);
});

test('LambdaRestApi: its faults are told, and its methods can be protected as they are', () => {
  const { gatehouse, other } = open();
  const api = new LambdaRestApi(other, 'Api', { handler: openLambda(other) });
  const routes = gatehouse.protectRestApi('Orders', api, { tenant: 'acme' });
  assert.match(faultsOf(other), /ANY \/: a Lambda function would see .* protectMethod or openMethod with readsJwtFrom/);
  assert.throws(() => routes.protectMethod(api.methods[0] as Method), /ANY \/.*: a Lambda function sees .* Say readsJwtFrom/);
  for (const method of api.methods) routes.protectMethod(method, { readsJwtFrom: 'requestContext', scopes: ['order:read'] });
  assert.equal(faultsOf(other), '');
  const methods = resourcesOf(Template.fromStack(other), 'AWS::ApiGateway::Method');
  assert.deepEqual(
    methods.map(({ Properties }) => Properties.AuthorizationType),
    ['CUSTOM', 'CUSTOM'],
  );
});

test('a method that is there is protected or opened in place, and its stage is deployed anew', () => {
  const deployed = (change: (api: RestApi, gatehouse: Gatehouse) => void) => {
    const { gatehouse, other } = open();
    const api = new RestApi(other, 'Api');
    const options = { requestParameters: { 'integration.request.querystring.a': "'b'" } };
    api.root.addMethod('GET', new HttpIntegration('https://b.example.com/', { options }));
    change(api, gatehouse);
    const template = Template.fromStack(other);
    return {
      method: methodOf(other, 'GET')?.Properties,
      deployment: Object.keys(template.findResources('AWS::ApiGateway::Deployment'))[0],
    };
  };
  const protectedApi = deployed((api, gatehouse) => void gatehouse.protectRestApi('O', api).protectMethod(api.methods[0] as Method));
  const openApi = deployed((api, gatehouse) => void gatehouse.protectRestApi('O', api).openMethod(api.methods[0] as Method));
  const parameters = (method: Record<string, unknown> = {}) =>
    (method.Integration as { readonly RequestParameters: Record<string, string> }).RequestParameters;
  assert.equal(protectedApi.method?.AuthorizationType, 'CUSTOM');
  assert.equal(parameters(protectedApi.method)['integration.request.header.X-JWT-Assertion'], 'context.authorizer.endUserJwt');
  assert.equal(parameters(protectedApi.method)['integration.request.querystring.a'], "'b'");
  assert.equal(openApi.method?.AuthorizationType, 'NONE');
  assert.equal(parameters(openApi.method)['integration.request.header.X-JWT-Assertion'], "'none'");
  assert.notEqual(protectedApi.deployment, openApi.deployment);
});

test('a route that is left alone by name and reason is no fault, and the template says why', () => {
  const { gatehouse, other } = open();
  const api = new RestApi(other, 'Api');
  const method = api.root.addMethod('POST', new LambdaIntegration(openLambda(other)), { authorizationType: AuthorizationType.IAM });
  const routes = gatehouse.protectRestApi('Orders', api);
  assert.match(faultsOf(other), /POST \/: /);
  for (const reason of ['', '  ', '-']) assert.throws(() => routes.leave(method, reason), /POST \/: leave needs a reason/);
  routes.leave(method, 'IAM: the billing service calls it');
  assert.equal(faultsOf(other), '');
  const [template] = Object.values(Template.fromStack(other).findResources('AWS::ApiGateway::Method')) as [{ Metadata: object }];
  assert.deepEqual(template.Metadata, { 'Gatehouse::Left': 'IAM: the billing service calls it' });
});

test('A72 a route with the authorizer of Gatehouse is not left alone', () => {
  const { gatehouse, other } = open();
  const api = new RestApi(other, 'Api');
  const routes = gatehouse.protectRestApi('Orders', api);
  const method = api.root.addMethod('GET', new HttpIntegration('https://b.example.com/'), { authorizer: routes.authorizer });
  routes.leave(method, 'we thought that it was not ours');
  assert.match(faultsOf(other), /GET \/: has the authorizer of Gatehouse and can not be left alone/);
});

test('integrations that hand no header on need nothing, with and without the authorizer', () => {
  const { gatehouse, other } = open();
  const api = new RestApi(other, 'Api');
  api.root.addMethod('GET', service(other));
  api.root.addMethod('PUT', new HttpIntegration('https://b.example.com/', { proxy: false }));
  const routes = gatehouse.protectRestApi('Files', api);
  const sent = { 'integration.request.header.X-JWT-Assertion': 'context.authorizer.endUserJwt' };
  routes.protect(api.root.addResource('files'), 'GET', {
    kind: 'integration',
    open: () => new AwsIntegration({ service: 'sqs', path: '1/q' }),
  });
  routes.protect(api.root.addResource('steps'), 'POST', {
    kind: 'integration',
    open: () => new AwsIntegration({ service: 'states', action: 'StartExecution', options: { requestParameters: sent } }),
  });
  routes.protect(api.root.addResource('own'), 'GET', {
    kind: 'integration',
    open: (requestParameters) => new HttpIntegration('https://b.example.com/', { options: { requestParameters } }),
  });
  assert.equal(faultsOf(other), '');
});

/** A72: what an integration maps by itself may be the client's own header. */
const TAKING: readonly [string, object][] = [
  ['a parameter', { requestParameters: { 'integration.request.header.X-Other': 'method.request.header.X-JWT-Assertion' } }],
  [
    'a parameter of many values',
    { requestParameters: { 'integration.request.querystring.j': 'method.request.multivalueheader.x-jwt-assertion' } },
  ],
  ['something else in our place', { requestParameters: { 'integration.request.header.x-jwt-assertion': "'forged'" } }],
  ['a template with every parameter', { requestTemplates: { 'application/json': '#set($all = $input.params()) $all' } }],
  ['a template with every header', { requestTemplates: { 'application/json': "$input.params('header')" } }],
  ['a template of passthrough', { requestTemplates: { 'application/json': '#foreach($type in $input.params().keySet())#end' } }],
  ['a template with the header', { requestTemplates: { 'application/json': "$input.params('x-jwt-assertion')" } }],
  [
    'a template that overrides',
    { requestTemplates: { 'application/json': '#set($context.requestOverride.header.X-JWT-Assertion = "x")' } },
  ],
];

for (const [name, options] of TAKING) {
  test(`A72 synthesis refuses an integration whose mapping takes the client's own header: ${name}`, () => {
    for (const type of ['AWS', 'HTTP'] as const) {
      const { gatehouse, other } = open();
      const api = new RestApi(other, 'Api');
      const integration =
        type === 'AWS' ? service(other, options) : new HttpIntegration('https://b.example.com/', { proxy: false, options });
      const declared = { 'method.request.header.X-JWT-Assertion': false, 'method.request.multivalueheader.x-jwt-assertion': false };
      api.root.addMethod('GET', integration, { requestParameters: declared });
      gatehouse.protectRestApi('Files', api);
      assert.match(faultsOf(other), /GET \/: .*X-JWT-Assertion/i);
    }
  });
}

test('an imported REST API is protected: its routes, its gateway responses, and no more than is known of it', () => {
  const { gatehouse, other } = open();
  const api = RestApi.fromRestApiAttributes(other, 'Api', { restApiId: 'abcdef1234', rootResourceId: 'root' });
  assert.throws(
    () => gatehouse.protectRestApi('First', api, { tenant: 'acme', gatewayResponses: false }),
    /First: its api# entry needs the stage/,
  );
  const routes = gatehouse.protectRestApi('Orders', api, { tenant: 'acme', stage: 'prod' });
  routes.protect(api.root.addResource('order'), 'POST', http, { scopes: ['order:write'] });
  new Stage(other, 'Stage', { deployment: new Deployment(other, 'Deployment', { api }) });
  assert.equal(faultsOf(other), '');
  const [entry] = resourcesOf(Template.fromStack(other), 'Custom::GatehouseApiEntry');
  assert.deepEqual([entry?.Properties.ApiId, entry?.Properties.Stage], ['abcdef1234', 'prod']);
  assert.equal(resourcesOf(Template.fromStack(other), 'AWS::ApiGateway::GatewayResponse').length, 10);
});

test('an imported HTTP API, its $default and {proxy+}, and a route that moves in later', () => {
  const { gatehouse, other } = open();
  const api = HttpApi.fromHttpApiAttributes(other, 'Api', { httpApiId: 'abcdef1234' });
  const routes = gatehouse.protectHttpApi('Orders', api, { tenant: 'acme', stage: '$default' });
  routes.protect('$default', HttpMethod.ANY, http);
  routes.open('/public/{proxy+}', HttpMethod.GET, http);
  assert.equal(faultsOf(other), '');
  const keys = resourcesOf(Template.fromStack(other), 'AWS::ApiGatewayV2::Route').map(({ Properties }) => [
    Properties.RouteKey,
    Properties.AuthorizationType,
  ]);
  assert.deepEqual(Object.fromEntries(keys), { $default: 'CUSTOM', 'GET /public/{proxy+}': 'NONE' });
  assert.throws(() => routes.protect('$default', HttpMethod.GET, http), /the default route is for every method/);
});

test('routes of an HTTP API move in one by one, and the others are left by name and reason', () => {
  const { gatehouse, other } = open();
  const api = new HttpApi(other, 'Api');
  const backend = new HttpLambdaIntegration('Own', openLambda(other));
  const [order] = api.addRoutes({ path: '/order', methods: [HttpMethod.POST], integration: backend });
  const [menu] = api.addRoutes({
    path: '/menu',
    methods: [HttpMethod.GET],
    integration: new HttpUrlIntegration('Menu', 'https://b.example.com/'),
  });
  const [admin] = api.addRoutes({ path: '/admin', methods: [HttpMethod.GET], integration: backend, authorizer: new HttpIamAuthorizer() });
  assert.ok(order !== undefined && menu !== undefined && admin !== undefined);
  const routes = gatehouse.protectHttpApi('Orders', api);
  for (const route of ['POST /order', 'GET /menu', 'GET /admin'])
    assert.match(faultsOf(other), new RegExp(`${route}: .*leave\\(route, reason\\)`));
  assert.throws(() => routes.protectRoute(order), /POST \/order: a Lambda function sees/);
  routes.protectRoute(order, { readsJwtFrom: 'requestContext' });
  routes.openRoute(menu);
  routes.leave(admin, 'IAM: operators');
  assert.equal(faultsOf(other), '');
  const authorization = resourcesOf(Template.fromStack(other), 'AWS::ApiGatewayV2::Route').map(
    ({ Properties }) => Properties.AuthorizationType,
  );
  assert.deepEqual(authorization.sort(), ['AWS_IAM', 'CUSTOM', 'NONE']);
});

const integration = (type: string, more: object = {}) => ({
  'x-amazon-apigateway-integration': { type, httpMethod: 'GET', uri: 'https://b.example.com/', ...more },
});
const DOCUMENT = {
  openapi: '3.0.1',
  info: { title: 'Orders', version: '1' },
  paths: {
    '/order': { get: integration('http_proxy'), post: integration('aws_proxy') },
    '/health': { get: integration('http_proxy') },
    '/admin': { get: { security: [{ sigv4: [] }], ...integration('aws_proxy') } },
    '/{proxy+}': { 'x-amazon-apigateway-any-method': integration('http'), options: integration('mock') },
  },
  components: { securitySchemes: { sigv4: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'awsSigv4' } } },
};

test('an API from an OpenAPI document: its faults are told by route and cure', () => {
  const { gatehouse, other } = open();
  const api = new SpecRestApi(other, 'Api', { apiDefinition: ApiDefinition.fromInline(DOCUMENT) });
  const routes = gatehouse.protectRestApi('Orders', api);
  const faults = faultsOf(other);
  for (const route of ['GET /order', 'POST /order', 'GET /health', 'GET /admin'])
    assert.match(faults, new RegExp(`${route}: .*Use gatehouse.protectDocument`));
  assert.doesNotMatch(faults, /Resolution error|OPTIONS|ANY/);
  assert.throws(() => routes.protect(api.root, 'GET', http), /GET \/: the API is defined by a document/);
  const elsewhere = open();
  const inS3 = new SpecRestApi(elsewhere.other, 'Api', { apiDefinition: ApiDefinition.fromAsset('package.json') });
  elsewhere.gatehouse.protectRestApi('Orders', inS3);
  assert.match(faultsOf(elsewhere.other), /Its OpenAPI document is not in the template.*Use ApiDefinition.fromInline/);
});

test('a document with Gatehouse in it: authorizer, mappings, gateway responses, and the rules of its operations', () => {
  const { gatehouse, other } = open();
  const document = gatehouse.protectDocument(DOCUMENT, {
    readsJwtFrom: 'requestContext',
    open: ['GET /health'],
    leave: { 'GET /admin': 'IAM: operators' },
    routes: { 'POST /order': { scopes: ['order:write'], handlers: ['oauth2', 'basic'] } },
  });
  const api = new SpecRestApi(other, 'Api', { apiDefinition: ApiDefinition.fromInline(document) });
  gatehouse.protectRestApi('Orders', api, { tenant: 'acme' });
  assert.equal(faultsOf(other), '');
  const template = Template.fromStack(other);
  for (const type of ['AWS::ApiGateway::Authorizer', 'AWS::ApiGateway::GatewayResponse'])
    assert.equal(resourcesOf(template, type).length, 0, 'an import would take it away');
  const body = resourcesOf(template, 'AWS::ApiGateway::RestApi')[0]?.Properties.Body as typeof DOCUMENT & {
    readonly 'x-amazon-apigateway-gateway-responses': Readonly<
      Record<string, { readonly responseParameters: Readonly<Record<string, string>> }>
    >;
  };
  const responses = body['x-amazon-apigateway-gateway-responses'];
  assert.match(String(responses.UNAUTHORIZED?.responseParameters['gatewayresponse.header.WWW-Authenticate']), /Bearer .*Basic/);
  const { Gatehouse: scheme } = body.components.securitySchemes as unknown as Record<string, Record<string, Record<string, unknown>>>;
  const authorizer = scheme?.['x-amazon-apigateway-authorizer'];
  assert.equal(authorizer?.identitySource, 'method.request.header.Authorization,context.httpMethod,context.path');
  assert.deepEqual([authorizer?.type, authorizer?.authorizerResultTtlInSeconds], ['request', 60]);
  const [entry] = resourcesOf(template, 'Custom::GatehouseApiEntry');
  assert.deepEqual(JSON.parse(String(entry?.Properties.Entry)).resources, [
    { path: '/order', methods: ['GET'], handlers: ['oauth2'] },
    { path: '/order', methods: ['POST'], handlers: ['oauth2', 'basic'], scopes: ['order:write'] },
    { path: '/health', methods: ['GET'], secure: false },
    { path: '/*', handlers: ['oauth2'] },
  ]);
});

test('a document is refused for an operation that it has not, and for a cache that does not know the route', () => {
  const { gatehouse, other } = open();
  assert.throws(() => gatehouse.protectDocument(DOCUMENT, { open: ['GET /helth'] }), /GET \/helth: the document has no such operation/);
  assert.throws(() => gatehouse.protectDocument(DOCUMENT, { cacheSeconds: 61 }), /cacheSeconds must be between 0 and 60/);
  const document = JSON.stringify(gatehouse.protectDocument({ ...DOCUMENT, paths: { '/x': { get: integration('http_proxy') } } }));
  const loose = document.replace(',context.path"', '"');
  assert.notEqual(loose, document);
  const api = new SpecRestApi(other, 'Api', { apiDefinition: ApiDefinition.fromInline(JSON.parse(loose)) });
  gatehouse.protectRestApi('Orders', api);
  assert.match(
    faultsOf(other),
    /GET \/x: its authorizer must keep answers for 60 s at most, by Authorization, context.httpMethod and context.path/,
  );
});

test('a WebSocket API has the authorizer on $connect, or synthesis says that anyone may connect', () => {
  const { gatehouse, other } = open();
  const api = new WebSocketApi(other, 'Api');
  const routes = gatehouse.protectWebSocketApi('Chat', api, { tenant: 'acme', stage: 'prod' });
  assert.match(faultsOf(other), /\$connect: anyone may open a connection/);
  routes.protectConnect(new WebSocketLambdaIntegration('Connect', openLambda(other)), { readsJwtFrom: 'requestContext', scopes: ['chat'] });
  assert.equal(faultsOf(other), '');
  const template = Template.fromStack(other);
  const [route] = resourcesOf(template, 'AWS::ApiGatewayV2::Route');
  const [authorizer] = resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer');
  assert.deepEqual([route?.Properties.RouteKey, route?.Properties.AuthorizationType], ['$connect', 'CUSTOM']);
  assert.equal(textOf(route?.Properties.AuthorizerId), `<${authorizer?.id}>`);
  assert.deepEqual(authorizer?.Properties.IdentitySource, ['route.request.header.Authorization']);
  const [entry] = resourcesOf(template, 'Custom::GatehouseApiEntry');
  const rules = [{ path: '/$connect', methods: ['GET'], handlers: ['oauth2'], scopes: ['chat'] }];
  assert.deepEqual(JSON.parse(String(entry?.Properties.Entry)), { resources: rules });
});

test('the rules of the routes are the entry, and faults in it are told by route', () => {
  const { gatehouse, other } = open();
  const api = new RestApi(other, 'Api');
  const routes = gatehouse.protectRestApi('Orders', api, { tenant: 'acme', apiName: 'orders', entry: { version: '1.0', tenants: '*' } });
  const order = api.root.addResource('order');
  routes.protect(api.root.addResource('{proxy+}'), 'ANY', http);
  routes.protect(order, 'POST', http, { scopes: ['order:write'], handlers: ['oauth2', 'basic'] });
  routes.open(order, 'GET', http);
  assert.equal(faultsOf(other), '');
  const [entry] = resourcesOf(Template.fromStack(other), 'Custom::GatehouseApiEntry');
  assert.equal(textOf(entry?.Properties.Stage).includes('Stage'), true);
  assert.deepEqual(JSON.parse(String(entry?.Properties.Entry)), {
    version: '1.0',
    tenants: '*',
    resources: [
      { path: '/order', methods: ['POST'], handlers: ['oauth2', 'basic'], scopes: ['order:write'] },
      { path: '/order', methods: ['GET'], secure: false },
      { path: '/*', handlers: ['oauth2'] },
    ],
  });
});

test('a fault in the entry is told by the route that has it', () => {
  const { gatehouse, other } = open();
  const api = new RestApi(other, 'Api');
  const routes = gatehouse.protectRestApi('Orders', api, { tenant: 'acme', entry: { context: '/orders' } });
  routes.protect(api.root.resourceForPath('/orders/wrong'), 'GET', http, { scopes: ['no blanks'] });
  assert.match(faultsOf(other), /The entry acme \/ api#orders, GET \/wrong, scopes\.0: expected a scope token/);
});

test('what is there already is told by route and cure, where CDK would speak of constructs', () => {
  const { gatehouse, other } = open();
  const api = new RestApi(other, 'Api');
  api.root.addResource('order').addMethod('POST', new HttpIntegration('https://b.example.com/'));
  const routes = gatehouse.protectRestApi('Orders', api);
  const order = api.root.resourceForPath('/order');
  assert.throws(() => routes.protect(order, 'POST', http), /POST \/order: the API has this method already. Use protectMethod/);
  assert.throws(() => gatehouse.protectRestApi('Again', api), /gateway response UNAUTHORIZED already. Say gatewayResponses: false/);
  const httpApi = new HttpApi(other, 'Http');
  httpApi.addRoutes({ path: '/order', methods: [HttpMethod.POST], integration: new HttpUrlIntegration('Own', 'https://b.example.com/') });
  const httpRoutes = gatehouse.protectHttpApi('Shop', httpApi);
  assert.throws(() => httpRoutes.open('/order', HttpMethod.POST, http), /POST \/order: the API has this route already. Use protectRoute/);
});

test('what an entry would need is refused where the API is protected', () => {
  const { gatehouse, other } = open();
  const api = new RestApi(other, 'Api');
  assert.throws(
    () => gatehouse.protectRestApi('A', api, { tenant: 'Acme Inc', gatewayResponses: false }),
    /"Acme Inc" is no name of a tenant/,
  );
  assert.throws(() => gatehouse.protectRestApi('B', api, { apiName: 'x', gatewayResponses: false }), /B: apiName and entry need tenant/);
  gatehouse.protectRestApi('Shop', api, { tenant: 'acme', gatewayResponses: false });
  const second = new RestApi(other, 'Second');
  const same = { tenant: 'acme', gatewayResponses: false } as const;
  assert.throws(() => gatehouse.protectRestApi('Shop', second, same), /acme \/ api#shop is kept for .*Api\/Shop\/Entry already/);
  const routes = gatehouse.protectRestApi('C', api, { gatewayResponses: false });
  assert.throws(() => routes.protect(api.root, 'GET', http, { scopes: ['x'] }), /GET \/: scopes and permissions need tenant/);
});

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:authorizer';
const ROLE = 'arn:aws:iam::111122223333:role/invoke';

function openElsewhere(account: string) {
  const app = openApp();
  const stack = new Stack(app, 'Mine', { env: { account, region: 'eu-west-1' } });
  return { app, stack, api: new RestApi(stack, 'Api') };
}

test('an app of the same account uses a Gatehouse by its outputs, entries included', () => {
  const { stack, api } = openElsewhere('111122223333');
  const apiEntriesFunctionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:entries';
  const gatehouse = Gatehouse.fromAttributes(stack, 'Gatehouse', {
    authorizerFunctionArn: ARN,
    authorizerInvokeRoleArn: ROLE,
    apiEntriesFunctionArn,
  });
  gatehouse.protectRestApi('Orders', api, { tenant: 'acme' }).protect(api.root, 'GET', http);
  assert.equal(faultsOf(stack), '');
  const template = Template.fromStack(stack);
  const [authorizer] = resourcesOf(template, 'AWS::ApiGateway::Authorizer');
  assert.equal(authorizer?.Properties.AuthorizerCredentials, ROLE);
  assert.match(textOf(authorizer?.Properties.AuthorizerUri), new RegExp(`functions/${ARN}/invocations`));
  assert.equal(resourcesOf(template, 'Custom::GatehouseApiEntry')[0]?.Properties.ServiceToken, apiEntriesFunctionArn);
  assert.equal(resourcesOf(template, 'AWS::CloudWatch::Alarm').length, 0);
});

test('an app of another account needs the permission of the function, which the Gatehouse there gives', () => {
  const { stack, api } = openElsewhere('444455556666');
  assert.throws(
    () => Gatehouse.fromAttributes(stack, 'Wrong', { authorizerFunctionArn: ARN, authorizerInvokeRoleArn: ROLE }),
    /authorizerInvokeRoleArn is of account 111122223333, and this stack is for 444455556666: leave it out/,
  );
  assert.throws(
    () => Gatehouse.fromAttributes(stack, 'Bad', { authorizerFunctionArn: 'authorizer' }),
    /authorizerFunctionArn must be the ARN/,
  );
  const gatehouse = Gatehouse.fromAttributes(stack, 'Gatehouse', { authorizerFunctionArn: ARN });
  assert.throws(
    () => gatehouse.protectRestApi('No', api, { tenant: 'acme', gatewayResponses: false }),
    /tenant needs apiEntriesFunctionArn/,
  );
  gatehouse.protectRestApi('Orders', api, { gatewayResponses: false }).protect(api.root, 'GET', http);
  const [authorizer] = resourcesOf(Template.fromStack(stack), 'AWS::ApiGateway::Authorizer');
  assert.equal(authorizer?.Properties.AuthorizerCredentials, undefined);

  const platform = Template.fromStack(openGatehouseStack({ authorizerAccounts: ['444455556666'], observability: false }));
  const permission = resourcesOf(platform, 'AWS::Lambda::Permission').find(({ Properties }) =>
    textOf(Properties.SourceArn).includes('444455556666'),
  );
  assert.equal(permission?.Properties.Principal, 'apigateway.amazonaws.com');
  assert.equal(textOf(permission?.Properties.SourceArn), 'arn:<AWS::Partition>:execute-api:<AWS::Region>:444455556666:*/authorizers/*');
  assert.throws(() => openGatehouseStack({ authorizerAccounts: ['*'] }), /authorizerAccounts must be account ids of twelve digits/);
});
