// The function that keeps the api# entries of APIs whose deployment says whose they are.

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { openFunction } from '../functions/open-function.ts';
import type { GatehouseSettings } from '../settings.ts';
import type { Storage } from '../storage/storage.ts';

export class ApiEntriesService extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, { tenants }: Storage, settings: GatehouseSettings) {
    super(scope, id);
    this.handler = openFunction(this, 'Function', {
      bundle: 'api-entries',
      description: 'Gatehouse: writes the api# entries of APIs that are deployed with their tenant.',
      settings: { memoryMb: 256, timeoutSeconds: 120 },
      logRetention: settings.logRetention,
      awsEndpoints: settings.awsEndpoints,
      environment: { TENANTS_TABLE: tenants.tableName },
      isCalledSynchronously: false,
    });
    this.handler.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], resources: [tenants.tableArn] }),
    );
    tenants.encryptionKey?.grantEncryptDecrypt(this.handler);
    acknowledge(this, { 'Serverless-LambdaDLQ': 'CloudFormation calls it and waits for its answer.' });
  }
}
