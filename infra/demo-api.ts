// The demo: the PizzaShack API behind the authorizer, its backend, the web service that knows its users, and an MCP server.

import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnOutput } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../functions/shared/environment.ts';
import { DEMO } from './demo/demo-data.ts';
import { McpApi } from './demo/mcp-api.ts';
import type { BundleName } from './gatehouse/functions/bundle-sources.ts';
import { openFunction } from './gatehouse/functions/open-function.ts';
import type { Gatehouse } from './gatehouse/gatehouse.ts';
import { openRestApi } from './gatehouse/token-api/rest-stage.ts';

/** Of the end-user JWTs for this API: what Gatehouse says where neither its entry nor its owner's says otherwise. */
const AUDIENCE = `urn:gatehouse:${DEMO.tenant}:${DEMO.api}`;

/** What the demo needs of a Gatehouse: one of its own stack, or what another app has deployed. */
export type DemoGatehouse = Pick<Gatehouse, 'issuer' | 'protectRestApi'> & Partial<Pick<Gatehouse, 'tokenApi'>>;

export class DemoApi extends Construct {
  readonly api: RestApi;
  /** A route of the backend that answers with every header that it got, and asks for nothing. */
  readonly echoUrl: string;
  readonly userServiceUrl: string;
  readonly mcp: McpApi;

  /** @param url where the MCP server answers, without a slash at the end. Absent: at the address of its stage */
  constructor(scope: Construct, id: string, gatehouse: DemoGatehouse, url?: string) {
    super(scope, id);
    this.api = openRestApi(this, 'PizzaShack', {
      name: 'PizzaShack',
      description: 'Demo API behind Gatehouse.',
      logRetention: RetentionDays.ONE_WEEK,
      requestsPerSecond: 100,
      burst: 200,
      accountCloudWatchRole: false,
      disableExecuteApiEndpoint: false,
    });
    // The account's role for logs, which the token API sets, must be there before these stages write any.
    const account = gatehouse.tokenApi?.node.tryFindChild('Account');
    this.mcp = new McpApi(this, 'Mcp', { gatehouse, ...(url !== undefined && { url }) });
    if (account !== undefined) for (const { deploymentStage } of [this.api, this.mcp.api]) deploymentStage.node.addDependency(account);
    const backend = this.#openDemoFunction(
      'Backend',
      'pizzashack',
      { ISSUER: gatehouse.issuer, AUDIENCE },
      'Demo backend: the PizzaShack API.',
    );
    const userService = this.#openDemoFunction('UserService', 'user-service', {}, 'Demo web service that knows users.');
    this.echoUrl = `${backend.url}pizzashack/1.0.0/health`;
    this.userServiceUrl = userService.url;
    const routes = gatehouse.protectRestApi('Gatehouse', this.api);
    const base = this.api.root.addResource('pizzashack').addResource('1.0.0');
    const http = (name: string) => ({ kind: 'http', url: `${backend.url}pizzashack/1.0.0/${name}` }) as const;
    routes.protect(base.addResource('menu'), 'GET', http('menu'));
    routes.protect(base.addResource('order'), 'POST', http('order'));
    routes.protect(base.addResource('whoami'), 'GET', http('whoami'));
    routes.open(base.addResource('health'), 'GET', http('health'));
    new CfnOutput(this, 'ApiId', { value: this.api.restApiId, description: 'apiId of the api# entry.' });
    new CfnOutput(this, 'Url', { value: `${this.api.url}pizzashack/1.0.0` });
    new CfnOutput(this, 'UserServiceUrl', { value: userService.url, description: 'url of the userstore# entry.' });
  }

  #openDemoFunction(id: string, bundle: BundleName, environment: Partial<Environment>, description: string): FunctionUrl {
    const handler = openFunction(this, id, {
      bundle,
      description,
      settings: { memoryMb: 256, timeoutSeconds: 10 },
      logRetention: RetentionDays.ONE_WEEK,
      environment,
      isCalledSynchronously: true,
    });
    return handler.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  }
}
