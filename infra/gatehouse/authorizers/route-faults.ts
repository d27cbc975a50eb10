// Says of each route of a REST API whether a client's own end-user JWT (A72) or its credential (A106) could reach the
// backend through it. The template is what counts: routes that were added without Gatehouse's methods are looked at as
// well.

import { CfnMethod, Method, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Stack } from 'aws-cdk-lib/core';
import { hasResourceType } from '../has-resource-type.ts';
import { headerTarget, REST_SOURCES } from './backend-headers.ts';

export interface RouteExpectation {
  /** Name of the header that carries the end-user JWT. */
  readonly header: string;
  readonly authorizerId: string;
  /** Lambda backends that were declared to read the JWT from the request context. */
  readonly contextReaders: ReadonlySet<Method>;
  /** HTTP backends that were declared to get the caller's `Authorization`. */
  readonly authorizationReaders: ReadonlySet<Method>;
}

/**
 * Reads every method of the API that this app defines, in whichever stack, and whether or not by a construct that knows
 * its API.
 *
 * @returns one sentence per fault, beginning with the route
 */
export function findRouteFaults(api: RestApi, expectation: RouteExpectation): string[] {
  const resourcesOf = (methods: ReadonlySet<Method>) => new Set([...methods].map((method) => method.node.defaultChild));
  const trusted = resourcesOf(expectation.contextReaders);
  const authorizationReaders = resourcesOf(expectation.authorizationReaders);
  return api.node.root.node
    .findAll()
    .filter((resource) => hasResourceType(resource, CfnMethod))
    .filter((resource) => isOfApi(resource, api) && !trusted.has(resource))
    .flatMap((resource) => {
      const fault = faultOf(resource, expectation, authorizationReaders.has(resource));
      return fault === undefined ? [] : [`${resource.httpMethod} ${pathOf(resource)}: ${fault}`];
    });
}

/** By the reference itself, since logical ids of two stacks may be the same; written out otherwise, within the API's stack. */
function isOfApi(resource: CfnMethod, api: RestApi): boolean {
  if (resource.restApiId === api.restApiId) return true;
  const stack = Stack.of(api);
  return Stack.of(resource) === stack && isSame(stack.resolve(resource.restApiId), stack.resolve(api.restApiId));
}

function pathOf({ node }: CfnMethod): string {
  return node.scope instanceof Method ? node.scope.resource.path : `(${node.path})`;
}

interface ResolvedMethod {
  readonly authorizerId: unknown;
  readonly type: unknown;
  readonly requestParameters: Readonly<Record<string, string>>;
}

function faultOf(resource: CfnMethod, { header, authorizerId }: RouteExpectation, isForwardingAuthorization: boolean): string | undefined {
  const stack = Stack.of(resource);
  const resolved = resolve(resource, stack);
  const isProtected = isSame(resolved.authorizerId, stack.resolve(authorizerId));
  switch (resolved.type) {
    case 'MOCK':
      // API Gateway answers by itself; nothing gets through. Preflights are made so.
      return undefined;
    case 'HTTP':
    case 'HTTP_PROXY':
      return (
        jwtFault(resolved.requestParameters, header, isProtected ? REST_SOURCES.jwt : REST_SOURCES.none) ??
        (isForwardingAuthorization ? undefined : authorizationFault(resolved.requestParameters))
      );
    default:
      return `a Lambda function would see the client's own ${header}. Use protect or open with a backend of kind lambda.`;
  }
}

function resolve(resource: CfnMethod, stack: Stack): ResolvedMethod {
  const integration: unknown = stack.resolve(resource.integration);
  const { type, requestParameters } = (integration ?? {}) as { type?: unknown; requestParameters?: Record<string, string> };
  return { authorizerId: stack.resolve(resource.authorizerId), type, requestParameters: requestParameters ?? {} };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function jwtFault(parameters: Readonly<Record<string, string>>, header: string, source: string): string | undefined {
  if (isMapped(parameters, header, (mapped) => mapped === source)) return undefined;
  return `must map ${headerTarget(header)} to ${source}, or the client's own ${header} reaches the backend. Use protect or open.`;
}

/** A route that is written by hand may say that it forwards the header by mapping it from itself. */
function authorizationFault(parameters: Readonly<Record<string, string>>): string | undefined {
  const isDecided = (mapped: string) => /^'[^']+'$/.test(mapped) || mapped === 'method.request.header.Authorization';
  if (isMapped(parameters, 'Authorization', isDecided)) return undefined;
  return (
    `must map ${headerTarget('Authorization')} to ${REST_SOURCES.none}, or the caller's token or password reaches the backend. ` +
    'Use protect or open, with forwardAuthorization: true where the backend needs it.'
  );
}

/** Exactly once: of two spellings of one name, who knows which one counts. */
function isMapped(parameters: Readonly<Record<string, string>>, header: string, isRight: (source: string) => boolean): boolean {
  const target = headerTarget(header);
  const source = parameters[target];
  const mapped = Object.keys(parameters).filter((name) => name.toLowerCase() === target.toLowerCase());
  return mapped.length === 1 && source !== undefined && isRight(source);
}
