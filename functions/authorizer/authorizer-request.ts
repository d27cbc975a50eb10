// The event of an authorizer, in any shape that API Gateway sends, becomes one request model. What API Gateway says of
// the connection is believed; what the client says, headers that claim to know better included, is not (A73, A74).

import { isInstance, type PathTemplate, parseResourceTemplate, segmentsOf } from './path-template.ts';
import { isCanonicalPath } from './request-path.ts';

/** A client certificate as API Gateway verified it. */
export interface ClientCertificate {
  readonly subjectDn: string;
  readonly issuerDn: string;
  readonly serialNumber: string;
  readonly pem: string;
}

/** What the client sent under `Authorization`. Several are never chosen between. */
export type Authorization = { readonly kind: 'none' } | { readonly kind: 'one'; readonly value: string } | { readonly kind: 'several' };

/** Where on the API the request wants to go; `ambiguous` where nobody can be sure. */
export type RequestedPath =
  | { readonly kind: 'path'; readonly segments: readonly string[] }
  | { readonly kind: 'ambiguous' }
  /** `$connect` of a WebSocket API, which has no path and so no context. */
  | { readonly kind: 'connect' };

export type EventKind = 'rest-request';

export interface AuthorizerRequest {
  readonly kind: EventKind;
  readonly requestId: string;
  /** What the policy is about: of API Gateway's making, but with the client's path in it. */
  readonly arn: string;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly path: RequestedPath;
  readonly authorization: Authorization;
  readonly clientCertificate?: ClientCertificate;
  readonly sourceAddress: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws Error for what API Gateway does not send */
export function parseAuthorizerRequest(event: unknown): AuthorizerRequest {
  const fields = requireFields(event, 'event');
  if (fields.type !== 'REQUEST') throw new Error('The event is none that an authorizer gets.');
  return parseRestRequest(fields);
}

function parseRestRequest(event: Fields): AuthorizerRequest {
  const context = requireFields(event.requestContext, 'requestContext');
  const identity = requireFields(context.identity, 'requestContext.identity');
  const arn = requireString(event, 'methodArn');
  const clientCertificate = parseClientCertificate(identity.clientCert);
  return {
    kind: 'rest-request',
    requestId: findString(context, 'requestId'),
    arn,
    apiId: requireString(context, 'apiId'),
    stage: requireString(context, 'stage'),
    method: requireString(event, 'httpMethod'),
    path: requestedPath(requireString(event, 'path'), requireString(event, 'resource'), arn),
    authorization: findAuthorization(event.multiValueHeaders, event.headers),
    ...(clientCertificate !== undefined && { clientCertificate }),
    sourceAddress: findString(identity, 'sourceIp'),
  };
}

/**
 * The path after the stage and after what a custom domain puts before it. It counts only if it can be read in one way
 * and is an instance of the resource that API Gateway chose for it: what is judged is then what is served (A70).
 */
function requestedPath(path: string, resource: string, arn: string): RequestedPath {
  const template = resourceTemplate(resource);
  const pathInArn = pathOfArn(arn);
  for (const candidate of pathInArn !== path && path.endsWith(pathInArn) ? [pathInArn, path] : [path]) {
    if (!isCanonicalPath(candidate)) continue;
    const segments = segmentsOf(candidate);
    if (isInstance(template, segments)) return { kind: 'path', segments };
  }
  return { kind: 'ambiguous' };
}

/** `arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/order/7` has `/order/7`. */
function pathOfArn(arn: string): string {
  const stageAt = arn.indexOf('/');
  const methodAt = arn.indexOf('/', stageAt + 1);
  const pathAt = methodAt === -1 ? -1 : arn.indexOf('/', methodAt + 1);
  return stageAt === -1 || pathAt === -1 ? '' : arn.slice(pathAt);
}

const MAX_TEMPLATES = 2000;
const templates = new Map<string, PathTemplate>();

/** Resources are few and API Gateway's own, so what was parsed once is kept. */
function resourceTemplate(resource: string): PathTemplate {
  const known = templates.get(resource);
  if (known !== undefined) return known;
  if (templates.size >= MAX_TEMPLATES) templates.clear();
  const template = parseResourceTemplate(resource);
  templates.set(resource, template);
  return template;
}

/** Names of headers keep the client's spelling on HTTP/1.1: all spellings count, and all values of each. */
function findAuthorization(multiValueHeaders: unknown, headers: unknown): Authorization {
  let found: string | undefined;
  for (const values of valuesOfAuthorization(multiValueHeaders, headers)) {
    if (found !== undefined) return { kind: 'several' };
    found = values;
  }
  return found === undefined ? { kind: 'none' } : { kind: 'one', value: found };
}

function valuesOfAuthorization(multiValueHeaders: unknown, headers: unknown): string[] {
  const source = isFields(multiValueHeaders) ? multiValueHeaders : headers;
  if (!isFields(source)) return [];
  const values: string[] = [];
  for (const name in source) {
    if (name.length !== 13 || name.toLowerCase() !== 'authorization') continue;
    const value = source[name];
    for (const one of Array.isArray(value) ? value : [value]) if (typeof one === 'string') values.push(one);
  }
  return values;
}

function parseClientCertificate(value: unknown): ClientCertificate | undefined {
  if (!isFields(value)) return undefined;
  return {
    subjectDn: findString(value, 'subjectDN'),
    issuerDn: findString(value, 'issuerDN'),
    serialNumber: findString(value, 'serialNumber'),
    pem: findString(value, 'clientCertPem'),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function requireFields(value: unknown, name: string): Fields {
  if (!isFields(value)) throw new Error(`The event has no ${name}.`);
  return value;
}

function requireString(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Error(`The event has no ${name}.`);
  return value;
}

function findString(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
