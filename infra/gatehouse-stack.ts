// The stack that `cdk deploy` deploys: Gatehouse, what others need to point at it, and on request the demo.

import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { DemoApi } from './demo-api.ts';
import { Gatehouse } from './gatehouse/gatehouse.ts';
import type { GatehouseProps } from './gatehouse/settings.ts';

export interface GatehouseStackProps extends StackProps {
  readonly gatehouse?: GatehouseProps;
  /** With the PizzaShack API, its backend and its user service, and an MCP server. */
  readonly demo?: boolean;
  /** Where the demo's MCP server answers, without a slash at the end. Absent: at the address of its stage. */
  readonly demoUrl?: string;
}

export class GatehouseStack extends Stack {
  readonly gatehouse: Gatehouse;
  /** With `demo`. */
  readonly demo: DemoApi | undefined;

  constructor(scope: Construct, id: string, props: GatehouseStackProps = {}) {
    super(scope, id, {
      description: 'Gatehouse: OAuth 2.0 for end users in front of API Gateway.',
      // Not before: CDK switches it on before it makes the first resource, and can't delete a stack that failed then.
      terminationProtection: props.gatehouse?.deletionProtection ?? false,
      ...props,
    });
    this.gatehouse = new Gatehouse(this, 'Gatehouse', props.gatehouse);
    const { gatehouse } = this;
    const outputs = {
      Issuer: gatehouse.issuer,
      TokenUrl: `${gatehouse.issuer}/oauth2/token`,
      JwksUrl: `${gatehouse.issuer}/oauth2/jwks`,
      AuthorizerFunctionArn: gatehouse.authorizerFunction.functionArn,
      AuthorizerInvokeRoleArn: gatehouse.authorizerInvokeRole.roleArn,
      TokenFunctionArn: gatehouse.tokenFunction.functionArn,
      ApiEntriesFunctionArn: gatehouse.apiEntriesFunction.functionArn,
      SigningKeysFunctionName: gatehouse.signingKeysFunction.functionName,
      ...(gatehouse.operatorFunction !== undefined && { OperatorFunctionName: gatehouse.operatorFunction.functionName }),
      TenantsTable: gatehouse.storage.tenants.tableName,
      ClientsTable: gatehouse.storage.clients.tableName,
      UsersTable: gatehouse.storage.users.tableName,
      TokensTable: gatehouse.storage.tokens.tableName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
    this.demo = props.demo === true ? new DemoApi(this, 'Demo', gatehouse, props.demoUrl) : undefined;
  }
}
