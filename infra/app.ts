// The CDK app. Context: `demo` (true: with the PizzaShack API), `issuer` (default: the URL of the token API).

import { App } from 'aws-cdk-lib/core';
import { GatehouseStack } from './gatehouse-stack.ts';

const app = new App();
const issuer: unknown = app.node.tryGetContext('issuer');
const demo: unknown = app.node.tryGetContext('demo');

new GatehouseStack(app, 'Gatehouse', {
  demo: demo === true || demo === 'true',
  ...(typeof issuer === 'string' && { gatehouse: { issuer } }),
});
