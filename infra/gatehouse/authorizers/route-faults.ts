// Says of each route of a REST API whether a client's own end-user JWT could reach the backend through it (A72). The
// template is what counts: routes that were added without Gatehouse's methods are looked at as well.

import { CfnMethod, Method, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Stack } from 'aws-cdk-lib/core';
import { hasResourceType } from '../has-resource-type.ts';
import { BLANK_SOURCE, headerTarget, JWT_SOURCE } from './backend.ts';

export interface RouteExpectation {
  /** Name of the header that carries the end-user JWT. */
  readonly header: string;
  readonly authorizerId: string;
  /** Lambda backends that were declared to read the JWT from the request context. */
  readonly contextReaders: ReadonlySet<Method>;
}

/**
 * Reads every method of the API that this app defines, in whichever stack, and whether or not by a construct that knows
 * its API.
 *
 * @returns one sentence per fault, beginning with the route
 */
export function findRouteFaults(api: RestApi, expectation: RouteExpectation): string[] {
  const trusted = new Set([...expectation.contextReaders].map((method) => method.node.defaultChild));
  return api.node.root.node
    .findAll()
    .filter((resource) => hasResourceType(resource, CfnMethod))
    .filter((resource) => isOfApi(resource, api) && !trusted.has(resource))
    .flatMap((resource) => {
      const fault = faultOf(resource, expectation);
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

function faultOf(resource: CfnMethod, { header, authorizerId }: RouteExpectation): string | undefined {
  const stack = Stack.of(resource);
  const resolved = resolve(resource, stack);
  const isProtected = isSame(resolved.authorizerId, stack.resolve(authorizerId));
  switch (resolved.type) {
    case 'MOCK':
      // API Gateway answers by itself; nothing gets through. Preflights are made so.
      return undefined;
    case 'HTTP':
    case 'HTTP_PROXY':
      return mappingFault(resolved.requestParameters, header, isProtected ? JWT_SOURCE : BLANK_SOURCE);
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

function mappingFault(parameters: Readonly<Record<string, string>>, header: string, source: string): string | undefined {
  const target = headerTarget(header);
  const mapped = Object.keys(parameters).filter((name) => name.toLowerCase() === target.toLowerCase());
  if (mapped.length === 1 && parameters[target] === source) return undefined;
  return `must map ${target} to ${source}, or the client's own ${header} reaches the backend. Use protect or open.`;
}
