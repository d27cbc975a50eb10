// Events of HTTP APIs, payload format 2.0 (AWS, Lambda authorizers for HTTP APIs).

import type { AuthorizerRequest } from '../authorizer-request.ts';
import { findJoinedAuthorization } from './authorization-header.ts';
import { findClientCertificate } from './client-certificate.ts';
import { type Fields, findString, isFields, requireFields, requireString } from './event-fields.ts';
import { parseMethodArn, requestedPath } from './requested-path.ts';

export function parseHttpRequest(event: Fields): AuthorizerRequest {
  const context = requireFields(event.requestContext, 'requestContext');
  const http = requireFields(context.http, 'requestContext.http');
  const arn = requireString(event, 'routeArn');
  const routeKey = requireString(event, 'routeKey');
  // `GET /order/{id}`, `ANY /order/{proxy+}` or `$default`.
  const resource = routeKey.slice(routeKey.indexOf(' ') + 1);
  return {
    kind: 'http-2',
    requestId: findString(context, 'requestId'),
    arn,
    apiId: requireString(context, 'apiId'),
    stage: requireString(context, 'stage'),
    method: requireString(http, 'method'),
    path: requestedPath(requireString(event, 'rawPath'), resource, parseMethodArn(arn)),
    authorization: findJoinedAuthorization(event.headers),
    ...findClientCertificate(isFields(context.authentication) ? context.authentication.clientCert : undefined),
    sourceAddress: findString(http, 'sourceIp'),
    event,
  };
}
