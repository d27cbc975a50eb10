// `$context` of an HTTP API's request, and the events of payload 1.0 and 2.0 that functions get
// (infra/emulator/README.md, "Events").

import type { Json, JsonRecord } from '../../template/json.ts';
import { filled, joinedByName, lowerCased, payload1Request } from '../event-maps.ts';
import { type GatewayRequest, type HeaderList, headerValue, queryParameters } from '../http-message.ts';
import { requestContext } from '../request-context.ts';
import type { MatchedHttpRoute } from './match-http-route.ts';

/** A request on its way through an HTTP API. */
export interface HttpSource {
  readonly request: GatewayRequest;
  readonly matched: MatchedHttpRoute;
  readonly context: JsonRecord;
}

/** What holds of a request before any authorizer was asked, under the names of `$context`. */
export function httpContext(request: GatewayRequest, { api, route }: MatchedHttpRoute): JsonRecord {
  return {
    ...requestContext(request, api),
    identity: { sourceIp: request.sourceIp, userAgent: headerValue(request.headers, 'user-agent') ?? '' },
    routeKey: route.routeKey,
  };
}

const COOKIE = 'cookie';
const plainHeaders = (headers: HeaderList): HeaderList => headers.filter(([name]) => !name.startsWith(':'));

/** What an authorizer and a function of payload 2.0 have in common. Header names are in lower case. */
export function payload2({ request, matched, context }: HttpSource): JsonRecord {
  const { api, route, pathParameters } = matched;
  const cookies = request.headers.filter(([name]) => name.toLowerCase() === COOKIE).flatMap(([, value]) => value.split(/;\s*/));
  const headers = plainHeaders(request.headers).filter(([name]) => name.toLowerCase() !== COOKIE);
  const query = queryParameters(request.query);
  const { identity, httpMethod: _, path: __, protocol: ___, requestTime, requestTimeEpoch, ...shared } = context;
  const event: Record<string, Json | undefined> = {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    cookies: cookies.length === 0 ? undefined : cookies,
    headers: joinedByName(lowerCased(headers)),
    queryStringParameters: filled(joinedByName(query)),
    pathParameters: filled(pathParameters),
    stageVariables: filled(api.stageVariables),
    requestContext: {
      ...shared,
      http: { method: request.method, path: request.path, protocol: request.protocol, ...(identity as JsonRecord) },
      time: requestTime ?? '',
      timeEpoch: requestTimeEpoch ?? 0,
    },
  };
  return Object.fromEntries(Object.entries(event).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** What an authorizer and a function of payload 1.0 have in common; header names keep the client's spelling. */
export function payload1({ request, matched, context }: HttpSource): JsonRecord {
  const { api, route, pathParameters } = matched;
  return {
    version: '1.0',
    resource: route.segments === undefined ? '$default' : `/${route.segments.join('/')}`,
    ...payload1Request({ ...request, headers: plainHeaders(request.headers) }, pathParameters, api.stageVariables),
    requestContext: { ...context, extendedRequestId: request.requestId, resourceId: route.routeKey, resourcePath: route.routeKey },
  };
}
