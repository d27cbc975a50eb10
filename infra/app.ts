// The CDK app; `read-context.ts` says what it may be told.

import { App } from 'aws-cdk-lib/core';
import { GatehouseStack } from './gatehouse-stack.ts';
import { readContext } from './read-context.ts';

const app = new App();

new GatehouseStack(app, 'Gatehouse', readContext(app.node));
