// AWS::ApiGateway resources of a template → the REST APIs that the gateway runs. What it does not know is an error.

import { numberOr, recordOrEmpty, requireList, requireRecord, requireText, TemplateError, textsOrEmpty } from '../../template/json.ts';
import type { Resource, Template } from '../../template/read-template.ts';
import { readAuthorizer } from './read-rest-authorizer.ts';
import { type MethodPlace, readRestDocument } from './read-rest-document.ts';
import { readIntegration } from './read-rest-integration.ts';
import { readUsagePlans } from './read-usage-plans.ts';
import type { GatewayResponseTemplate, RestApi, RestAuthorizer, RestRoute } from './rest-api.ts';

/** @throws TemplateError */
export function readRestApis(template: Template): readonly RestApi[] {
  const own = template.resources('AWS::ApiGateway::RestApi');
  return [...own, ...findImported(template, own)].map((api) => readRestApi(template, api));
}

/** An API that the stacks import and add methods to: of the rest of it nothing is known here. */
function findImported(template: Template, own: readonly Resource[]): readonly Resource[] {
  const methods = template.resources('AWS::ApiGateway::Method');
  const resources = new Set(template.resources('AWS::ApiGateway::Resource').map(({ ref }) => ref));
  const ids = new Set(methods.map(({ properties, logicalId }) => requireText(properties.RestApiId, logicalId)));
  for (const { ref } of own) ids.delete(ref);
  return [...ids].map((ref) => {
    const parents = [
      ...methods.filter(({ properties }) => properties.RestApiId === ref).map(({ properties }) => properties.ResourceId),
      ...template
        .resources('AWS::ApiGateway::Resource')
        .filter(({ properties }) => properties.RestApiId === ref)
        .map(({ properties }) => properties.ParentId),
    ];
    const RootResourceId = String(parents.find((id) => typeof id === 'string' && !resources.has(id)) ?? '');
    return { logicalId: ref, type: 'AWS::ApiGateway::RestApi', properties: {}, ref, attributes: { RootResourceId } };
  });
}

/** The stage of an API that is imported and deployed elsewhere. */
const ELSEWHERE: Pick<Resource, 'ref' | 'logicalId' | 'properties'> = { ref: 'prod', logicalId: 'Stage', properties: {} };

function readRestApi(template: Template, api: Resource): RestApi {
  const of = (type: string) => template.resources(`AWS::ApiGateway::${type}`).filter(({ properties }) => properties.RestApiId === api.ref);
  const stages = of('Stage');
  const isImported = api.logicalId === api.ref;
  const stage = stages[0] ?? (isImported ? ELSEWHERE : undefined);
  if (stage === undefined || stages.length > 1) throw new TemplateError(api.logicalId, 'exactly one stage was expected');
  const document = readRestDocument(api);
  const authorizers = new Map([...of('Authorizer'), ...document.authorizers].map((resource) => [resource.ref, readAuthorizer(resource)]));
  const paths = readPaths(api, of('Resource'));
  const validators = new Map(of('RequestValidator').map((resource) => [resource.ref, resource]));
  const methods = [...of('Method').map((method) => ({ method, place: placeOf(method, paths) })), ...document.methods];
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
    routes: methods.map(({ method, place }) => readRoute(method, place, authorizers, validators)),
    gatewayResponses: new Map([...document.gatewayResponses, ...of('GatewayResponse')].map(readGatewayResponse)),
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

function placeOf({ logicalId, properties }: Resource, paths: ReadonlyMap<string, string>): MethodPlace {
  const resourceId = requireText(properties.ResourceId, logicalId);
  const resourcePath = paths.get(resourceId);
  if (resourcePath === undefined) throw new TemplateError(logicalId, `there is no resource ${resourceId}`);
  return { resourceId, resourcePath };
}

function readRoute(
  method: Resource,
  { resourceId, resourcePath }: MethodPlace,
  authorizers: ReadonlyMap<string, RestAuthorizer>,
  validators: ReadonlyMap<string, Resource>,
): RestRoute {
  const { logicalId, properties } = method;
  const type = requireText(properties.AuthorizationType ?? 'NONE', logicalId);
  // Whom AWS would let in can't be said here: nobody gets in, and hears why.
  const isChecked = type === 'NONE' || type === 'CUSTOM';
  return {
    resourceId,
    resourcePath,
    segments: resourcePath
      .split('/')
      .slice(1)
      .filter((segment) => segment !== ''),
    method: requireText(properties.HttpMethod, logicalId),
    authorizer: type === 'CUSTOM' ? authorizerOf(method, authorizers) : undefined,
    apiKeyRequired: properties.ApiKeyRequired === true,
    requiredParameters: requiredParametersOf(method, validators),
    integration: isChecked
      ? readIntegration(requireRecord(properties.Integration, logicalId), logicalId)
      : { kind: 'unavailable', why: `authorization of type ${type} is not checked here` },
  };
}

function authorizerOf({ logicalId, properties }: Resource, authorizers: ReadonlyMap<string, RestAuthorizer>): RestAuthorizer {
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
