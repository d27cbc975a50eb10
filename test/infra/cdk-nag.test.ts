// cdk-nag's AWS Solutions and Serverless rules over the whole stack, demo and options included. What stands has its
// reason in the code.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { GatehouseProps } from '../../infra/gatehouse/settings.ts';
import { openGatehouseStack } from './support/synthesise-stack.ts';

function findings(gatehouse: GatehouseProps): readonly string[] {
  const app = openGatehouseStack(gatehouse).node.root;
  return [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) =>
    pack.validateScope(app).violations.map((violation) => `${violation.ruleName}: ${violation.description}`),
  );
}

test('the stack as it comes has no finding that is not reasoned', () => {
  assert.deepEqual(findings({}), []);
});

test('nor has it with its options', () => {
  assert.deepEqual(
    findings({
      accountCloudWatchRole: false,
      prefix: 'Door',
      issuer: 'https://login.example.com',
      webAcl: {},
      operatorFunction: true,
      observability: { metricsPerTenant: true },
      tenantFunctionArns: ['arn:aws:lambda:us-east-1:123456789012:function:users'],
    }),
    [],
  );
});
