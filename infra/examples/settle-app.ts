// The CDK app that settle-on-aws.ts asks its questions of: Gatehouse with the demo, disposable, and APIs of every kind.
// `settle-on-aws.ts --help` says how to deploy and delete it.

import { HttpIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { App, Aws, CfnOutput, CfnWaitCondition, CfnWaitConditionHandle, RemovalPolicy, type Stack } from 'aws-cdk-lib/core';
import { DEMO } from '../demo/demo-data.ts';
import type { DemoApi } from '../demo-api.ts';
import { addRestDiscovery } from '../gatehouse/discovery/rest-discovery.ts';
import type { Gatehouse } from '../gatehouse/gatehouse.ts';
import { GatehouseStack } from '../gatehouse-stack.ts';
import { SettleSocketStack } from './settle/settle-socket-stack.ts';

/** Longer than the shortest life of a token, so that an answer that is kept can be asked about one that is over. */
const CACHE_SECONDS = '90';

/** Adds them to an app, whose context may say `stack`, `cacheSeconds`, `socket=false`, `fail` and `accountCloudWatchRole`. */
export function addSettleStacks(app: App): void {
  const given = (name: string): string | undefined => {
    const value: unknown = app.node.tryGetContext(name);
    return value === undefined ? undefined : String(value);
  };
  const stackName = given('stack') ?? 'Gatehouse-Settle';
  const cacheSeconds = given('cacheSeconds') ?? CACHE_SECONDS;
  const issuer = given('issuer');
  const stack = new GatehouseStack(app, stackName, {
    demo: true,
    gatehouse: {
      removalPolicy: RemovalPolicy.DESTROY,
      accountCloudWatchRole: given('accountCloudWatchRole') === 'true',
      authorizerCacheSeconds: Number(cacheSeconds),
      ...(issuer !== undefined && { issuer }),
    },
  });
  const { gatehouse, demo } = stack;
  if (demo === undefined) throw new Error('The stack has no demo.');
  addOutputs(stack, { ...addApis(stack, gatehouse, demo), SettleCacheSeconds: cacheSeconds });
  if (given('fail') === 'true') failAtTheEnd(stack, gatehouse);
  if (given('socket') !== 'false') new SettleSocketStack(app, `${stackName}-Socket`, gatehouse);
}

/** What the stack says of them. */
function addApis(stack: Stack, gatehouse: Gatehouse, demo: DemoApi): Readonly<Record<string, string>> {
  const echo = { kind: 'http', url: demo.echoUrl } as const;
  const rest = new RestApi(stack, 'SettleRest');
  const routes = gatehouse.protectRestApi('Gatehouse', rest);
  const base = rest.root.addResource('settle');
  routes.open(base.addResource('health'), 'GET', echo);
  for (const name of ['anyone', 'scoped'] as const) routes.protect(base.addResource(name), 'GET', echo);
  routes.protect(base.addResource('paths').addResource('{proxy+}'), 'GET', echo);

  const counted = new RestApi(stack, 'SettleCounted');
  const countedRoutes = gatehouse.protectRestApi('Gatehouse', counted, { countTiers: true, cacheSeconds: 0 });
  countedRoutes.protect(counted.root.addResource('settle').addResource('counted'), 'GET', echo);

  const raw = addRawApi(stack, echo.url);
  const http = new HttpApi(stack, 'SettleHttp');
  const httpRoutes = gatehouse.protectHttpApi('Gatehouse', http, { resource: { path: '/settle', authorizationServer: 'shared' } });
  httpRoutes.protect('/settle/echo', HttpMethod.GET, echo);
  httpRoutes.open('/settle/open', HttpMethod.GET, echo);

  return {
    SettleRestUrl: `${rest.url}settle`,
    SettleRestId: rest.restApiId,
    SettleCountedUrl: `${counted.url}settle`,
    SettleCountedId: counted.restApiId,
    SettleRawUrl: `${raw.url}settle`,
    SettleHttpUrl: http.apiEndpoint,
    SettleHttpId: http.apiId,
    SettleHttpResource: httpRoutes.resource?.uri ?? '',
    SettleHttpMetadataUrl: httpRoutes.resource?.metadataUrl ?? '',
    SettleMcpUrl: demo.mcp.url,
    SettleAgentUrl: agentUrlOf(raw),
    SettleDemoUrl: `${demo.api.url}pizzashack/1.0.0`,
    SettleDemoApiId: demo.api.restApiId,
    SettleUserServiceUrl: demo.userServiceUrl,
    SettleTokenFunction: gatehouse.tokenFunction.functionName,
    SettleAuthorizerFunction: gatehouse.authorizerFunction.functionName,
  };
}

/** No authorizer and no rules of ours: what API Gateway does by itself. Every media type is binary to it. */
function addRawApi(stack: Stack, url: string): RestApi {
  const raw = new RestApi(stack, 'SettleRaw', { binaryMediaTypes: ['*/*'] });
  for (const [name, value] of Object.entries({ static: "'none'", empty: "''" })) {
    const requestParameters = { 'integration.request.header.X-JWT-Assertion': value };
    raw.root.resourceForPath(`/settle/${name}`).addMethod('GET', new HttpIntegration(url, { proxy: true, options: { requestParameters } }));
  }
  addRestDiscovery(raw, { paths: [AGENT_PATH], document: agentDocument(raw) });
  return raw;
}

const AGENT_PATH = '/settle/agent.json';

/** Not by the address that the API says of its stage, which there is when the API has all its methods. */
const agentUrlOf = (raw: RestApi): string => `https://${raw.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/prod${AGENT_PATH}`;

/** A client that nobody registered (functions/token/sign-in/CLIENT-DOCUMENTS.md), answered as the document of an API is. */
function agentDocument(raw: RestApi): string {
  const document = {
    client_id: agentUrlOf(raw),
    client_name: 'Settle',
    redirect_uris: [DEMO.redirectUri],
    token_endpoint_auth_method: 'none',
  };
  return JSON.stringify(document);
}

function addOutputs(stack: Stack, outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value }).overrideLogicalId(name);
}

/** A first deployment that is rolled back: it waits a second for a signal that nobody gives, after all else is there. */
function failAtTheEnd(stack: Stack, gatehouse: Gatehouse): void {
  const handle = new CfnWaitConditionHandle(stack, 'FailsHandle');
  const wait = new CfnWaitCondition(stack, 'Fails', { count: 1, timeout: '1', handle: handle.ref });
  wait.node.addDependency(gatehouse);
}

if (import.meta.main) addSettleStacks(new App());
