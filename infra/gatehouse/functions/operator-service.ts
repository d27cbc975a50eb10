// The operator function: `userstore doctor` and `userstore test` from inside the network of the functions that log users in.
// No API leads to it and no event; whoever may invoke it by IAM can.

import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Environment } from '../../../functions/shared/environment.ts';
import { permitOperator } from '../permissions.ts';
import type { GatehouseSettings } from '../settings.ts';
import type { Storage } from '../storage/storage.ts';
import { type FunctionPlacement, openFunction } from './open-function.ts';

export class OperatorService extends Construct {
  readonly handler: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    storage: Storage,
    environment: Environment,
    settings: GatehouseSettings,
    placement: FunctionPlacement | undefined,
  ) {
    super(scope, id);
    const { TENANTS_TABLE, USERS_TABLE, TOKENS_TABLE, TENANT_SECRETS_PREFIX } = environment;
    this.handler = openFunction(this, 'Function', {
      bundle: 'operator',
      description: 'Gatehouse: examines userstores for operators.',
      // A virtual CPU for the password hashes of `userstore test`, as logins have; 50 s are for the servers of one store.
      settings: { memoryMb: 1769, timeoutSeconds: 60 },
      logRetention: settings.logRetention,
      awsEndpoints: settings.awsEndpoints,
      // Nobody waits for it to start.
      awsClient: 'sdk',
      environment: { TENANTS_TABLE, USERS_TABLE, TOKENS_TABLE, TENANT_SECRETS_PREFIX },
      isCalledSynchronously: true,
      ...(placement !== undefined && { placement }),
    });
    permitOperator(this.handler, { storage, settings });
  }
}
