// Serves the document of a protected HTTP API. API Gateway has no answers of its own there, so the token function makes it from
// the API's entry. What calls it is a role of the API's own stack: a permission on the function for each API would fill its
// policy (20 kB), and change the stack that has it.

import {
  CfnApi,
  HttpIntegrationType,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteIntegration,
  HttpRouteKey,
  type IHttpApi,
  IntegrationCredentials,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { AuthorizerParts } from '../authorizers/authorizer-parts.ts';
import type { AnyHttpApi } from '../authorizers/http-api.ts';
import type { ProtectRestApiProps } from '../authorizers/protect-rest-api-props.ts';
import { hasResourceType } from '../has-resource-type.ts';
import { openProtectedResource, type ProtectedResource } from './protected-resource.ts';

/** Undefined: the API says nothing of itself. @throws Error that names the property */
export function openHttpResource(
  api: AnyHttpApi,
  stage: string | undefined,
  { resource, tenant }: Pick<ProtectRestApiProps, 'resource' | 'tenant'>,
  { issuer, tokenFunctionArn }: AuthorizerParts,
): ProtectedResource | undefined {
  if (resource === undefined) return undefined;
  if (tokenFunctionArn === undefined)
    throw new Error('resource of an HTTP API needs tokenFunctionArn of Gatehouse.fromAttributes, in the account of this stack.');
  return openProtectedResource(resource, { stageUrl: findStageUrl(api, stage), tenant, issuer });
}

function findStageUrl(api: AnyHttpApi, stage: string | undefined): string | undefined {
  const own = api.node.defaultChild;
  if (stage === undefined || (hasResourceType(own, CfnApi) && own.disableExecuteApiEndpoint === true)) return undefined;
  return `https://${api.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}${stage === '$default' ? '' : `/${stage}`}`;
}

/** @returns the routes @throws Error where the API has such a route already */
export function addHttpDiscovery(
  scope: Construct,
  api: AnyHttpApi,
  { paths }: ProtectedResource,
  { tokenFunctionArn = '' }: AuthorizerParts,
): readonly HttpRoute[] {
  const role = new Role(scope, 'MetadataRole', {
    description: 'API Gateway assumes it to ask Gatehouse for the document of an API.',
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [tokenFunctionArn] }));
  return paths.map((path) => {
    const id = `${HttpMethod.ANY}${path}`;
    if ([id, `${HttpMethod.GET}${path}`].some((taken) => api.node.tryFindChild(taken) !== undefined))
      throw new Error(`${path}: the API has this route already. Take it away, or leave resource out.`);
    const route = new HttpRoute(api, id, {
      httpApi: api as IHttpApi,
      // Preflights too: the function answers them.
      routeKey: HttpRouteKey.with(path, HttpMethod.ANY),
      integration: new MetadataIntegration(path, tokenFunctionArn, role),
      authorizer: new HttpNoneAuthorizer(),
    });
    acknowledge(route, { 'AwsSolutions-APIG4': 'Public: clients read it to learn who gives tokens (RFC 9728).' });
    return route;
  });
}

class MetadataIntegration extends HttpRouteIntegration {
  readonly #functionArn: string;
  readonly #role: IRole;

  constructor(id: string, functionArn: string, role: IRole) {
    super(id);
    this.#functionArn = functionArn;
    this.#role = role;
  }

  override bind() {
    return {
      type: HttpIntegrationType.AWS_PROXY,
      uri: this.#functionArn,
      // The function tells by it that the event is of no token API.
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      credentials: IntegrationCredentials.fromRole(this.#role),
    };
  }
}
