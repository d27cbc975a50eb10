// The same call as each kind of event says it (AWS, Input to an API Gateway Lambda authorizer; Lambda authorizers for
// HTTP APIs; WebSocket APIs), for tests that hold all kinds to the same decisions.

import type {
  APIGatewayEventClientCertificate,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
} from 'aws-lambda';
import { type DistinguishedName, parseDistinguishedName } from '../../../functions/keys/distinguished-name.ts';
import { type CertificateOptions, newCertificate, OID } from '../../support/x509.ts';
import { API_ID, type CallOptions, NOW_SECONDS, restRequest, SIMPLE_API_ID, STAGE } from './authorizer-world.ts';

interface CertificateOfCall {
  /** As API Gateway writes them. */
  readonly subjectDN: string;
  readonly issuerDN: string;
  /** What differs in the certificate itself from what the texts say. */
  readonly certificate?: CertificateOptions;
  /** In place of a certificate. */
  readonly pem?: string;
}

export interface KindOptions extends CallOptions {
  readonly clientCertificate?: CertificateOfCall;
}

const ACCOUNT = 'arn:aws:execute-api:us-east-1:123456789012';

function certificateOf(options: KindOptions): APIGatewayEventClientCertificate | null {
  if (options.clientCertificate === undefined) return null;
  const { subjectDN, issuerDN, certificate, pem } = options.clientCertificate;
  const names = { subject: nameOf(subjectDN), issuer: nameOf(issuerDN) };
  return {
    clientCertPem: pem ?? newCertificate({ ...names, ...certificate }).pem,
    serialNumber: 'a1:b2:c3',
    validity: { notBefore: 'Jan  1 00:00:00 2026 GMT', notAfter: 'Jan  1 00:00:00 2028 GMT' },
    subjectDN,
    issuerDN,
  };
}

/** In the order of a certificate, which is the other way round. */
function nameOf(text: string): NonNullable<CertificateOptions['subject']> {
  const name: DistinguishedName = parseDistinguishedName(text) ?? [];
  const oids = new Map(Object.entries(OID).map(([short, oid]) => [short.toLowerCase(), oid]));
  return name.map((part) => part.map(({ type, value }) => [oids.get(type) ?? type, value] as const)).reverse();
}

export function restRequestEvent(options: KindOptions): APIGatewayRequestAuthorizerEvent {
  const event = restRequest(options);
  const identity = { ...event.requestContext.identity, clientCert: certificateOf(options) };
  return { ...event, requestContext: { ...event.requestContext, identity } };
}

export function restTokenEvent(options: KindOptions): APIGatewayTokenAuthorizerEvent {
  const { methodArn } = restRequest(options);
  return { type: 'TOKEN', methodArn, authorizationToken: [options.authorization ?? ''].flat().join(',') };
}

/** Payload format 1.0: the shape of REST, with three fields more. */
export function http1Event(options: KindOptions) {
  const event = restRequestEvent(options);
  const authorizationToken = [options.authorization ?? ''].flat().at(0);
  return { ...event, version: '1.0', identitySource: authorizationToken, authorizationToken };
}

/** Payload format 2.0: names of headers in lower case, several values joined by commas. */
export function http2Event(options: KindOptions): APIGatewayRequestAuthorizerEventV2 {
  const { method = 'GET', path = '/pizzashack/1.0.0/menu', apiId = API_ID, stage = STAGE, resource = path } = options;
  const authorization = [options.authorization ?? []].flat();
  const clientCert = certificateOf(options);
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: `${ACCOUNT}:${apiId}/${stage}/${method}${path}`,
    identitySource: authorization.slice(0, 1),
    routeKey: `${method} ${resource}`,
    // The stage is part of it unless it is `$default`.
    rawPath: `/${stage}${path}`,
    rawQueryString: '',
    cookies: [],
    headers: {
      accept: 'application/json',
      host: `${apiId}.execute-api.us-east-1.amazonaws.com`,
      'x-forwarded-for': '198.51.100.7',
      ...Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, values]) => [name.toLowerCase(), values.join(',')])),
      ...(authorization.length > 0 && { authorization: authorization.join(',') }),
    },
    requestContext: {
      accountId: '123456789012',
      apiId,
      ...(clientCert !== null && { authentication: { clientCert } }),
      domainName: `${apiId}.execute-api.us-east-1.amazonaws.com`,
      domainPrefix: apiId,
      http: { method, path: `/${stage}${path}`, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'curl/8.5.0' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: `${method} ${resource}`,
      stage,
      time: '15/Jan/2027:08:00:00 +0000',
      timeEpoch: NOW_SECONDS * 1000,
    },
  };
}

export const httpSimpleEvent = (options: KindOptions) => http2Event({ ...options, apiId: SIMPLE_API_ID });

/** No path and no method; the ARN ends in the route. */
export function webSocketEvent(options: KindOptions) {
  const { path: _, httpMethod: __, resource: ___, ...event } = restRequestEvent(options);
  const { apiId = API_ID, stage = STAGE } = options;
  const { httpMethod: ____, resourcePath: _____, resourceId: ______, path: _______, ...context } = event.requestContext;
  return {
    ...event,
    methodArn: `${ACCOUNT}:${apiId}/${stage}/$connect`,
    requestContext: {
      ...context,
      routeKey: '$connect',
      eventType: 'CONNECT',
      messageDirection: 'IN',
      connectedAt: NOW_SECONDS * 1000,
      connectionId: 'JKJaXfrAIAMCKgA=',
    },
  };
}

export const EVENT_KINDS = {
  'REST REQUEST': restRequestEvent,
  'REST TOKEN': restTokenEvent,
  'HTTP 1.0': http1Event,
  'HTTP 2.0': http2Event,
  'HTTP 2.0 simple': httpSimpleEvent,
  'WebSocket $connect': webSocketEvent,
} as const;

export type EventKindName = keyof typeof EVENT_KINDS;
