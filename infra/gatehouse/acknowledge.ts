// Findings of cdk-nag that stand, each with the reason why.

import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { validationsOf } from './older-libraries.ts';

/** @param findings reason by id, such as `AwsSolutions-COG4` */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  const validations = validationsOf(construct);
  for (const [id, reason] of Object.entries(findings)) validations?.acknowledge({ id, reason });
}

/** The id of a finding about one policy or one resource: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:…]`. */
export function findingOn(construct: IConstruct, rule: string, kind: 'Policy' | 'Resource', arn: string): string {
  return `${rule}[${kind}::${flatten(Stack.of(construct).resolve(arn))}]`;
}

/** As cdk-nag writes what only CloudFormation knows. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${String(value.Ref)}>`;
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join']) && Array.isArray(value['Fn::Join'][1]))
    return value['Fn::Join'][1].map(flatten).join(String(value['Fn::Join'][0]));
  return JSON.stringify(value);
}
