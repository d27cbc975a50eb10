// Reads and changes a route of an HTTP API that is there already: who may call it, and what reaches its backend.

import { CfnIntegration, CfnRoute, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { Stack } from 'aws-cdk-lib/core';
import { hasResourceType } from '../has-resource-type.ts';
import { HTTP_SOURCES, METHOD_OVERRIDES } from './backend-headers.ts';
import type { AnyHttpApi } from './http-api.ts';

export interface HttpRouteChange {
  /** Of the end-user JWT. */
  readonly header: string;
  /** Undefined: the route is open. */
  readonly authorizerId: string | undefined;
  readonly readsJwtFrom: 'requestContext' | undefined;
}

/** @throws Error that names the route, and what to do instead */
export function changeHttpRoute(api: AnyHttpApi, route: HttpRoute, { header, authorizerId, readsJwtFrom }: HttpRouteChange): void {
  const resource = requireRoute(route);
  const integration = findIntegration(api, resource);
  if (integration === undefined)
    throw new Error(`${resource.routeKey}: its integration is not in this app. Remove the route, and use protect or open.`);
  if (isLambda(integration) && readsJwtFrom !== 'requestContext')
    throw new Error(
      `${resource.routeKey}: a Lambda function sees the client's own ${header}. Say readsJwtFrom: 'requestContext' if it reads event.requestContext.authorizer.lambda.endUserJwt, which only the authorizer writes.`,
    );
  if (!isLambda(integration)) {
    const isProtected = authorizerId !== undefined;
    integration.requestParameters = {
      ...(Stack.of(integration).resolve(integration.requestParameters) as Readonly<Record<string, string>> | undefined),
      [`overwrite:header.${header}`]: isProtected ? HTTP_SOURCES.jwt : HTTP_SOURCES.none,
      ...Object.fromEntries(METHOD_OVERRIDES.map((name) => [`remove:header.${name}`, ''])),
    };
  }
  resource.authorizationType = authorizerId === undefined ? 'NONE' : 'CUSTOM';
  resource.authorizerId = authorizerId;
  resource.authorizationScopes = undefined;
}

/** Whether a function is called that gets the request as it came. */
export function isLambdaRoute(route: HttpRoute): boolean {
  const integration = findIntegration(route.httpApi, requireRoute(route));
  return integration !== undefined && isLambda(integration);
}

/** The integration that a route names, wherever in the app it is. */
export function findIntegration(api: AnyHttpApi, route: CfnRoute): CfnIntegration | undefined {
  const target = resolved(route, route.target);
  return api.node.root.node
    .findAll()
    .filter((resource) => hasResourceType(resource, CfnIntegration))
    .find((candidate) => isOfApi(candidate, api) && target.includes(resolved(candidate, candidate.ref)));
}

/** By the reference itself, since logical ids of two stacks may be the same; written out otherwise, within the API's stack. */
export function isOfApi(resource: CfnRoute | CfnIntegration, api: AnyHttpApi): boolean {
  if (resource.apiId === api.apiId) return true;
  return Stack.of(resource) === Stack.of(api) && resolved(resource, resource.apiId) === resolved(resource, api.apiId);
}

/** As the template of its own stack has it. */
export function resolved(resource: CfnRoute | CfnIntegration, value: unknown): string {
  return JSON.stringify(Stack.of(resource).resolve(value)) ?? '';
}

/** Says in the template why a route is not looked at. @throws Error */
export function markRouteAsLeft(route: HttpRoute, reason: string): void {
  requireRoute(route).addMetadata('Gatehouse::Left', reason);
}

/** `GET` of `GET /order`. */
export function methodOf(route: HttpRoute): string {
  return requireRoute(route).routeKey.split(' ')[0] ?? 'ANY';
}

/** A service of AWS has a subtype, and gets what is mapped and nothing else. */
const isLambda = (integration: CfnIntegration): boolean =>
  integration.integrationType === 'AWS_PROXY' && integration.integrationSubtype === undefined;

function requireRoute(route: HttpRoute): CfnRoute {
  const resource = route.node.defaultChild;
  if (hasResourceType(resource, CfnRoute)) return resource;
  throw new Error(`${route.path ?? '$default'}: is no route that this app defines.`);
}
