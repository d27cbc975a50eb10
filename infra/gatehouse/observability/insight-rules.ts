// Counts by tenant and by userstore, on request: rules of Contributor Insights, which find the largest of any number of
// contributors, where a metric for each of them would be one to pay for.

import { CfnInsightRule } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

interface Rule {
  readonly of: 'token' | 'authorizer';
  readonly name: string;
  /** Fields of a line; a combination of their values is a contributor. */
  readonly keys: readonly string[];
}

const RULES = [
  { of: 'token', name: 'TokenRequestsByTenant', keys: ['tenant', 'outcome'] },
  { of: 'token', name: 'LoginsByUserstore', keys: ['tenant', 'userstore', 'outcome'] },
  { of: 'authorizer', name: 'AuthorizationsByTenant', keys: ['tenant', 'outcome'] },
] as const satisfies readonly Rule[];

export function addInsightRules(scope: Construct, prefix: string, functions: Readonly<Record<Rule['of'], LambdaFunction>>): void {
  for (const { of, name, keys } of RULES)
    new CfnInsightRule(scope, name, {
      ruleName: `${prefix}-${name}`,
      ruleState: 'ENABLED',
      ruleBody: Stack.of(scope).toJsonString({
        Schema: { Name: 'CloudWatchLogRule', Version: 1 },
        LogGroupNames: [functions[of].logGroup.logGroupName],
        LogFormat: 'JSON',
        Contribution: { Keys: keys.map((key) => `$.${key}`), Filters: keys.map((key) => ({ Match: `$.${key}`, IsPresent: true })) },
        AggregateOn: 'Count',
      }),
    });
}
