// The same stack on one machine: synthesised, resolved, and run behind a gateway that obeys it (DESIGN section 7).

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoEntriesTarget } from '../demo/write-demo-entries.ts';
import { checkResourceTypes } from './check-resource-types.ts';
import { consoleResponse } from './console/serve-console.ts';
import { createTables, localDynamoDbClient, openDynamoDb } from './dynamodb/open-dynamodb.ts';
import { createCustomResources } from './functions/custom-resource.ts';
import { openFunctionUrls } from './functions/open-function-urls.ts';
import { openLambdaEndpoint } from './functions/open-lambda-endpoint.ts';
import { type LocalFunctions, readAssets, readFunctions } from './functions/read-functions.ts';
import { openAuthorizerCache } from './gateway/authorizer-cache.ts';
import { handleRequest } from './gateway/handle-request.ts';
import type { HttpAuthorizerResult } from './gateway/http-api/authorize-http-request.ts';
import { readHttpApis } from './gateway/http-api/read-http-apis.ts';
import type { GatewayResponse } from './gateway/http-message.ts';
import { type Handle, listen } from './gateway/listen.ts';
import type { AuthorizerResult } from './gateway/rest-api/authorizer-result.ts';
import { openUsageCounters } from './gateway/rest-api/count-usage.ts';
import { readRestApis } from './gateway/rest-api/read-rest-apis.ts';
import { usageKeyValue } from './gateway/rest-api/read-usage-plans.ts';
import { createSecrets } from './secrets-manager/create-secrets.ts';
import { openSecretsManager } from './secrets-manager/open-secrets-manager.ts';
import { type Assembly, synthesise } from './synthesise.ts';
import { readTemplate, type Template } from './template/read-template.ts';

const STACK_NAME = 'Gatehouse';
const REGION = 'us-east-1';
const ACCOUNT_ID = '123456789012';

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

const STARTING: GatewayResponse = {
  status: 503,
  headers: [
    ['Content-Type', 'application/json'],
    ['Retry-After', '1'],
  ],
  body: Buffer.from('{"message":"Gatehouse is starting"}'),
};

/** Things to close, the last that was opened first. */
type Closers = (() => void | Promise<void>)[];

/** @throws Error, with everything closed again that was opened */
export async function startLocal(options: LocalOptions): Promise<LocalRun> {
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    return await start(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: LocalOptions, closers: Closers, close: () => Promise<void>): Promise<LocalRun> {
  const { port, dataDirectory, writeLine = () => {} } = options;
  const report = (line: string): void => writeLine('gateway', line);
  const keep = <T extends { close(): void | Promise<void> }>(opened: T): T => {
    closers.push(() => opened.close());
    return opened;
  };
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
  const inData = (name: string) => (dataDirectory === undefined ? undefined : join(dataDirectory, name));

  // Ports first: what is taken is said before anybody waits, and the issuer is known before the synthesis.
  let handle: Handle = async () => STARTING;
  const gateway = keep(await listen(port, (request) => handle(request), report));
  const next = (offset: number): number => (port === 0 ? 0 : port + offset);
  const dynamoDb = keep(await openDynamoDb(next(1), inData('dynamodb')));
  const clock = Date.now;
  const secretsManager = await openSecretsManager({
    port: next(2),
    region: REGION,
    accountId: ACCOUNT_ID,
    file: inData('secrets.json'),
    clock,
  });
  keep(secretsManager.listener);
  const url = `http://127.0.0.1:${gateway.port}`;

  const assembly = keep(await synthesise(STACK_NAME, { ...options.context, demo: true, issuer: url }, options.app));
  const template = readTemplate(assembly.template, { stackName: STACK_NAME, region: REGION, accountId: ACCOUNT_ID });
  checkResourceTypes(template);
  const client = localDynamoDbClient(dynamoDb.port, REGION);
  closers.push(() => client.destroy());
  createSecrets(template, secretsManager.vault);
  let functions: LocalFunctions | undefined;
  const findFunction = (nameOrArn: string) => functions?.find(nameOrArn);
  const lambda = keep(await openLambdaEndpoint(findFunction, report));
  const endpoints = {
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${lambda.port}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamoDb.port}`,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManager.listener.port}`,
  };
  functions = keep(openFunctions(template, assembly, endpoints, writeLine));
  for (const listener of await openFunctionUrls(template, functions, report)) keep(listener);
  await Promise.all([createTables(template, client), createCustomResources(template, functions, report)]);

  const apis = { rest: readRestApis(template), http: readHttpApis(template) };
  const cache = openAuthorizerCache<AuthorizerResult>(clock);
  const httpCache = openAuthorizerCache<HttpAuthorizerResult>(clock);
  const dependencies = { findFunction, cache, httpCache, usage: openUsageCounters(clock), report };
  handle = async (request) => consoleResponse(request) ?? handleRequest(dependencies, apis, request);
  await Promise.all(functions.all.filter(({ arn }) => isOnPath(arn, template)).map((each) => each.warm()));
  const outputs = template.outputs();
  return {
    url,
    dynamoDbUrl: endpoints.AWS_ENDPOINT_URL_DYNAMODB,
    secretsManagerUrl: endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER,
    lambdaUrl: endpoints.AWS_ENDPOINT_URL_LAMBDA,
    region: REGION,
    outputs,
    demo: demoTarget(template, outputs),
    usageKeys: Object.fromEntries(template.resources('AWS::ApiGateway::ApiKey').map((key) => [key.ref, usageKeyValue(key)])),
    flushAuthorizerCaches() {
      cache.flush();
      httpCache.flush();
    },
    close,
  };
}

function openFunctions(
  template: Template,
  assembly: Assembly,
  variables: Readonly<Record<string, string>>,
  writeLine: (source: string, line: string) => void,
): LocalFunctions {
  return readFunctions(template, readAssets(assembly.directory, STACK_NAME), { variables, writeLine });
}

/** Functions that answer callers are started at once; that of a custom resource has done its work. */
function isOnPath(arn: string, template: Template): boolean {
  return !template.resources('Custom::').some(({ properties }) => properties.ServiceToken === arn);
}

/** What the outputs of the stack say of the demo. */
function demoTarget(template: Template, outputs: Readonly<Record<string, string>>): DemoEntriesTarget {
  const output = (ending: string): string => {
    const key = Object.keys(outputs).find((candidate) => candidate.startsWith('Demo') && candidate.includes(ending));
    const value = key === undefined ? undefined : outputs[key];
    if (value === undefined) throw new Error(`The stack has no output ${ending} of the demo.`);
    return value;
  };
  return {
    stackName: template.deployment.stackName,
    apiId: output('ApiId'),
    stage: 'prod',
    userServiceUrl: output('UserServiceUrl'),
    isLocal: true,
  };
}
