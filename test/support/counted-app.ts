// A CDK app with a REST API whose tiers are counted, and a function of its own that says who calls. The address of its
// backend comes as context.

import { fileURLToPath } from 'node:url';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, CfnOutput } from 'aws-cdk-lib/core';
import { GatehouseStack } from '../../infra/index.ts';

const app = new App();
const text = (name: string): string => String(app.node.tryGetContext(name));
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:who-calls';
const gatehouse = { tenantFunctionArns: [functionArn] };
const stack = new GatehouseStack(app, 'Gatehouse', { demo: true, gatehouse });

new LambdaFunction(stack, 'WhoCalls', {
  functionName: 'who-calls',
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromAsset(fileURLToPath(new URL('./who-calls', import.meta.url))),
});

const api = new RestApi(stack, 'Counted');
const routes = stack.gatehouse.protectRestApi('Gatehouse', api, { countTiers: true, cacheSeconds: 0 });
const resource = api.root.resourceForPath('/counted/1.0.0/echo');
routes.protect(resource, 'GET', { kind: 'http', url: text('backend') });
new CfnOutput(stack, 'CountedApiId', { value: api.restApiId });
