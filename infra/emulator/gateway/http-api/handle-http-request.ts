// FLOW of an HTTP API: limits → preflight → authorizer → integration (infra/emulator/README.md).

import { responseOfPayload2 } from '../../functions/function-url.ts';
import type { JsonRecord } from '../../template/json.ts';
import { GatewayFailure } from '../gateway-failure.ts';
import { type GatewayRequest, type GatewayResponse, type HeaderList, headerValue } from '../http-message.ts';
import { integrateHttpProxy } from '../http-proxy.ts';
import { invokeInTime } from '../invoke-in-time.ts';
import { forwardedHeaders } from '../passing-headers.ts';
import { parseProxyResponse } from '../rest-api/lambda-proxy.ts';
import { unavailableResponse } from '../unavailable.ts';
import { authorizeHttpRequest, type HttpAuthorizationDependencies } from './authorize-http-request.ts';
import { corsHeaders, preflightResponse } from './cors.ts';
import type { HttpIntegration } from './http-api.ts';
import { type HttpSource, httpContext, payload1, payload2 } from './http-context.ts';
import { failureResponse, HttpFailure } from './http-failure.ts';
import { mapHttpRequest } from './map-http-request.ts';
import type { MatchedHttpRoute } from './match-http-route.ts';

export interface HttpDependencies extends HttpAuthorizationDependencies {
  readonly report: (line: string) => void;
}

/** Request line and header values together (infra/emulator/README.md, "Limits"). */
const MAX_HEADER_BYTES = 10_240;
const MAX_BODY_BYTES = 10 * 1024 * 1024;

function requireWithinLimits({ method, path, query, protocol, headers, body }: GatewayRequest): void {
  const requestLine = `${method} ${path}${query === '' ? '' : `?${query}`} ${protocol}`;
  const bytes = headers.reduce((sum, [, value]) => sum + Buffer.byteLength(value), Buffer.byteLength(requestLine));
  if (bytes > MAX_HEADER_BYTES) throw new HttpFailure(431, 'request line and header values are over 10,240 bytes');
  if (body.length > MAX_BODY_BYTES) throw new HttpFailure(413, 'the body is over 10 MB');
}

const TEXT = /^(text\/.*|application\/(json|javascript|xml|x-www-form-urlencoded|.*\+(json|xml)))(;.*)?$/i;

/**
 * What the authorizer said is below `lambda` in payload 2.0, and in payload 1.0 beside nothing
 * (infra/emulator/README.md, "Answers of an authorizer").
 */
function functionEvent(payloadVersion: '1.0' | '2.0', source: HttpSource, authorizer: JsonRecord | undefined): object {
  const { request } = source;
  const event = payloadVersion === '2.0' ? payload2(source) : payload1(source);
  const own = authorizer === undefined ? {} : { authorizer: payloadVersion === '2.0' ? { lambda: authorizer } : authorizer };
  const isText = TEXT.test(headerValue(request.headers, 'content-type') ?? 'text/plain');
  const body = request.body.length === 0 ? {} : { body: request.body.toString(isText ? 'utf8' : 'base64') };
  return {
    ...event,
    requestContext: { ...(event.requestContext as JsonRecord), ...own },
    ...body,
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

async function callFunction(
  { findFunction }: HttpDependencies,
  integration: Extract<HttpIntegration, { kind: 'lambda-proxy' }>,
  source: HttpSource,
  authorizer: JsonRecord | undefined,
): Promise<GatewayResponse> {
  const handler = findFunction(integration.functionArn);
  if (handler === undefined) throw new HttpFailure(500, `there is no function ${integration.functionArn}`);
  const { payloadVersion, timeoutMs } = integration;
  const forwarded = { ...source, request: { ...source.request, headers: forwardedHeaders(source.request) } };
  const event = functionEvent(payloadVersion, forwarded, authorizer);
  const result = await invokeInTime(handler, event, timeoutMs, (why) => new HttpFailure(503, why));
  if (result.kind === 'error') throw new HttpFailure(500, `${handler.name} failed: ${result.error.errorMessage}`);
  const response = payloadVersion === '2.0' ? responseOfPayload2(result.payload) : parseProxyResponse(result, true);
  if (response === undefined) throw new HttpFailure(500, `${handler.name} answered no response`);
  return response;
}

async function pass(dependencies: HttpDependencies, source: HttpSource): Promise<GatewayResponse> {
  const { authorizer, integration } = source.matched.route;
  const context = authorizer === undefined ? undefined : await authorizeHttpRequest(dependencies, authorizer, source);
  if (integration.kind === 'lambda-proxy') return callFunction(dependencies, integration, source, context);
  if (integration.kind === 'unavailable') {
    dependencies.report(`${source.request.method} ${source.request.path}: ${integration.why}`);
    return unavailableResponse(integration.why);
  }
  return integrateHttpProxy(
    mapHttpRequest(integration, context === undefined ? source : { ...source, context: { ...source.context, authorizer: context } }),
  );
}

/** What the integration's failure is on an HTTP API. */
function asHttpFailure(error: unknown): HttpFailure | undefined {
  if (error instanceof HttpFailure) return error;
  if (!(error instanceof GatewayFailure)) return undefined;
  if (error.type === 'INTEGRATION_TIMEOUT') return new HttpFailure(504, error.message);
  return new HttpFailure(error.type === 'INTEGRATION_FAILURE' ? 503 : 500, error.message);
}

/** Answers a request for this route. Never rejects but for a bug. */
export async function handleHttpRequest(
  dependencies: HttpDependencies,
  matched: MatchedHttpRoute,
  request: GatewayRequest,
): Promise<GatewayResponse> {
  const { cors } = matched.api;
  const own: HeaderList = [['Apigw-Requestid', request.requestId]];
  const finish = (response: GatewayResponse): GatewayResponse => ({
    ...response,
    headers: corsHeaders(cors, request, [...response.headers, ...own]),
  });
  try {
    requireWithinLimits(request);
    const preflight = preflightResponse(cors, request);
    if (preflight !== undefined) return { ...preflight, headers: [...preflight.headers, ...own] };
    return finish(await pass(dependencies, { request, matched, context: httpContext(request, matched) }));
  } catch (error) {
    const failure = asHttpFailure(error);
    if (failure === undefined) throw error;
    dependencies.report(`${request.method} ${request.path} ${failure.status}: ${failure.message}`);
    return finish(failureResponse(failure));
  }
}
