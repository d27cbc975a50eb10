// `$context` of a REST API's request, as mappings and identity sources see it and as functions get it in their events.

import type { JsonRecord } from '../../template/json.ts';
import { commonLogTime } from '../event-maps.ts';
import { type GatewayRequest, headerValue } from '../http-message.ts';
import type { MatchedRoute } from './match-route.ts';

/** What holds of a request before any authorizer was asked. */
export function restContext(request: GatewayRequest, { api, route }: MatchedRoute): JsonRecord {
  const host = headerValue(request.headers, 'host') ?? headerValue(request.headers, ':authority') ?? '';
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    domainName: host,
    domainPrefix: host.split('.')[0] ?? '',
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: null,
      userAgent: headerValue(request.headers, 'user-agent') ?? null,
      userArn: null,
    },
    path: request.path,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: commonLogTime(request.receivedAtMs),
    requestTimeEpoch: request.receivedAtMs,
    resourceId: route.resourceId,
    resourcePath: route.resourcePath,
    stage: api.stage,
  };
}

/** `arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/pizzashack/1.0.0/menu`: the path as it was sent. */
export function methodArn(request: GatewayRequest, { api }: MatchedRoute): string {
  return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}/${request.method}/${request.path.replace(/^\//, '')}`;
}
