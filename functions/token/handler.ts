// The endpoints of the token Lambda: path → endpoint → response. Every error becomes HTTP here, in one place, and every
// request leaves one line in the log.

import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { OAuthError, oauthErrorOf, Unavailable } from '../shared/errors.ts';
import { lazy } from '../shared/lazy.ts';
import { errorFields, type LogFields } from '../shared/log.ts';
import { inTime } from '../shared/time-budget.ts';
import { isBrowserPath } from '../shared/token-paths.ts';
import type { TokenDependencies } from './dependencies.ts';
import { createFindEndpoint, type Endpoint, type FindEndpoint } from './find-endpoint.ts';
import { type HttpRequest, parseHttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import type { MetadataEvent } from './protected-resource.ts';
import { createRequestTrace, type RequestTrace } from './request-trace.ts';
import { allowedMethods, type Route } from './route.ts';

export type TokenHandler = (event: APIGatewayProxyEvent | MetadataEvent) => Promise<APIGatewayProxyResult>;

const loadCrossOrigin = lazy(() => import('./cross-origin.ts'));
const loadErrorResponse = lazy(() => import('./error-response.ts'));

/** The handler of the token Lambda. */
export function createTokenHandler(dependencies: TokenDependencies): TokenHandler {
  const findEndpoint = createFindEndpoint(dependencies);
  return async (event) => {
    // Of an HTTP API that is protected, and never of the token API, which is a REST API.
    if ('routeKey' in event) return (await import('./protected-resource.ts')).answerProtectedResource(dependencies, event);
    const startedMs = dependencies.clock();
    const trace = createRequestTrace();
    const answer = await respond(findEndpoint, event, trace, dependencies.issuer);
    logRequest(dependencies, { event, answer, trace, startedMs });
    return resultOf(answer.response);
  };
}

/** Result as API Gateway takes it: a header that stands there several times is a list of its own. */
function resultOf({ cookies = [], ...response }: HttpResponse): APIGatewayProxyResult {
  return cookies.length === 0 ? response : { ...response, multiValueHeaders: { 'Set-Cookie': [...cookies] } };
}

interface Answer {
  readonly path: string | undefined;
  readonly response: HttpResponse;
  readonly error?: OAuthError;
}

async function respond(
  findEndpoint: FindEndpoint,
  event: APIGatewayProxyEvent,
  trace: RequestTrace,
  sharedIssuer: string,
): Promise<Answer> {
  let request: HttpRequest | undefined;
  let endpoint: Endpoint | undefined;
  try {
    request = parseHttpRequest(event);
    endpoint = await inTime(findEndpoint(request.path));
    if (endpoint === undefined) throw new OAuthError('invalid_request', 'no-such-endpoint', { status: 404 });
    const { route, issuer } = endpoint;
    if (request.method === 'OPTIONS') return { path: route.paths[0], response: await answerPreflight(route) };
    return await respondAt(issuer, route, request, trace);
  } catch (cause) {
    const error = oauthErrorOf(cause);
    const response = await errorAnswer(request, error, { challenge: 'Basic', realm: endpoint?.issuer ?? sharedIssuer });
    return { path: endpoint?.route.paths[0], response, error };
  }
}

async function respondAt(issuer: string, route: Route, request: HttpRequest, trace: RequestTrace): Promise<Answer> {
  const [path] = route.paths;
  try {
    const method = route.methods.find((allowed) => allowed === request.method);
    if (method === undefined) throw new OAuthError('invalid_request', 'method-not-allowed', { status: 405 });
    const response = await inTime(answerWithOrigin(route, request, trace));
    // The headers of a GET, and nothing below them (RFC 9110 section 9.3.2).
    return { path, response: method === 'HEAD' ? { ...response, body: '' } : response };
  } catch (cause) {
    const error = oauthErrorOf(cause);
    const response = await errorAnswer(request, error, { challenge: route.challenge, realm: issuer });
    const allow = response.statusCode === 405 ? { Allow: allowedMethods(route.methods) } : {};
    return { path, error, response: await inTime(withOrigin(route, request, { ...response, headers: { ...response.headers, ...allow } })) };
  }
}

/** The error as HTTP. A browser that has come to a page is shown one. */
async function errorAnswer(
  request: HttpRequest | undefined,
  error: OAuthError,
  { challenge, realm }: { readonly challenge: Route['challenge']; readonly realm: string },
): Promise<HttpResponse> {
  if (request !== undefined && isBrowserPath(request.path)) return (await import('./sign-in/index.ts')).showError(request, error);
  return (await loadErrorResponse()).errorResponse(error, challenge, realm);
}

async function answerPreflight({ methods }: Route): Promise<HttpResponse> {
  return (await loadCrossOrigin()).preflightResponse(methods);
}

async function answerWithOrigin(route: Route, request: HttpRequest, trace: RequestTrace): Promise<HttpResponse> {
  return withOrigin(route, request, await route.answer(request, trace));
}

/** Adds CORS headers where a web page may read the response. */
async function withOrigin(route: Route, request: HttpRequest, response: HttpResponse): Promise<HttpResponse> {
  if (request.origin === undefined || route.findOrigins === undefined) return response;
  const { allowOrigin } = await loadCrossOrigin();
  return allowOrigin(response, request.origin, await route.findOrigins(request));
}

interface AnsweredRequest {
  readonly event: APIGatewayProxyEvent;
  readonly answer: Answer;
  readonly trace: { fields(): LogFields };
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
}

/** One line a request: what came of it and why, and nothing that the caller sent (A61). */
function logRequest({ log, clock }: Pick<TokenDependencies, 'log' | 'clock'>, { event, answer, trace, startedMs }: AnsweredRequest): void {
  const { path, response, error } = answer;
  const status = response.statusCode;
  const cause = error?.cause;
  log(status >= 500 ? 'ERROR' : 'INFO', 'token-request', {
    requestId: event.requestContext.requestId,
    sourceAddress: event.requestContext.identity.sourceIp,
    endpoint: path,
    status,
    outcome: status < 400 ? 'ok' : status < 500 ? 'refused' : status === 503 ? 'unavailable' : 'failed',
    ...trace.fields(),
    ...(cause !== undefined && errorFields(cause)),
    ...(cause instanceof Unavailable && { dependency: cause.dependency }),
    ...(error !== undefined && { error: error.code, reason: error.reason }),
    durationMs: clock() - startedMs,
  });
}
