// The authorizer of a REST API as API Gateway has it. It is there whether or not a method uses it yet: the construct of CDK
// can't be asked for its id before, and the check of routes would end in that.

import { AuthorizationType, CfnAuthorizer, type IAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { Names } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type AuthorizerParts, authorizerUri } from './authorizer-parts.ts';
import type { AnyRestApi } from './rest-api.ts';

/** The route is part of the key, so that an answer is never used for a route with other rules (A66, A69). */
const REST_IDENTITY_SOURCES = ['method.request.header.Authorization', 'context.httpMethod', 'context.path'].join(',');

export interface RestAuthorizerSettings {
  readonly cacheSeconds: number;
  readonly clientCertificates: boolean;
}

/** As a resource has it, and as an OpenAPI document has it. */
export function restAuthorizerSettings(
  scope: Construct,
  parts: AuthorizerParts,
  { cacheSeconds, clientCertificates }: RestAuthorizerSettings,
) {
  return {
    type: 'REQUEST',
    authorizerUri: authorizerUri(scope, parts),
    authorizerResultTtlInSeconds: cacheSeconds,
    ...(parts.invokeRole !== undefined && { authorizerCredentials: parts.invokeRole.roleArn }),
    // A missing source is 401 without a call, which a client with nothing but its certificate would get.
    ...(!clientCertificates && { identitySource: REST_IDENTITY_SOURCES }),
  };
}

export function openRestAuthorizer(scope: Construct, api: AnyRestApi, parts: AuthorizerParts, more: RestAuthorizerSettings): IAuthorizer {
  const inside = new Construct(scope, 'Authorizer');
  const settings = { name: Names.uniqueResourceName(inside, { maxLength: 128 }), ...restAuthorizerSettings(scope, parts, more) };
  const resource = new CfnAuthorizer(inside, 'Resource', { restApiId: api.restApiId, ...settings });
  // What is deployed is a picture of the API: another authorizer is another picture.
  api.latestDeployment?.node.addDependency(resource);
  api.latestDeployment?.addToLogicalId({ authorizer: settings });
  return { authorizerId: resource.ref, authorizationType: AuthorizationType.CUSTOM };
}
