// What `$context` of a REST API and of an HTTP API have in common, and the name of a call in policies.

import type { JsonRecord } from '../template/json.ts';
import { commonLogTime } from './event-maps.ts';
import { type GatewayRequest, headerValue } from './http-message.ts';

/** The API that a request came to, of either kind. */
interface CalledApi {
  readonly accountId: string;
  readonly apiId: string;
  readonly region: string;
  readonly stage: string;
}

/** What holds of a request before any authorizer was asked, under the names of `$context`. */
export function requestContext(request: GatewayRequest, api: CalledApi): JsonRecord {
  const host = headerValue(request.headers, 'host') ?? headerValue(request.headers, ':authority') ?? '';
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    domainName: host,
    domainPrefix: host.split('.')[0] ?? '',
    httpMethod: request.method,
    path: request.path,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: commonLogTime(request.receivedAtMs),
    requestTimeEpoch: request.receivedAtMs,
    stage: api.stage,
  };
}

/** `arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/pizzashack/1.0.0/menu`: the path as it was sent. */
export function executeApiArn(request: GatewayRequest, api: CalledApi): string {
  return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}/${request.method}/${request.path.replace(/^\//, '')}`;
}
