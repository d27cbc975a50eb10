// The same stack on one machine: synthesised, resolved, and run behind a gateway that obeys it.

import type { DemoEntriesTarget } from '../demo/write-demo-entries.ts';
import { checkResourceTypes } from '../emulator/check-resource-types.ts';
import { type Closers, openClosers } from '../emulator/closers.ts';
import { deployStack, type Terminal } from '../emulator/deploy-stack.ts';
import { openAuthorizerCache } from '../emulator/gateway/authorizer-cache.ts';
import { handleRequest } from '../emulator/gateway/handle-request.ts';
import type { HttpAuthorizerResult } from '../emulator/gateway/http-api/authorize-http-request.ts';
import { readHttpApis } from '../emulator/gateway/http-api/read-http-apis.ts';
import type { AuthorizerResult } from '../emulator/gateway/rest-api/authorizer-result.ts';
import { openUsageCounters } from '../emulator/gateway/rest-api/count-usage.ts';
import { readRestApis } from '../emulator/gateway/rest-api/read-rest-apis.ts';
import { usageKeyValue } from '../emulator/gateway/rest-api/read-usage-plans.ts';
import { type FindFunction, openServices, type Services } from '../emulator/open-services.ts';
import { readTemplate, type Template } from '../emulator/template/read-template.ts';
import { consoleResponse } from './console/serve-console.ts';
import { type LogPage, openLogPage } from './log-page.ts';
import { synthesise } from './synthesise.ts';

/** Where the stack pretends to be. */
const DEPLOYMENT = { stackName: 'Gatehouse', region: 'us-east-1', accountId: '123456789012' };

export interface LocalOptions {
  /** Of the gateway; DynamoDB and Secrets Manager take the two that follow. 0: three free ones. */
  readonly port: number;
  /** Where tables and secrets are kept. Absent: in memory. */
  readonly dataDirectory?: string;
  /** The CDK app, from the root of the project, that defines the stack `Gatehouse`. Absent: that of cdk.json. */
  readonly app?: string;
  /** Context of the app, on top of that of cdk.json and of `issuer` and `demo`. */
  readonly context?: Readonly<Record<string, string>>;
  /** Gets every line that a function or the gateway writes. */
  readonly writeLine?: (source: string, line: string) => void;
}

export interface LocalRun {
  readonly url: string;
  readonly dynamoDbUrl: string;
  readonly secretsManagerUrl: string;
  /** The Invoke operation of Lambda. */
  readonly lambdaUrl: string;
  readonly region: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the demo entries need to know of the stack. */
  readonly demo: DemoEntriesTarget;
  /** Values of usage keys by the id of the key, as `aws apigateway get-api-key --include-value` says them. */
  readonly usageKeys: Readonly<Record<string, string>>;
  /** FlushStageAuthorizersCache of every API. */
  flushAuthorizerCaches(): void;
  close(): Promise<void>;
}

/** @throws Error, with everything closed again that was opened */
export async function startLocal(options: LocalOptions): Promise<LocalRun> {
  const closers = openClosers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(options: LocalOptions, closers: Closers): Promise<LocalRun> {
  const { port, dataDirectory } = options;
  const logPage = openLogPage();
  const writeLine = (source: string, line: string): void => {
    logPage.keep(line);
    options.writeLine?.(source, line);
  };
  const terminal: Terminal = { writeLine, report: (line) => writeLine('gateway', line) };
  const services = await openServices({ port, dataDirectory, deployment: DEPLOYMENT, clock: Date.now, report: terminal.report }, closers);
  const context = { ...options.context, demo: true, issuer: services.gatewayUrl };
  const assembly = closers.keep(await synthesise(DEPLOYMENT.stackName, context, options.app));
  const template = readTemplate(assembly.template, DEPLOYMENT);
  checkResourceTypes(template);
  const functions = await deployStack(template, assembly, services, terminal, closers);
  const flushAuthorizerCaches = serveApis(template, services, functions.find, { report: terminal.report, logPage });
  const outputs = template.outputs();
  return {
    url: services.gatewayUrl,
    dynamoDbUrl: services.endpoints.AWS_ENDPOINT_URL_DYNAMODB,
    secretsManagerUrl: services.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER,
    lambdaUrl: services.endpoints.AWS_ENDPOINT_URL_LAMBDA,
    region: DEPLOYMENT.region,
    outputs,
    demo: demoTarget(outputs),
    usageKeys: Object.fromEntries(template.resources('AWS::ApiGateway::ApiKey').map((key) => [key.ref, usageKeyValue(key)])),
    flushAuthorizerCaches,
    close: closers.close,
  };
}

interface Output {
  readonly report: (line: string) => void;
  readonly logPage: LogPage;
}

/** Opens the gateway to its callers. What it returns empties the authorizers' caches. */
function serveApis(template: Template, services: Services, findFunction: FindFunction, { report, logPage }: Output): () => void {
  const apis = { rest: readRestApis(template), http: readHttpApis(template) };
  const cache = openAuthorizerCache<AuthorizerResult>(Date.now);
  const httpCache = openAuthorizerCache<HttpAuthorizerResult>(Date.now);
  const dependencies = { findFunction, cache, httpCache, usage: openUsageCounters(Date.now), report };
  services.serve(
    async (request) =>
      logPage.respond(request) ?? consoleResponse(request) ?? logPage.keepAccess(request, await handleRequest(dependencies, apis, request)),
  );
  return () => {
    cache.flush();
    httpCache.flush();
  };
}

/** What the outputs of the stack say of the demo. */
function demoTarget(outputs: Readonly<Record<string, string>>): DemoEntriesTarget {
  const output = (ending: string): string => {
    const key = Object.keys(outputs).find((candidate) => candidate.startsWith('Demo') && candidate.includes(ending));
    const value = key === undefined ? undefined : outputs[key];
    if (value === undefined) throw new Error(`The stack has no output ${ending} of the demo.`);
    return value;
  };
  return {
    stackName: DEPLOYMENT.stackName,
    apiId: output('ApiId'),
    stage: 'prod',
    userServiceUrl: output('UserServiceUrl'),
    isLocal: true,
  };
}
