// The demo beside somebody else's app on one machine: a stack of its own, told by parameters where that app's Gatehouse is.

import { Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { App, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { DemoApi, type DemoGatehouse } from './demo-api.ts';
import { RestAuthorizer } from './gatehouse/authorizers/rest-authorizer.ts';

const stack = new Stack(new App(), 'GatehouseDemo');
const text = (name: string): string => new CfnParameter(stack, name).valueAsString;

const parts = {
  handler: LambdaFunction.fromFunctionArn(stack, 'Authorizer', text('AuthorizerFunctionArn')),
  // Nothing on one machine assumes it.
  invokeRole: Role.fromRoleArn(stack, 'InvokeRole', 'arn:aws:iam::123456789012:role/gatehouse-demo', { mutable: false }),
  // How long that Gatehouse lets an answer be kept is not known here.
  maxCacheSeconds: 0,
  gatewayResponses: { realm: 'gatehouse', allowOrigin: '*' },
  webAcl: undefined,
};
const gatehouse: DemoGatehouse = {
  issuer: text('Issuer'),
  protectRestApi: (id, api, props) => new RestAuthorizer(api, id, api, parts, props),
};
new DemoApi(stack, 'Demo', gatehouse);
