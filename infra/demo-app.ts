// The demo beside somebody else's app on one machine: a stack of its own, told by parameters where that app's Gatehouse is.

import { App, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { DemoApi, type DemoGatehouse } from './demo-api.ts';
import { Gatehouse } from './gatehouse/gatehouse.ts';

const stack = new Stack(new App(), 'GatehouseDemo');
const text = (name: string): string => new CfnParameter(stack, name).valueAsString;

const platform = Gatehouse.fromAttributes(stack, 'Platform', {
  authorizerFunctionArn: text('AuthorizerFunctionArn'),
  apiEntriesFunctionArn: text('ApiEntriesFunctionArn'),
  issuer: text('Issuer'),
  // How long that Gatehouse lets an answer be kept is not known here.
  authorizerCacheSeconds: 0,
});
const gatehouse: DemoGatehouse = {
  issuer: text('Issuer'),
  protectRestApi: (id, api, props) => platform.protectRestApi(id, api, props),
};
new DemoApi(stack, 'Demo', gatehouse, text('Url'));
