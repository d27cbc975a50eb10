// The events of the cold-start rows, as API Gateway sends them.

import type { LocalRun } from '../../infra/local/start-local.ts';
import { demoOf } from '../support/local-run.ts';

/** A call of the demo's API, with a token. */
export function authorizerEvent(local: LocalRun, token: string) {
  const { apiId, stage } = demoOf(local);
  const path = '/pizzashack/1.0.0/order';
  return {
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:${local.region}:123456789012:${apiId}/${stage}/POST${path}`,
    resource: path,
    path,
    httpMethod: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    multiValueHeaders: { Authorization: [`Bearer ${token}`] },
    pathParameters: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    requestContext: {
      apiId,
      stage,
      accountId: '123456789012',
      httpMethod: 'POST',
      resourcePath: path,
      path: `/${stage}${path}`,
      protocol: 'HTTP/1.1',
      requestId: 'bench',
      resourceId: 'bench',
      identity: { sourceIp: '127.0.0.1' },
    },
  };
}

/** A browser that is sent to the page. */
export function signInEvent() {
  const path = '/oauth2/authorize';
  const query = {
    ...{ response_type: 'code', client_id: 'demo-web-app', redirect_uri: 'http://127.0.0.1/callback', scope: 'openid', state: 'bench' },
    ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' },
  };
  return {
    ...tokenEvent(),
    ...{ resource: path, path, httpMethod: 'GET', body: null },
    headers: {},
    multiValueHeaders: { 'Accept-Language': ['en'] },
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
  };
}

/** An application that asks for a token of its own. */
export function tokenEvent() {
  const path = '/oauth2/token';
  return {
    resource: path,
    path,
    httpMethod: 'POST',
    headers: { Authorization: `Basic ${btoa('demo-app:demo-app-secret')}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    multiValueHeaders: {
      Authorization: [`Basic ${btoa('demo-app:demo-app-secret')}`],
      'Content-Type': ['application/x-www-form-urlencoded'],
    },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: 'grant_type=client_credentials&scope=order%3Awrite',
    isBase64Encoded: false,
    requestContext: {
      requestId: 'bench',
      httpMethod: 'POST',
      resourcePath: path,
      path,
      stage: 'prod',
      identity: { sourceIp: '127.0.0.1' },
    },
  };
}
