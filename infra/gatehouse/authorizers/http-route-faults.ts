// Says of each route of an HTTP API whether a client's own end-user JWT could reach the backend through it (A72).

import { type CfnIntegration, CfnRoute, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { Stack } from 'aws-cdk-lib/core';
import { hasResourceType } from '../has-resource-type.ts';
import { HTTP_SOURCES } from './backend-headers.ts';
import type { AnyHttpApi } from './http-api.ts';
import { findIntegration, isOfApi, resolved } from './http-route.ts';

export interface HttpRouteExpectation {
  /** Name of the header that carries the end-user JWT. */
  readonly header: string;
  readonly authorizerId: string;
  /** Lambda backends that were declared to read the JWT from the request context. */
  readonly contextReaders: ReadonlySet<HttpRoute>;
  /** Routes that are none of Gatehouse's business, for a reason that somebody gave. */
  readonly left: ReadonlySet<HttpRoute>;
}

/** What cures a route, as the end of a sentence. */
const CURE = 'Use protect or open, or leave(route, reason) if its backend never reads that header.';

/**
 * Reads every route of the API that this app defines, whoever added it.
 *
 * @returns one sentence per fault, beginning with the route
 */
export function findHttpRouteFaults(api: AnyHttpApi, expectation: HttpRouteExpectation): string[] {
  const resourcesOf = (routes: ReadonlySet<HttpRoute>) => new Set([...routes].map((route) => route.node.defaultChild));
  const trusted = resourcesOf(expectation.contextReaders);
  const left = resourcesOf(expectation.left);
  return api.node.root.node
    .findAll()
    .filter((resource) => hasResourceType(resource, CfnRoute))
    .filter((resource) => isOfApi(resource, api) && !trusted.has(resource))
    .flatMap((route) => {
      const isProtected = resolved(route, route.authorizerId) === resolved(route, expectation.authorizerId);
      const fault = left.has(route) ? faultOfLeft(isProtected) : faultOf(findIntegration(api, route), expectation.header, isProtected);
      return fault === undefined ? [] : [`${route.routeKey}: ${fault}`];
    });
}

function faultOfLeft(isProtected: boolean): string | undefined {
  if (!isProtected) return undefined;
  return 'has the authorizer of Gatehouse and can not be left alone. Take the authorizer away, or use protect in place of leave.';
}

function faultOf(integration: CfnIntegration | undefined, header: string, isProtected: boolean): string | undefined {
  if (integration === undefined) return `its integration is not in this app, so that nothing can be said of it. ${CURE}`;
  const parameters = (Stack.of(integration).resolve(integration.requestParameters) ?? {}) as Readonly<Record<string, string>>;
  // A service of AWS (SQS, Step Functions…) gets what is mapped and nothing else.
  if (integration.integrationType === 'AWS_PROXY' && integration.integrationSubtype !== undefined) return serviceFault(parameters, header);
  if (integration.integrationType !== 'HTTP_PROXY')
    return `a Lambda function would see the client's own ${header}. Use protect or open with a backend of kind lambda; protectRoute or openRoute with readsJwtFrom for a route that is there; or leave(route, reason) if it never reads that header.`;
  const mapped = Object.entries(parameters).filter(([name]) => name.toLowerCase().endsWith(`:header.${header.toLowerCase()}`));
  const [[name, value] = ['', ''], ...others] = mapped;
  const wanted = isProtected ? HTTP_SOURCES.jwt : HTTP_SOURCES.none;
  // `append` would put ours behind the client's own.
  if (others.length === 0 && name.startsWith('overwrite:') && value === wanted) return undefined;
  return `must overwrite header ${header} by ${wanted}, or the client's own reaches the backend. ${CURE}`;
}

function serviceFault(parameters: Readonly<Record<string, unknown>>, header: string): string | undefined {
  const own = `request.header.${header}`.toLowerCase();
  const taking = Object.entries(parameters).find(([, value]) => JSON.stringify(value).toLowerCase().includes(own));
  return taking === undefined
    ? undefined
    : `maps the client's own ${header} to ${taking[0]}. Take ${HTTP_SOURCES.jwt} in its place. ${CURE}`;
}
