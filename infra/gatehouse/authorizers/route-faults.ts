// Says of each route of a REST API whether a client's own end-user JWT (A72) or its credential (A106) could reach the
// backend through it. The template is what counts: routes that were added without Gatehouse's methods are looked at as
// well.

import { CfnMethod, Method } from 'aws-cdk-lib/aws-apigateway';
import { Stack } from 'aws-cdk-lib/core';
import { hasResourceType } from '../has-resource-type.ts';
import { findIntegrationFault, type RestIntegrationShape } from './integration-faults.ts';
import type { AnyRestApi } from './rest-api.ts';

export interface RouteExpectation {
  /** Name of the header that carries the end-user JWT. */
  readonly header: string;
  readonly authorizerId: string;
  /** Lambda backends that were declared to read the JWT from the request context. */
  readonly contextReaders: ReadonlySet<Method>;
  /** HTTP backends that were declared to get the caller's `Authorization`. */
  readonly authorizationReaders: ReadonlySet<Method>;
  /** Methods that are none of Gatehouse's business, for a reason that somebody gave. */
  readonly left: ReadonlySet<Method>;
}

/**
 * Reads every method of the API that this app defines, in whichever stack, and whether or not by a construct that knows
 * its API. It never throws, whatever the methods refer to.
 *
 * @returns one sentence per fault, beginning with the route
 */
export function findRouteFaults(api: AnyRestApi, expectation: RouteExpectation): string[] {
  const resourcesOf = (methods: ReadonlySet<Method>) => new Set([...methods].map((method) => method.node.defaultChild));
  const trusted = resourcesOf(expectation.contextReaders);
  const authorizationReaders = resourcesOf(expectation.authorizationReaders);
  const left = resourcesOf(expectation.left);
  return api.node.root.node
    .findAll()
    .filter((resource) => hasResourceType(resource, CfnMethod))
    .filter((resource) => isOfApi(resource, api) && !trusted.has(resource))
    .flatMap((resource) => {
      const fault = left.has(resource)
        ? faultOfLeft(resource, expectation)
        : faultOf(resource, expectation, authorizationReaders.has(resource));
      return fault === undefined ? [] : [`${resource.httpMethod} ${pathOf(resource)}: ${fault}`];
    });
}

/** By the reference itself, since logical ids of two stacks may be the same; written out otherwise, within the API's stack. */
function isOfApi(resource: CfnMethod, api: AnyRestApi): boolean {
  if (resource.restApiId === api.restApiId) return true;
  const stack = Stack.of(api);
  return Stack.of(resource) === stack && isSame(stack.resolve(resource.restApiId), stack.resolve(api.restApiId));
}

function pathOf({ node }: CfnMethod): string {
  return node.scope instanceof Method ? node.scope.resource.path : `(${node.path})`;
}

function isProtectedBy(resource: CfnMethod, authorizerId: string): boolean {
  const stack = Stack.of(resource);
  return isSame(stack.resolve(resource.authorizerId), stack.resolve(authorizerId));
}

function faultOfLeft(resource: CfnMethod, { authorizerId }: RouteExpectation): string | undefined {
  if (!isProtectedBy(resource, authorizerId)) return undefined;
  return 'has the authorizer of Gatehouse and can not be left alone. Take the authorizer away, or use protect in place of leave.';
}

function faultOf(resource: CfnMethod, { header, authorizerId }: RouteExpectation, isForwardingAuthorization: boolean): string | undefined {
  const isProtected = isProtectedBy(resource, authorizerId);
  return findIntegrationFault(integrationShapeOf(resource), { header, isProtected, isForwardingAuthorization });
}

function integrationShapeOf(resource: CfnMethod): RestIntegrationShape {
  const integration: unknown = Stack.of(resource).resolve(resource.integration);
  const { type, requestParameters, requestTemplates } = (integration ?? {}) as {
    readonly type?: unknown;
    readonly requestParameters?: Record<string, string>;
    readonly requestTemplates?: Record<string, unknown>;
  };
  // Without an integration, CDK's own default answers by itself.
  return {
    type: type ?? 'MOCK',
    requestParameters: requestParameters ?? {},
    requestTemplates: Object.values(requestTemplates ?? {}).map(textOf),
  };
}

/** A template may have tokens in it. */
const textOf = (template: unknown): string => (typeof template === 'string' ? template : JSON.stringify(template));

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
