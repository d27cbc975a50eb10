// The authorizer of ours, as code, behind the local gateway, with stores in memory and one frozen clock for both: what a
// caller gets is told with API Gateway's cache on and off.

import type { LocalFunction } from '../../infra/emulator/functions/open-function.ts';
import type { InvocationResult } from '../../infra/emulator/functions/protocol.ts';
import { openAuthorizerCache } from '../../infra/emulator/gateway/authorizer-cache.ts';
import { handleRequest } from '../../infra/emulator/gateway/handle-request.ts';
import type { HttpAuthorizerResult } from '../../infra/emulator/gateway/http-api/authorize-http-request.ts';
import { readHttpApis } from '../../infra/emulator/gateway/http-api/read-http-apis.ts';
import type { HeaderList } from '../../infra/emulator/gateway/http-message.ts';
import type { AuthorizerResult } from '../../infra/emulator/gateway/rest-api/authorizer-result.ts';
import { openUsageCounters } from '../../infra/emulator/gateway/rest-api/count-usage.ts';
import { readRestApis } from '../../infra/emulator/gateway/rest-api/read-rest-apis.ts';
import { readTemplate } from '../../infra/emulator/template/read-template.ts';
import type { World } from '../functions/authorizer/authorizer-world.ts';
import { DEPLOYMENT, httpApi, lambdaProxy, restApi } from './gateway-template.ts';

export const METHODS = ['GET', 'POST'] as const;
export const CONTEXT = '/shop/1.0.0';
const REST_PATHS = ['/a', '/b', '/items/{id}', '/files/{proxy+}'];
/** Of an HTTP API whose cache is on, the construct takes no route with a variable. */
const HTTP_PATHS = ['/http-a', '/http-b'];

/** What the construct writes for REST and HTTP APIs. */
export const REST_SOURCES = ['method.request.header.Authorization', 'context.httpMethod', 'context.path'];
const HTTP_SOURCES = ['$request.header.Authorization', '$context.routeKey'];

/** What a caller got, and what the backend was told, without what differs from one minting to the next. */
export interface Observed {
  readonly status: number;
  readonly body: string;
  /** Claims of the end-user JWT that reached the backend. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface Gateway {
  /** API Gateway's ids of the REST and the HTTP API. */
  readonly apiIds: readonly [string, string];
  call(method: string, path: string, headers: HeaderList): Promise<Observed>;
  /** How often the authorizer was asked. */
  calls(): number;
}

const lambdaOf = (name: string, run: (event: unknown) => unknown): LocalFunction => ({
  name,
  arn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
  async invoke(event): Promise<InvocationResult> {
    try {
      return { kind: 'result', payload: JSON.stringify(await run(JSON.parse(JSON.stringify(event)))) };
    } catch (error) {
      const errorMessage = error instanceof Error ? error.message : String(error);
      return { kind: 'error', error: { errorType: 'Error', errorMessage } };
    }
  },
  warm: async () => {},
  close: async () => {},
});

/** Answers what the authorizer handed over. */
function backend(event: unknown): object {
  const { requestContext } = event as { requestContext: { authorizer?: { endUserJwt?: string; lambda?: { endUserJwt?: string } } } };
  const jwt = requestContext.authorizer?.lambda?.endUserJwt ?? requestContext.authorizer?.endUserJwt ?? '';
  return { statusCode: 200, body: jwt };
}

function claimsOf(jwt: string): Readonly<Record<string, unknown>> {
  const { jti: _, ...claims } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8') || '{}');
  return claims;
}

function template(restSources: readonly string[], ttl: number) {
  const authorizer = { IdentitySource: restSources.join(','), AuthorizerResultTtlInSeconds: ttl };
  const rest = REST_PATHS.flatMap((path) =>
    METHODS.map((method) => ({ path: `${CONTEXT}${path}`, method, integration: lambdaProxy('Backend'), authorized: true })),
  );
  const integration = { IntegrationType: 'AWS_PROXY', IntegrationUri: { 'Fn::GetAtt': ['Backend', 'Arn'] }, PayloadFormatVersion: '2.0' };
  const http = HTTP_PATHS.flatMap((path) =>
    METHODS.map((method) => ({ routeKey: `${method} ${CONTEXT}${path}`, integration, authorized: true })),
  );
  const httpAuthorizer = { AuthorizerPayloadFormatVersion: '2.0', IdentitySource: HTTP_SOURCES, AuthorizerResultTtlInSeconds: ttl };
  const functions = Object.fromEntries(
    ['AuthorizerFunction', 'Backend'].map((id) => [id, { Type: 'AWS::Lambda::Function', Properties: { FunctionName: id } }]),
  );
  return readTemplate({ Resources: { ...restApi(rest, authorizer), ...httpApi(http, httpAuthorizer), ...functions } }, DEPLOYMENT);
}

/** @param ttl seconds that API Gateway keeps an answer; 0: never */
export function openGatewayFor(world: World, ttl: number, restSources: readonly string[] = REST_SOURCES): Gateway {
  const resolved = template(restSources, ttl);
  const apis = { rest: readRestApis(resolved), http: readHttpApis(resolved) };
  const clock = () => world.nowSeconds() * 1000;
  let calls = 0;
  const functions = [
    lambdaOf('AuthorizerFunction', (event) => {
      calls++;
      return world.handler(event);
    }),
    lambdaOf('Backend', backend),
  ];
  const dependencies = {
    findFunction: (arn: string) => functions.find((candidate) => candidate.arn === arn),
    cache: openAuthorizerCache<AuthorizerResult>(clock),
    httpCache: openAuthorizerCache<HttpAuthorizerResult>(clock),
    usage: openUsageCounters(clock),
    report: () => {},
  };
  return {
    apiIds: [apis.rest[0]?.apiId ?? '', apis.http[0]?.apiId ?? ''],
    calls: () => calls,
    async call(method, path, headers) {
      const request = { method, path, query: '', headers, body: Buffer.alloc(0), sourceIp: '127.0.0.1', protocol: 'HTTP/1.1', port: 80 };
      const response = await handleRequest(dependencies, apis, { ...request, requestId: 'request', receivedAtMs: clock() });
      const body = response.body.toString('utf8');
      return response.status === 200 ? { status: 200, body: '', claims: claimsOf(body) } : { status: response.status, body };
    },
  };
}
