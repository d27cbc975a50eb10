// A CDK app as somebody else may have it: Gatehouse with its demo, and an HTTP API of their own in front of a backend
// whose address comes as context.

import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { App, CfnOutput } from 'aws-cdk-lib/core';
import { GatehouseStack } from '../../infra/index.ts';

const app = new App();
const text = (name: string): string => String(app.node.tryGetContext(name));
const stack = new GatehouseStack(app, 'Gatehouse', { demo: true, gatehouse: { issuer: text('issuer') } });

const api = new HttpApi(stack, 'Shop');
const routes = stack.gatehouse.protectHttpApi('Gatehouse', api, { cacheSeconds: 60 });
const backend = { kind: 'http', url: text('backend') } as const;
routes.protect('/shop/1.0.0/echo', HttpMethod.GET, backend);
routes.protect('/shop/1.0.0/order', HttpMethod.POST, backend);
routes.open('/shop/1.0.0/health', HttpMethod.GET, backend);
new CfnOutput(stack, 'ShopApiId', { value: api.apiId });
