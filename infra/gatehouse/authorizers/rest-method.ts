// Changes a method of a REST API that is there already: who may call it, and what reaches its backend.

import { type AuthorizationType, CfnMethod, type IResource, type Method } from 'aws-cdk-lib/aws-apigateway';
import { Stack, Token } from 'aws-cdk-lib/core';
import { hasResourceType } from '../has-resource-type.ts';
import { restHeaderMappings } from './backend-headers.ts';

export interface MethodHeaders {
  /** Of the end-user JWT. */
  readonly header: string;
  readonly forwardsAuthorization: boolean;
  readonly readsJwtFrom: 'requestContext' | undefined;
}

export interface MethodAuthorization {
  readonly authorizationType: AuthorizationType;
  readonly authorizerId: string | undefined;
  readonly apiKeyRequired?: boolean;
}

/** @throws Error that names the route, and what to do instead */
export function changeMethod(method: Method, headers: MethodHeaders, authorization: MethodAuthorization): void {
  const route = `${method.httpMethod} ${method.resource.path}`;
  const resource = requireResource(method, route);
  const { integration } = resource;
  if (integration === undefined || Token.isUnresolved(integration) || 'resolve' in integration)
    throw new Error(`${route}: its integration can not be changed here. Remove the method, and use protect or open.`);
  const { type } = integration;
  if (type === 'AWS_PROXY' && headers.readsJwtFrom !== 'requestContext')
    throw new Error(
      `${route}: a Lambda function sees the client's own ${headers.header}. Say readsJwtFrom: 'requestContext' if it reads event.requestContext.authorizer.endUserJwt, which only the authorizer writes.`,
    );
  if (type === 'HTTP' || type === 'HTTP_PROXY') {
    const mapped = restHeaderMappings({ ...headers, httpMethod: method.httpMethod, isProtected: authorization.authorizerId !== undefined });
    resource.integration = { ...integration, requestParameters: { ...parametersOf(resource, integration.requestParameters), ...mapped } };
  }
  resource.authorizationType = authorization.authorizationType;
  resource.authorizerId = authorization.authorizerId;
  resource.authorizationScopes = undefined;
  if (authorization.apiKeyRequired !== undefined) resource.apiKeyRequired = authorization.apiKeyRequired;
  // Without it the stage would go on with the method as it was deployed.
  method.api.latestDeployment?.addToLogicalId({ changed: route, authorization, integration: resource.integration });
}

/** CDK would say that there is a construct of this name. @throws Error */
export function requireNew(resource: IResource, httpMethod: string): void {
  if (resource.node.tryFindChild(httpMethod) === undefined) return;
  throw new Error(
    `${httpMethod} ${resource.path}: the API has this method already. Use protectMethod or openMethod for it, or leave(method, reason).`,
  );
}

/** Says in the template why a method is not looked at. @throws Error */
export function markAsLeft(method: Method, reason: string): void {
  requireResource(method, `${method.httpMethod} ${method.resource.path}`).addMetadata('Gatehouse::Left', reason);
}

function requireResource(method: Method, route: string): CfnMethod {
  const resource = method.node.defaultChild;
  if (hasResourceType(resource, CfnMethod)) return resource;
  throw new Error(`${route}: is no method that this app defines.`);
}

function parametersOf(resource: CfnMethod, parameters: unknown): Readonly<Record<string, string>> {
  return (Stack.of(resource).resolve(parameters) ?? {}) as Readonly<Record<string, string>>;
}
