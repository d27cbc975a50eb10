// FLOW of a REST API: limits → route → authorizer → request validator → integration, and gateway responses for what
// fails on the way (infra/emulator/README.md).

import { GatewayFailure } from '../gateway-failure.ts';
import { type GatewayRequest, type GatewayResponse, type HeaderList, headerValue } from '../http-message.ts';
import { integrateHttpProxy } from '../http-proxy.ts';
import { unavailableResponse } from '../unavailable.ts';
import { type AuthorizationDependencies, authorizeRestRequest } from './authorize-rest-request.ts';
import type { UsageCounters } from './count-usage.ts';
import { integrateCustom } from './custom-integration.ts';
import { gatewayResponse } from './gateway-response.ts';
import { integrateLambdaProxy } from './lambda-proxy.ts';
import { mapRequest } from './map-request.ts';
import { type MatchedRoute, matchRoute, nearestApi } from './match-route.ts';
import { integrateMock } from './mock-integration.ts';
import type { RestApi } from './rest-api.ts';
import { restContext } from './rest-context.ts';
import { type ParameterSource, parameterValue } from './rest-parameters.ts';

type RoutedSource = ParameterSource & { readonly matched: MatchedRoute };

export interface RestDependencies extends AuthorizationDependencies {
  readonly usage: UsageCounters;
  /** A line for the terminal: why the gateway itself answered. */
  readonly report: (line: string) => void;
}

/** All header values of a request together (infra/emulator/README.md, "Limits"). */
const MAX_HEADER_BYTES = 10_240;
/** Bytes: infra/emulator/README.md, "Limits". */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

const headerBytes = (headers: HeaderList): number => headers.reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0);

function requireWithinLimits(request: GatewayRequest): void {
  if (headerBytes(request.headers) > MAX_HEADER_BYTES)
    throw new GatewayFailure('REQUEST_HEADERS_TOO_LARGE', 'header values are over 10,240 bytes');
  if (request.body.length > MAX_BODY_BYTES) throw new GatewayFailure('REQUEST_TOO_LARGE', 'the body is over 10 MB');
}

function requireParameters(source: RoutedSource): void {
  const { requiredParameters } = source.matched.route;
  const missing = requiredParameters.filter((name) => parameterValue(name, source) === undefined).map((name) => name.split('.').at(-1));
  if (missing.length === 0) return;
  const message = `Missing required request parameters: [${missing.join(', ')}]`;
  throw new GatewayFailure('BAD_REQUEST_PARAMETERS', message, message);
}

/** A cached result of the authorizer carries the key too (infra/emulator/README.md, "Usage plans"). */
function requireUsageKey(
  { usage }: RestDependencies,
  { request, matched: { api, route } }: RoutedSource,
  fromAuthorizer: string | undefined,
): void {
  if (!route.apiKeyRequired) return;
  usage.take(api.usagePlans, api.apiKeySource === 'AUTHORIZER' ? fromAuthorizer : headerValue(request.headers, 'x-api-key'));
}

async function integrate(dependencies: RestDependencies, source: RoutedSource): Promise<GatewayResponse> {
  const { integration } = source.matched.route;
  switch (integration.kind) {
    case 'mock':
      return integrateMock(integration, source);
    case 'custom':
      return integrateCustom(integration, source, dependencies.findFunction);
    case 'unavailable':
      dependencies.report(`${source.request.method} ${source.request.path}: ${integration.why}`);
      return unavailableResponse(integration.why);
    case 'lambda-proxy': {
      const handler = dependencies.findFunction(integration.functionArn);
      if (handler === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR', `there is no function ${integration.functionArn}`);
      return integrateLambdaProxy(handler, integration.timeoutMs, source);
    }
    case 'http-proxy': {
      const backendRequest = mapRequest(integration, source);
      // Token, cookies and assertion share one budget (infra/emulator/README.md, "Limits").
      if (headerBytes(backendRequest.headers) > MAX_HEADER_BYTES) {
        throw new GatewayFailure('REQUEST_HEADERS_TOO_LARGE', 'header values with those that are mapped are over 10,240 bytes');
      }
      return integrateHttpProxy(backendRequest);
    }
  }
}

async function pass(
  dependencies: RestDependencies,
  source: RoutedSource,
  learn: (authorizer: Readonly<Record<string, string>>) => void,
): Promise<GatewayResponse> {
  requireWithinLimits(source.request);
  const { authorizer } = source.matched.route;
  const authorization = authorizer && (await authorizeRestRequest(dependencies, authorizer, source));
  if (authorization !== undefined) learn(authorization.authorizer);
  if (authorization?.denied !== undefined) throw authorization.denied;
  requireUsageKey(dependencies, source, authorization?.usageIdentifierKey);
  requireParameters(source);
  if (authorization === undefined) return integrate(dependencies, source);
  return integrate(dependencies, { ...source, context: { ...source.context, authorizer: authorization.authorizer } });
}

/** Answers a request as the REST APIs would. Never rejects but for a bug. */
export async function handleRestRequest(
  dependencies: RestDependencies,
  apis: readonly RestApi[],
  request: GatewayRequest,
): Promise<GatewayResponse> {
  const matched = matchRoute(apis, request.method, request.path);
  let authorizer: Readonly<Record<string, string>> | undefined;
  const context = matched === undefined ? { requestId: request.requestId } : restContext(request, matched);
  try {
    if (matched === undefined) throw new GatewayFailure('MISSING_AUTHENTICATION_TOKEN', `no API has ${request.method} ${request.path}`);
    const response = await pass(dependencies, { request, matched, context }, (learned) => {
      authorizer = learned;
    });
    return withRequestId(response, request, matched);
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    dependencies.report(`${request.method} ${request.path} ${error.type}: ${error.message}`);
    // Only a result of the authorizer is known to gateway responses: where it threw, its context is not.
    const known = authorizer === undefined ? context : { ...context, authorizer };
    return withRequestId(
      gatewayResponse(error, { request, matched, api: nearestApi(apis, request.path), context: known }),
      request,
      matched,
    );
  }
}

function withRequestId(response: GatewayResponse, request: GatewayRequest, matched: MatchedRoute | undefined): GatewayResponse {
  const own: HeaderList = [
    ['x-amzn-RequestId', request.requestId],
    ['x-amz-apigw-id', `${matched?.api.apiId ?? ''}=`],
  ];
  const kept = headerValue(response.headers, 'x-amzn-requestid') === undefined ? own : own.slice(1);
  return { ...response, headers: [...response.headers, ...kept] };
}
