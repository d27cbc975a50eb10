// AWS::ApiGateway resources of a template → the REST APIs that the gateway runs. What it does not know is an error.

import { numberOr, recordOrEmpty, requireList, requireRecord, requireText, TemplateError, textsOrEmpty } from '../../template/json.ts';
import type { Resource, Template } from '../../template/read-template.ts';
import { readAuthorizer } from './read-rest-authorizer.ts';
import { readIntegration } from './read-rest-integration.ts';
import { readUsagePlans } from './read-usage-plans.ts';
import type { GatewayResponseTemplate, RestApi, RestAuthorizer, RestRoute } from './rest-api.ts';

const belongsTo = (api: Resource) => (resource: Resource) => resource.properties.RestApiId === api.ref;

/** @throws TemplateError */
export function readRestApis(template: Template): readonly RestApi[] {
  return template.resources('AWS::ApiGateway::RestApi').map((api) => readRestApi(template, api));
}

function readRestApi(template: Template, api: Resource): RestApi {
  if (api.properties.Body !== undefined || api.properties.BodyS3Location !== undefined) {
    throw new TemplateError(api.logicalId, 'an API written as OpenAPI is not known to the local run');
  }
  const of = (type: string) => template.resources(`AWS::ApiGateway::${type}`).filter(belongsTo(api));
  const [stage, ...others] = of('Stage');
  if (stage === undefined || others.length > 0) throw new TemplateError(api.logicalId, 'exactly one stage was expected');
  const authorizers = new Map(of('Authorizer').map((resource) => [resource.ref, readAuthorizer(resource)]));
  const paths = readPaths(api, of('Resource'));
  const validators = new Map(of('RequestValidator').map((resource) => [resource.ref, resource]));
  return {
    logicalId: api.logicalId,
    apiId: api.ref,
    accountId: template.deployment.accountId,
    region: template.deployment.region,
    stage: stage.ref,
    stageVariables: textsOrEmpty(stage.properties.Variables, stage.logicalId),
    binaryMediaTypes: requireList(api.properties.BinaryMediaTypes ?? [], api.logicalId).map((type) => requireText(type, api.logicalId)),
    apiKeySource: api.properties.ApiKeySourceType === 'AUTHORIZER' ? 'AUTHORIZER' : 'HEADER',
    usagePlans: readUsagePlans(template, api.ref, stage.ref),
    routes: of('Method').map((method) => readRoute(method, paths, authorizers, validators)),
    gatewayResponses: new Map(of('GatewayResponse').map(readGatewayResponse)),
  };
}

/** Path templates by resource id. */
function readPaths(api: Resource, resources: readonly Resource[]): ReadonlyMap<string, string> {
  const byId = new Map(resources.map((resource) => [resource.ref, resource]));
  const rootId = api.attributes.RootResourceId ?? '';
  function pathOf(id: string): string {
    if (id === rootId) return '';
    const resource = byId.get(id);
    if (resource === undefined) throw new TemplateError(api.logicalId, `there is no resource ${id}`);
    const parent = requireText(resource.properties.ParentId, resource.logicalId);
    return `${pathOf(parent)}/${requireText(resource.properties.PathPart, resource.logicalId)}`;
  }
  return new Map([[rootId, '/'], ...resources.map((resource) => [resource.ref, pathOf(resource.ref)] as const)]);
}

function readRoute(
  method: Resource,
  paths: ReadonlyMap<string, string>,
  authorizers: ReadonlyMap<string, RestAuthorizer>,
  validators: ReadonlyMap<string, Resource>,
): RestRoute {
  const { logicalId, properties } = method;
  const resourceId = requireText(properties.ResourceId, logicalId);
  const resourcePath = paths.get(resourceId);
  if (resourcePath === undefined) throw new TemplateError(logicalId, `there is no resource ${resourceId}`);
  return {
    resourceId,
    resourcePath,
    segments: resourcePath
      .split('/')
      .slice(1)
      .filter((segment) => segment !== ''),
    method: requireText(properties.HttpMethod, logicalId),
    authorizer: authorizerOf(method, authorizers),
    apiKeyRequired: properties.ApiKeyRequired === true,
    requiredParameters: requiredParametersOf(method, validators),
    integration: readIntegration(requireRecord(properties.Integration, logicalId), logicalId),
  };
}

function authorizerOf({ logicalId, properties }: Resource, authorizers: ReadonlyMap<string, RestAuthorizer>): RestAuthorizer | undefined {
  const type = properties.AuthorizationType ?? 'NONE';
  if (type === 'NONE') return undefined;
  if (type !== 'CUSTOM') throw new TemplateError(logicalId, `authorization type ${String(type)} is not known to the local run`);
  const authorizer = authorizers.get(requireText(properties.AuthorizerId, logicalId));
  if (authorizer === undefined) throw new TemplateError(logicalId, 'its authorizer is not in the template');
  return authorizer;
}

function requiredParametersOf({ logicalId, properties }: Resource, validators: ReadonlyMap<string, Resource>): readonly string[] {
  const validatorId = properties.RequestValidatorId;
  if (validatorId === undefined) return [];
  const validator = validators.get(requireText(validatorId, logicalId));
  if (validator === undefined) throw new TemplateError(logicalId, 'its request validator is not in the template');
  if (validator.properties.ValidateRequestBody === true && Object.keys(recordOrEmpty(properties.RequestModels, logicalId)).length > 0) {
    throw new TemplateError(logicalId, 'request models are not known to the local run');
  }
  if (validator.properties.ValidateRequestParameters !== true) return [];
  const parameters = Object.entries(recordOrEmpty(properties.RequestParameters, logicalId));
  return parameters.filter(([, required]) => required === true).map(([name]) => name);
}

function readGatewayResponse({ logicalId, properties }: Resource): readonly [string, GatewayResponseTemplate] {
  const status = properties.StatusCode;
  const response = {
    status: status === undefined ? undefined : numberOr(status, 0, logicalId),
    parameters: textsOrEmpty(properties.ResponseParameters, logicalId),
    templates: textsOrEmpty(properties.ResponseTemplates, logicalId),
  };
  return [requireText(properties.ResponseType, logicalId), response];
}
