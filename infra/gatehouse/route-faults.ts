// Says of each route of a REST API whether a client's own end-user JWT could reach the backend through it (A72). The
// template is what counts: routes that were added without Gatehouse's methods are looked at as well.

import type { CfnMethod, Method } from 'aws-cdk-lib/aws-apigateway';
import { Stack } from 'aws-cdk-lib/core';
import { BLANK_SOURCE, headerTarget, JWT_SOURCE } from './backend.ts';

export interface RouteExpectation {
  /** Name of the header that carries the end-user JWT. */
  readonly header: string;
  readonly authorizerId: string;
  /** Lambda backends that were declared to read the JWT from the request context. */
  readonly contextReaders: ReadonlySet<Method>;
}

/** One sentence per fault, beginning with the route. */
export function findRouteFaults(methods: readonly Method[], expectation: RouteExpectation): string[] {
  return methods.flatMap((method) => {
    const fault = faultOf(method, expectation);
    return fault === undefined ? [] : [`${method.httpMethod} ${method.resource.path}: ${fault}`];
  });
}

interface ResolvedMethod {
  readonly authorizerId: unknown;
  readonly type: unknown;
  readonly requestParameters: Readonly<Record<string, string>>;
}

function faultOf(method: Method, { header, authorizerId, contextReaders }: RouteExpectation): string | undefined {
  const stack = Stack.of(method);
  const resolved = resolve(method, stack);
  const isProtected = JSON.stringify(resolved.authorizerId) === JSON.stringify(stack.resolve(authorizerId));
  switch (resolved.type) {
    case 'MOCK':
      // API Gateway answers by itself; nothing gets through. Preflights are made so.
      return undefined;
    case 'HTTP':
    case 'HTTP_PROXY':
      return mappingFault(resolved.requestParameters, header, isProtected ? JWT_SOURCE : BLANK_SOURCE);
    default:
      if (contextReaders.has(method)) return undefined;
      return `a Lambda function would see the client's own ${header}. Use protect or open with a backend of kind lambda.`;
  }
}

function resolve(method: Method, stack: Stack): ResolvedMethod {
  const resource = method.node.defaultChild as CfnMethod;
  const integration: unknown = stack.resolve(resource.integration);
  const { type, requestParameters } = (integration ?? {}) as { type?: unknown; requestParameters?: Record<string, string> };
  return { authorizerId: stack.resolve(resource.authorizerId), type, requestParameters: requestParameters ?? {} };
}

function mappingFault(parameters: Readonly<Record<string, string>>, header: string, source: string): string | undefined {
  const target = headerTarget(header);
  const mapped = Object.keys(parameters).filter((name) => name.toLowerCase() === target.toLowerCase());
  if (mapped.length === 1 && parameters[target] === source) return undefined;
  return `must map ${target} to ${source}, or the client's own ${header} reaches the backend. Use protect or open.`;
}
