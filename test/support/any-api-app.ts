// A CDK app with an API of every kind in front of one backend, whose rules are written where its routes are: nobody writes an
// entry for them.

import {
  ApiDefinition,
  AuthorizationType,
  AwsIntegration,
  ConnectionType,
  HttpIntegration,
  LambdaIntegration,
  LambdaRestApi,
  MockIntegration,
  RestApi,
  SpecRestApi,
  VpcLink,
} from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, CfnOutput, Stack } from 'aws-cdk-lib/core';
import { GatehouseStack, type LambdaBackend } from '../../infra/index.ts';

const app = new App();
const url = String(app.node.tryGetContext('backend'));
const platform = new GatehouseStack(app, 'Gatehouse', { demo: true });
const { gatehouse } = platform;
const stack = new Stack(app, 'Apis');
stack.addDependency(platform);
const tenant = 'my_company';
const http = { kind: 'http', url } as const;
const statusCode = { integrationResponses: [{ statusCode: '200' }] };
const answered = { methodResponses: [{ statusCode: '200' }] };

/** Says what it got: behind a proxy the context, else the event itself. */
const handler = new LambdaFunction(stack, 'Backend', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(`exports.handler = async (event) => {
    const authorizer = event.requestContext?.authorizer;
    if (event.requestContext === undefined) return { got: event };
    return { statusCode: 200, body: JSON.stringify({ jwt: authorizer?.lambda?.endUserJwt ?? authorizer?.endUserJwt ?? null }) };
  };`),
});
const lambda: LambdaBackend = { kind: 'lambda', handler, readsJwtFrom: 'requestContext' };

/** At its root, with a variable as first segment, a greedy route for the rest, and integrations of every type. */
const rest = new RestApi(stack, 'Rest', { cloudWatchRole: false });
const restRoutes = gatehouse.protectRestApi('Rest', rest, { tenant });
const at = (path: string) => rest.root.resourceForPath(path);
restRoutes.protect(rest.root, 'GET', http);
restRoutes.protect(at('/{customer}/orders'), 'POST', http, { scopes: ['order:write'] });
restRoutes.protect(at('/{customer}/orders'), 'GET', lambda, { scopes: ['openid', 'order:write'] });
restRoutes.open(at('/health'), 'GET', http);
restRoutes.protect(at('/{proxy+}'), 'ANY', { kind: 'http', url: `${url}/{proxy}` });
restRoutes.protect(at('/queue'), 'POST', {
  kind: 'integration',
  open: () => new AwsIntegration({ service: 'sqs', path: '123456789012/orders', options: statusCode }),
});
restRoutes.protect(at('/custom'), 'POST', {
  kind: 'integration',
  open: () =>
    new LambdaIntegration(handler, {
      proxy: false,
      requestTemplates: { 'application/json': '{"jwt": "$context.authorizer.endUserJwt", "name": $input.json(\'$.name\')}' },
      ...statusCode,
    }),
});
restRoutes.protect(at('/mapped'), 'POST', {
  kind: 'integration',
  open: (requestParameters) => new HttpIntegration(url, { proxy: false, options: { requestParameters, ...statusCode } }),
});
restRoutes.protect(at('/mock'), 'GET', {
  kind: 'integration',
  open: () => new MockIntegration({ requestTemplates: { 'application/json': '{"statusCode": 200}' }, ...statusCode }),
});
for (const path of ['/queue', '/custom', '/mapped', '/mock'])
  for (const method of rest.methods.filter(({ resource }) => resource.path === path))
    method.addMethodResponse(answered.methodResponses[0] as { statusCode: string });
const link = VpcLink.fromVpcLinkId(stack, 'Link', 'abc123');
restRoutes.protect(at('/linked'), 'GET', {
  kind: 'integration',
  open: (requestParameters) =>
    new HttpIntegration(url, { options: { connectionType: ConnectionType.VPC_LINK, vpcLink: link, requestParameters } }),
});
const admin = at('/admin').addMethod('GET', new LambdaIntegration(handler), { authorizationType: AuthorizationType.IAM });
restRoutes.leave(admin, 'IAM: operators alone');

/** Made whole, and protected as it is. */
const whole = new LambdaRestApi(stack, 'Whole', { handler, cloudWatchRole: false });
const wholeRoutes = gatehouse.protectRestApi('Whole', whole, { tenant, entry: { version: '1.0' } });
for (const method of whole.methods) wholeRoutes.protectMethod(method, { readsJwtFrom: 'requestContext', scopes: ['order:write'] });

const document = {
  openapi: '3.0.1',
  info: { title: 'Spec', version: '1' },
  paths: {
    '/order/{id}': { get: { 'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod: 'GET', uri: url } } },
    '/health': { get: { 'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod: 'GET', uri: url } } },
  },
};
const spec = new SpecRestApi(stack, 'Spec', {
  cloudWatchRole: false,
  apiDefinition: ApiDefinition.fromInline(
    gatehouse.protectDocument(document, {
      open: ['GET /health'],
      routes: { 'GET /order/{id}': { scopes: ['order:write'] } },
      resource: {
        url: 'https://api.example.com/spec',
        path: '/order',
        authorizationServer: 'shared',
        documentation: 'https://a.example/#b',
      },
    }),
  ),
});
gatehouse.protectRestApi('Spec', spec, { tenant, entry: { audience: 'any' } });

const imported = RestApi.fromRestApiAttributes(stack, 'Imported', { restApiId: 'imported01', rootResourceId: 'importedroot' });
gatehouse.protectRestApi('Imported', imported, { tenant, stage: 'prod' }).protect(imported.root.addResource('order'), 'GET', http);

const httpApi = new HttpApi(stack, 'Http');
const httpRoutes = gatehouse.protectHttpApi('Http', httpApi, { tenant });
httpRoutes.protect('$default', HttpMethod.ANY, http, { scopes: ['order:write'] });
httpRoutes.protect('/{customer}/orders', HttpMethod.ANY, lambda);
httpRoutes.open('/health', HttpMethod.GET, http);
const [moved] = httpApi.addRoutes({ path: '/moved', methods: [HttpMethod.GET], integration: new HttpLambdaIntegration('Moved', handler) });
if (moved !== undefined) httpRoutes.protectRoute(moved, { readsJwtFrom: 'requestContext' });

/** Three that clients find by their URL alone: at the address of the stage, on a custom domain, and as an HTTP API. */
const owner = 'agents';
const found = { scopes: ['mcp:tools', 'pizza:order'], firstScopes: ['mcp:tools'], name: 'Tools', authorizationServer: 'own' } as const;
const orders = { scopes: ['mcp:tools', 'pizza:order'] };
const stageTools = new RestApi(stack, 'StageTools', { cloudWatchRole: false });
const domainTools = new RestApi(stack, 'DomainTools', { cloudWatchRole: false });
const ofRest = [
  { api: stageTools, resource: { path: '/tools', ...found } },
  { api: domainTools, resource: { url: 'https://tools.example.com', path: '/domain-tools', ...found } },
];
for (const { api, resource } of ofRest) {
  const routes = gatehouse.protectRestApi(api.node.id, api, { tenant: owner, resource });
  routes.protect(api.root.resourceForPath(resource.path), 'POST', lambda, { scopes: ['mcp:tools'] });
  routes.protect(api.root.resourceForPath(`${resource.path}/orders`), 'POST', lambda, orders);
}
const httpTools = new HttpApi(stack, 'HttpTools');
const httpToolRoutes = gatehouse.protectHttpApi('HttpTools', httpTools, { tenant: owner, resource: { path: '/tools', ...found } });
httpToolRoutes.protect('/tools', HttpMethod.POST, lambda, { scopes: ['mcp:tools'] });
httpToolRoutes.protect('/tools/orders', HttpMethod.POST, lambda, orders);

/** Nothing here answers a connection: the run says so, and goes on. */
const chat = new WebSocketApi(stack, 'Chat');
gatehouse
  .protectWebSocketApi('Chat', chat, { tenant, stage: 'prod' })
  .protectConnect(new WebSocketLambdaIntegration('Connect', handler), { readsJwtFrom: 'requestContext' });

const ids = {
  Rest: rest.restApiId,
  Whole: whole.restApiId,
  Spec: spec.restApiId,
  Imported: imported.restApiId,
  Http: httpApi.apiId,
  StageTools: stageTools.restApiId,
  DomainTools: domainTools.restApiId,
  HttpTools: httpTools.apiId,
};
for (const [name, value] of Object.entries(ids)) new CfnOutput(stack, `${name}Id`, { value });
