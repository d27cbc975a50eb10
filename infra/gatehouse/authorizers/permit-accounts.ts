// Lets APIs of other accounts call the authorizer ("Configure a cross-account API Gateway Lambda authorizer" of the guide):
// a permission of the function itself, for API Gateway on behalf of authorizers of that account, and for nobody else.

import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Stack } from 'aws-cdk-lib/core';

/** @param accounts twelve digits each */
export function permitAccounts(handler: LambdaFunction, accounts: readonly string[]): void {
  const { partition, region } = Stack.of(handler);
  for (const account of new Set(accounts))
    handler.addPermission(`ApisOf${account}`, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: `arn:${partition}:execute-api:${region}:${account}:*/authorizers/*`,
    });
}
