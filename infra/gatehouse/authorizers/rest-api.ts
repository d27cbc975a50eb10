// REST APIs of every making: `RestApi`, `LambdaRestApi`, `SpecRestApi`, and those that are imported.

import { CfnRestApi, type IRestApi, type RestApiBase, type Stage } from 'aws-cdk-lib/aws-apigateway';
import { hasResourceType } from '../has-resource-type.ts';

export type AnyRestApi = RestApiBase | IRestApi;

/** Undefined for an API that is imported, or not deployed by this app. */
export function findStage(api: AnyRestApi): Stage | undefined {
  return api.deploymentStage as Stage | undefined;
}

/** The API itself, where this app defines it. */
export function findRestApiResource(api: AnyRestApi): CfnRestApi | undefined {
  const resource = api.node.defaultChild;
  return hasResourceType(resource, CfnRestApi) ? resource : undefined;
}

/** @throws Error for an API that is imported */
export function readKeysFromAuthorizer(api: AnyRestApi): void {
  const resource = findRestApiResource(api);
  if (resource === undefined) throw new Error('Usage plans need an API that this app defines.');
  resource.apiKeySourceType = 'AUTHORIZER';
}
