// A CDK app as somebody else may have it: Gatehouse with its demo, an HTTP API and a REST API of their own in front of a
// backend whose address comes as context, and a function of their own that knows users.

import { fileURLToPath } from 'node:url';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, CfnOutput } from 'aws-cdk-lib/core';
import { GatehouseStack } from '../../infra/index.ts';

const app = new App();
const text = (name: string): string => String(app.node.tryGetContext(name));
const functionArn = `arn:aws:lambda:us-east-1:123456789012:function:people-store`;
/** So short that a test can wait for it. */
const authorizerCacheSeconds = 2;
const gatehouse = { tenantFunctionArns: [functionArn], authorizerCacheSeconds };
const stack = new GatehouseStack(app, 'Gatehouse', { demo: true, gatehouse });

new LambdaFunction(stack, 'PeopleStore', {
  functionName: 'people-store',
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromAsset(fileURLToPath(new URL('./people-store', import.meta.url))),
});

const api = new HttpApi(stack, 'Shop');
const routes = stack.gatehouse.protectHttpApi('Gatehouse', api, { cacheSeconds: authorizerCacheSeconds });
const backend = { kind: 'http', url: text('backend') } as const;
routes.protect('/shop/1.0.0/echo', HttpMethod.GET, backend);
routes.protect('/shop/1.0.0/order', HttpMethod.POST, backend);
routes.open('/shop/1.0.0/health', HttpMethod.GET, backend);
new CfnOutput(stack, 'ShopApiId', { value: api.apiId });

const desk = new RestApi(stack, 'Desk', { cloudWatchRole: false });
const deskRoutes = stack.gatehouse.protectRestApi('Gatehouse', desk);
const echo = desk.root.resourceForPath('/desk/1.0.0/echo');
deskRoutes.protect(echo, 'POST', backend, { handlers: ['oauth2', 'basic'] });
deskRoutes.protect(echo, 'GET', backend, { forwardAuthorization: true });
new CfnOutput(stack, 'DeskApiId', { value: desk.restApiId });

/** No entry names it before a tenant comes with its folder. */
const orders = new RestApi(stack, 'Orders', { cloudWatchRole: false });
const ordersRoutes = stack.gatehouse.protectRestApi('Gatehouse', orders, { cacheSeconds: 0 });
ordersRoutes.protect(orders.root.addResource('orders'), 'GET', backend);
new CfnOutput(stack, 'OrdersApiId', { value: orders.restApiId });
