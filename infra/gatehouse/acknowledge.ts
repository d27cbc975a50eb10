// Findings of cdk-nag that stand, each with the reason why.

import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** @param findings reason by rule id, such as `AwsSolutions-COG4` */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  const validations = Validations.of(construct);
  for (const [id, reason] of Object.entries(findings)) validations.acknowledge({ id, reason });
}
