// `$context` of a REST API's request, as mappings and identity sources see it and as functions get it in their events.

import type { JsonRecord } from '../../template/json.ts';
import { type GatewayRequest, headerValue } from '../http-message.ts';
import { requestContext } from '../request-context.ts';
import type { MatchedRoute } from './match-route.ts';

/** What holds of a request before any authorizer was asked. */
export function restContext(request: GatewayRequest, { api, route }: MatchedRoute): JsonRecord {
  return {
    ...requestContext(request, api),
    extendedRequestId: request.requestId,
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
    resourceId: route.resourceId,
    resourcePath: route.resourcePath,
  };
}
