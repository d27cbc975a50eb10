// The signing keys: made at deployment by the signing-keys function, which a custom resource calls, and rotated by it
// when they are due. Only key ids come back: no private key passes through the template or CloudFormation.

import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CustomResource, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../../../functions/shared/environment.ts';
import { acknowledge } from '../acknowledge.ts';
import { openFunction } from '../functions/open-function.ts';
import type { GatehouseSettings } from '../settings.ts';
import type { Storage } from './storage.ts';

/** Raised when a release makes keys of a kind that earlier ones did not: CloudFormation then asks for them at once. */
const KEY_KINDS_VERSION = '1';

export class SigningKeysService extends Construct {
  readonly handler: LambdaFunction;
  /** Made once they are there. */
  readonly keys: CustomResource;

  constructor(scope: Construct, id: string, storage: Storage, environment: Environment, settings: GatehouseSettings) {
    super(scope, id);
    this.handler = openFunction(this, 'Function', {
      bundle: 'signing-keys',
      description: 'Gatehouse: makes and rotates the signing keys.',
      settings: { memoryMb: 512, timeoutSeconds: 120 },
      logRetention: settings.logRetention,
      awsEndpoints: settings.awsEndpoints,
      environment: { SIGNING_KEYS_SECRET: environment.SIGNING_KEYS_SECRET },
      isCalledSynchronously: false,
    });
    const { policyArn, secret } = storage.signingKeys;
    this.handler.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], resources: [policyArn] }),
    );
    secret?.encryptionKey?.grantEncryptDecrypt(this.handler);
    this.#rotateByDay();
    this.keys = new CustomResource(this, 'Keys', {
      resourceType: 'Custom::GatehouseSigningKeys',
      serviceToken: this.handler.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { KeyKindsVersion: KEY_KINDS_VERSION },
    });
    // CloudFormation calls at once: the function must be allowed to write by then.
    this.keys.node.addDependency(this.handler, storage);
  }

  #rotateByDay(): void {
    new Rule(this, 'Rotation', {
      description: 'Asks the signing-keys function once a day whether a key is due.',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaTarget(this.handler, { retryAttempts: 2, maxEventAge: Duration.hours(6) })],
    });
    acknowledge(this, {
      'Serverless-LambdaDLQ': 'A rotation that failed is tried again the next day, for as long as it takes, and an alarm says so.',
      'Serverless-EventBusDLQ': 'The next event asks for the same.',
    });
  }
}
