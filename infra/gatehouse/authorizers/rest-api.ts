// REST APIs of every making: `RestApi`, `LambdaRestApi`, `SpecRestApi`, and those that are imported.

import { CfnRestApi, CfnStage, type IRestApi, type RestApiBase, type Stage } from 'aws-cdk-lib/aws-apigateway';
import { Aws } from 'aws-cdk-lib/core';
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

/**
 * The stage as it is written: gateway responses and methods come before the deployment that a stage names, so that a
 * reference to the stage would need itself.
 */
export function findStageName(stage: Stage | undefined): string | undefined {
  const resource = stage?.node.defaultChild;
  return hasResourceType(resource, CfnStage) ? resource.stageName : undefined;
}

/** Address of a stage, where API Gateway gives it one. */
export function findStageUrl(api: AnyRestApi, stageName: string | undefined): string | undefined {
  if (stageName === undefined || findRestApiResource(api)?.disableExecuteApiEndpoint === true) return undefined;
  return `https://${api.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${stageName}`;
}

/** @throws Error for an API that is imported */
export function readKeysFromAuthorizer(api: AnyRestApi): void {
  const resource = findRestApiResource(api);
  if (resource === undefined) throw new Error('Usage plans need an API that this app defines.');
  resource.apiKeySourceType = 'AUTHORIZER';
}
