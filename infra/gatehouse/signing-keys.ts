// The signing keys: made at deployment by the signing-keys function, which a custom resource calls, and rotated by it
// once a day if it is time. Only key ids come back: no private key passes through the template or CloudFormation.

import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CustomResource, Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Raised when a release needs keys of a kind that earlier ones did not make. */
const KEY_KINDS_VERSION = '1';

export function addSigningKeys(scope: Construct, handler: LambdaFunction, secret: CfnSecret): CustomResource {
  handler.addToRolePolicy(
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], resources: [secret.ref] }),
  );
  new Rule(scope, 'Rotation', {
    description: 'Asks the signing-keys function once a day whether a key is due.',
    schedule: Schedule.rate(Duration.days(1)),
    targets: [new LambdaTarget(handler, { retryAttempts: 2, maxEventAge: Duration.hours(6) })],
  });
  const keys = new CustomResource(scope, 'Keys', {
    resourceType: 'Custom::GatehouseSigningKeys',
    serviceToken: handler.functionArn,
    serviceTimeout: Duration.minutes(5),
    properties: { KeyKindsVersion: KEY_KINDS_VERSION },
  });
  // The permission of the function must be there before CloudFormation calls it.
  keys.node.addDependency(handler);
  return keys;
}
