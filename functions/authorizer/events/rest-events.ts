// Events of REST APIs, and those of HTTP APIs and WebSocket APIs that have their shape (AWS, Input to an API Gateway
// Lambda authorizer; Lambda authorizers for HTTP APIs, payload format 1.0).

import type { AuthorizerRequest } from '../authorizer-request.ts';
import { findAuthorization } from './authorization-header.ts';
import { findClientCertificate } from './client-certificate.ts';
import { type Fields, findString, isFields, requireFields, requireString } from './event-fields.ts';
import { parseMethodArn, requestedPath } from './requested-path.ts';

/** `REQUEST` of a REST API; `REQUEST` of an HTTP API with payload format 1.0. */
export function parseRestRequest(event: Fields, kind: 'rest-request' | 'http-1'): AuthorizerRequest {
  const arn = requireString(event, 'methodArn');
  const path = requestedPath(requireString(event, 'path'), requireString(event, 'resource'), parseMethodArn(arn));
  return { kind, method: requireString(event, 'httpMethod'), path, ...parseShared(event, arn) };
}

/** `REQUEST` on `$connect` of a WebSocket API: a GET that opens the connection, with no path. */
export function parseWebSocketConnect(event: Fields): AuthorizerRequest {
  return { kind: 'websocket', method: 'GET', path: { kind: 'connect' }, ...parseShared(event, requireString(event, 'methodArn')) };
}

function parseShared(event: Fields, arn: string): Omit<AuthorizerRequest, 'kind' | 'method' | 'path'> {
  const context = requireFields(event.requestContext, 'requestContext');
  const identity = requireFields(context.identity, 'requestContext.identity');
  return {
    requestId: findString(context, 'requestId'),
    arn,
    apiId: requireString(context, 'apiId'),
    stage: requireString(context, 'stage'),
    authorization: findAuthorization(isFields(event.multiValueHeaders) ? event.multiValueHeaders : event.headers),
    ...findClientCertificate(identity.clientCert),
    sourceAddress: findString(identity, 'sourceIp'),
    event,
  };
}

/** `TOKEN` of a REST API: the ARN is all that is said of the request, and nothing of the connection. */
export function parseRestToken(event: Fields): AuthorizerRequest {
  const arn = requireString(event, 'methodArn');
  const { apiId, stage, method, path } = parseMethodArn(arn);
  const token = findString(event, 'authorizationToken');
  return {
    kind: 'rest-token',
    requestId: '',
    arn,
    apiId,
    stage,
    method,
    path: requestedPath(path, undefined, { path }),
    authorization: token === '' ? { kind: 'none' } : { kind: 'one', value: token },
    sourceAddress: '',
    event,
  };
}
