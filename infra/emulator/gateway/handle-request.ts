// FLOW of the gateway: all APIs of the template share one port, as behind one custom domain, and a request goes to the
// API whose resources take it.

import { type HttpDependencies, handleHttpRequest } from './http-api/handle-http-request.ts';
import type { HttpApi } from './http-api/http-api.ts';
import { matchDefaultRoute, matchHttpRoute } from './http-api/match-http-route.ts';
import type { GatewayRequest, GatewayResponse } from './http-message.ts';
import { handleRestRequest, type RestDependencies } from './rest-api/handle-rest-request.ts';
import { matchRoute, sharesPath } from './rest-api/match-route.ts';
import type { RestApi } from './rest-api/rest-api.ts';

export interface Apis {
  readonly rest: readonly RestApi[];
  readonly http: readonly HttpApi[];
}

const NOT_FOUND: GatewayResponse = {
  status: 404,
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from('{"message":"Not Found"}'),
};

/** Never rejects but for a bug. */
export async function handleRequest(
  dependencies: RestDependencies & HttpDependencies,
  apis: Apis,
  request: GatewayRequest,
): Promise<GatewayResponse> {
  const { method, path } = request;
  if (matchRoute(apis.rest, method, path) !== undefined) return handleRestRequest(dependencies, apis.rest, request);
  const matched = matchHttpRoute(apis.http, method, path);
  if (matched !== undefined) return handleHttpRequest(dependencies, matched, request);
  // What begins like a resource of a REST API is its unknown route; the rest may be somebody's `$default`.
  const byDefault = sharesPath(apis.rest, path) ? undefined : matchDefaultRoute(apis.http);
  if (byDefault !== undefined) return handleHttpRequest(dependencies, byDefault, request);
  return apis.rest.length === 0 ? NOT_FOUND : handleRestRequest(dependencies, apis.rest, request);
}
