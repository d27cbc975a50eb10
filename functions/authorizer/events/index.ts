// Parses the event of an authorizer, in any of the five shapes that API Gateway sends, into the one request model.

import type { AuthorizerRequest } from '../authorizer-request.ts';
import { isFields, requireFields } from './event-fields.ts';
import { parseHttpRequest } from './http-event.ts';
import { parseRestRequest, parseRestToken, parseWebSocketConnect } from './rest-events.ts';

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
