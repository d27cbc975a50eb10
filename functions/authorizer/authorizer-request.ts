// The event of an authorizer, in any of the five shapes that API Gateway sends, becomes one request model. What API
// Gateway says of the connection is believed; what the client says, headers that claim to know better included, is not
// (A73, A74).

import type { Authorization } from './events/authorization-header.ts';
import type { ClientCertificate } from './events/client-certificate.ts';
import { type Fields, isFields, requireFields } from './events/event-fields.ts';
import { parseHttpRequest } from './events/http-event.ts';
import type { RequestedPath } from './events/requested-path.ts';
import { parseRestRequest, parseRestToken, parseWebSocketConnect } from './events/rest-events.ts';

export type { ClientCertificate } from './events/client-certificate.ts';

type EventKind = 'rest-request' | 'rest-token' | 'http-1' | 'http-2' | 'websocket';

export interface AuthorizerRequest {
  readonly kind: EventKind;
  /** Empty where API Gateway does not say. */
  readonly requestId: string;
  /** What the policy is about: of API Gateway's making, but with the client's path in it. */
  readonly arn: string;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly path: RequestedPath;
  readonly authorization: Authorization;
  readonly clientCertificate?: ClientCertificate;
  /** Empty where API Gateway does not say. */
  readonly sourceAddress: string;
  /** The event itself, for functions that a tenant names as handlers. */
  readonly event: Fields;
}

/** @throws Error for what API Gateway does not send */
export function parseAuthorizerRequest(event: unknown): AuthorizerRequest {
  const fields = requireFields(event, 'fields');
  if (fields.type === 'TOKEN') return parseRestToken(fields);
  if (fields.type !== 'REQUEST') throw new Error('The event is none that an authorizer gets.');
  if (fields.version === '2.0') return parseHttpRequest(fields);
  if (fields.version === '1.0') return parseRestRequest(fields, 'http-1');
  const isConnect = isFields(fields.requestContext) && fields.requestContext.eventType === 'CONNECT';
  return isConnect ? parseWebSocketConnect(fields) : parseRestRequest(fields, 'rest-request');
}
