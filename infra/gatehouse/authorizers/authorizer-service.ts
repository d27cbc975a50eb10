// The authorizer function, and the role with which API Gateway calls it.

import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Environment } from '../../../functions/shared/environment.ts';
import { type FunctionPlacement, openFunction } from '../functions/open-function.ts';
import { permitAuthorizer } from '../permissions.ts';
import type { GatehouseSettings } from '../settings.ts';
import type { Storage } from '../storage/storage.ts';

export class AuthorizerService extends Construct {
  readonly handler: LambdaFunction;
  /**
   * Immutable, so that an API in any stack can use it and changes nothing in this one. A permission on the function
   * for each authorizer would make the two stacks need each other.
   *
   * Its trust policy is that of "Create an assumable IAM role" in the API Gateway guide, with no condition: the guide
   * names no key that API Gateway sends when it assumes a role, and a condition on one that is not sent refuses every
   * call. Who may give an API this role is what `iam:PassRole` says, which never reaches into another account.
   */
  readonly invokeRole: IRole;

  constructor(
    scope: Construct,
    id: string,
    storage: Storage,
    environment: Environment,
    settings: GatehouseSettings,
    placement: FunctionPlacement | undefined,
  ) {
    super(scope, id);
    this.handler = openFunction(this, 'Function', {
      bundle: 'authorizer',
      description: 'Gatehouse: authorizer for API Gateway.',
      settings: settings.authorizer,
      logRetention: settings.logRetention,
      awsEndpoints: settings.awsEndpoints,
      awsClient: settings.awsClient,
      environment: {
        ...environment,
        ...(settings.simpleResponseApiIds.length > 0 && { SIMPLE_RESPONSE_APIS: settings.simpleResponseApiIds.join(',') }),
      },
      isCalledSynchronously: true,
      ...(placement !== undefined && { placement }),
    });
    permitAuthorizer(this.handler, { storage, settings });
    const role = new Role(this, 'InvokeRole', {
      description: 'API Gateway assumes it to call the authorizer of Gatehouse.',
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.handler.functionArn] }));
    this.invokeRole = Role.fromRoleArn(this, 'InvokeRoleOfApis', role.roleArn, { mutable: false });
  }
}
