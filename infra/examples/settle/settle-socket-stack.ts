// A WebSocket API behind the authorizer, whose connections do nothing: what is asked is whether they open.

import { CfnApi, CfnAuthorizer, CfnDeployment, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Gatehouse } from '../../gatehouse/gatehouse.ts';

const STAGE = 'prod';

export class SettleSocketStack extends Stack {
  constructor(scope: Construct, id: string, gatehouse: Gatehouse) {
    super(scope, id);
    const api = new CfnApi(this, 'Api', { name: id, protocolType: 'WEBSOCKET', routeSelectionExpression: '$request.body.action' });
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      apiId: api.ref,
      name: 'Gatehouse',
      authorizerType: 'REQUEST',
      authorizerUri: `arn:${this.partition}:apigateway:${this.region}:lambda:path/2015-03-31/functions/${gatehouse.authorizerFunction.functionArn}/invocations`,
      authorizerCredentialsArn: gatehouse.authorizerInvokeRole.roleArn,
      identitySource: ['route.request.header.Authorization'],
    });
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.ref,
      integrationType: 'MOCK',
      templateSelectionExpression: '200',
      requestTemplates: { '200': '{"statusCode":200}' },
    });
    const route = new CfnRoute(this, 'Connect', {
      apiId: api.ref,
      routeKey: '$connect',
      authorizationType: 'CUSTOM',
      authorizerId: authorizer.ref,
      target: `integrations/${integration.ref}`,
    });
    const deployment = new CfnDeployment(this, 'Deployment', { apiId: api.ref });
    deployment.addDependency(route);
    new CfnStage(this, 'Stage', { apiId: api.ref, stageName: STAGE, deploymentId: deployment.ref });
    const outputs = { SettleSocketUrl: `${api.attrApiEndpoint}/${STAGE}`, SettleSocketId: api.ref };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}
