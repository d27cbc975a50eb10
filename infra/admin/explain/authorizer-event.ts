// The event that API Gateway would send the authorizer for a call, so that the very handler can be asked.

import type { CalledApi } from './find-called-api.ts';

/** Kinds of API; their answers differ: an HTTP API says 403 to a bad credential. */
export type ApiType = 'rest' | 'http';

export interface EventOptions extends CalledApi {
  readonly type: ApiType;
  readonly method: string;
  /** Absent: no `Authorization` header. */
  readonly token?: string | undefined;
  readonly region: string;
}

/** Stands for the account, whose number only counts as characters of an ARN. */
const ACCOUNT = '123456789012';

export function authorizerEvent({ type, method, apiId, stage, path, token, region }: EventOptions): unknown {
  const arn = `arn:aws:execute-api:${region}:${ACCOUNT}:${apiId}/${stage}/${method}${path}`;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (type === 'http') {
    const http = { method, path, sourceIp: '' };
    const requestContext = { apiId, stage, http, requestId: '' };
    return { version: '2.0', type: 'REQUEST', routeArn: arn, routeKey: '$default', rawPath: path, headers: authorization, requestContext };
  }
  const requestContext = { apiId, stage, requestId: '', identity: { sourceIp: '', clientCert: null } };
  return { type: 'REQUEST', methodArn: arn, resource: '$default', path, httpMethod: method, headers: authorization, requestContext };
}
