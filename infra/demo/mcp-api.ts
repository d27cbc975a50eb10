// The demo's MCP server behind the authorizer: what an agent is given is its URL, and nothing else.

import { MockIntegration, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnOutput } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { openFunction } from '../gatehouse/functions/open-function.ts';
import type { Gatehouse } from '../gatehouse/gatehouse.ts';
import { openRestApi } from '../gatehouse/token-api/rest-stage.ts';
import { AGENTS } from './agents-data.ts';

export interface McpApiProps {
  readonly gatehouse: Pick<Gatehouse, 'issuer' | 'protectRestApi'>;
  /** Where the API answers, without a slash at the end. Absent: the address of its stage. */
  readonly url?: string;
}

export class McpApi extends Construct {
  readonly api: RestApi;
  /** What an agent is given. */
  readonly url: string;

  constructor(scope: Construct, id: string, { gatehouse, url }: McpApiProps) {
    super(scope, id);
    this.api = openRestApi(this, 'Api', {
      name: 'Mcp',
      description: 'Demo MCP server behind Gatehouse.',
      logRetention: RetentionDays.ONE_WEEK,
      requestsPerSecond: 100,
      burst: 200,
      accountCloudWatchRole: false,
      disableExecuteApiEndpoint: false,
    });
    const { tenant, api: apiName, path, ordersPath, scope: toolsScope, ordersScope } = AGENTS;
    const routes = gatehouse.protectRestApi('Gatehouse', this.api, {
      tenant,
      apiName,
      resource: { ...(url !== undefined && { url }), path, scopes: [toolsScope, ordersScope], firstScopes: [toolsScope] },
    });
    this.url = routes.resource?.uri ?? '';
    const handler = openFunction(this, 'Server', {
      bundle: 'mcp-server',
      description: 'Demo MCP server.',
      settings: { memoryMb: 512, timeoutSeconds: 10 },
      logRetention: RetentionDays.ONE_WEEK,
      environment: { ISSUER: gatehouse.issuer, AUDIENCE: this.url },
      isCalledSynchronously: true,
    });
    for (const [at, scopes] of [
      [path, [toolsScope]],
      // Both are named, so that a client that is told to ask again keeps what it had.
      [ordersPath, [toolsScope, ordersScope]],
    ] as const) {
      const endpoint = this.api.root.resourceForPath(at);
      routes.protect(endpoint, 'POST', { kind: 'lambda', handler, readsJwtFrom: 'requestContext' }, { scopes });
      // No event streams and no sessions: whoever asks for either is told so, and no function runs for it.
      for (const method of ['GET', 'DELETE']) {
        const answer = routes.open(endpoint, method, { kind: 'integration', open: () => notAllowed() });
        answer.addMethodResponse({ statusCode: '405', responseParameters: { 'method.response.header.Allow': true } });
      }
    }
    new CfnOutput(this, 'Url', { value: this.url, description: 'What an agent is given.' });
  }
}

const notAllowed = (): MockIntegration =>
  new MockIntegration({
    requestTemplates: { 'application/json': '{"statusCode": 405}' },
    integrationResponses: [{ statusCode: '405', responseParameters: { 'method.response.header.Allow': "'POST'" } }],
  });
