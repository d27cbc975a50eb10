// What `aws-cdk-lib` 2.170 (December 2024) has not got and later ones have: apps of that age are served too. Its types here are
// those of the newest, so the compiler can't say where it is missing; test/infra/package has an app with the old one.

import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AnomalyDetectionAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnGlobalTable, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Function as LambdaFunction, Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { Annotations, Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** An older library has no name for it. */
export const NODE_24 =
  (Runtime.NODEJS_24_X as Runtime | undefined) ?? new Runtime('nodejs24.x', RuntimeFamily.NODEJS, { supportsInlineCode: true });

/** Undefined where the library has none: nobody asks for acknowledgements there. */
export function validationsOf(construct: IConstruct): Validations | undefined {
  return (Validations as typeof Validations | undefined)?.of(construct);
}

/** Tells whoever synthesises, once. @param id by which it can be acknowledged */
export function inform(construct: IConstruct, id: string, message: string): void {
  const annotations: Pick<Annotations, 'addInfo'> & Partial<Pick<Annotations, 'addInfoV2'>> = Annotations.of(construct);
  if (annotations.addInfoV2 === undefined) annotations.addInfo(message);
  else annotations.addInfoV2(id, message);
}

/** @throws Error that says which library is needed */
export function requireAnomalyDetection(): typeof AnomalyDetectionAlarm {
  const found = AnomalyDetectionAlarm as typeof AnomalyDetectionAlarm | undefined;
  if (found === undefined)
    throw new Error('observability.refusedLoginsAlarm needs a newer aws-cdk-lib: update it, or leave the alarm out.');
  return found;
}

/** An older library passes over `pointInTimeRecoverySpecification`, and the table could not be restored. */
export function setPointInTimeRecovery(table: TableV2, isEnabled: boolean): void {
  const resource = table.node.defaultChild as CfnGlobalTable;
  resource.addPropertyOverride('Replicas.0.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', isEnabled);
}

/** An older library knows no `scopePermissionToMethod`: one permission for each path would fill the function's policy (20 kB). */
export function keepOnePermission(handler: LambdaFunction, api: RestApi): void {
  const each = api.methods.flatMap(({ node }) => node.children.filter((child) => child.node.id.startsWith('ApiPermission.')));
  if (each.length === 0) return;
  for (const { node } of each) node.scope?.node.tryRemoveChild(node.id);
  handler.addPermission('ApiPermission', {
    principal: new ServicePrincipal('apigateway.amazonaws.com'),
    sourceArn: api.arnForExecuteApi(),
  });
}
