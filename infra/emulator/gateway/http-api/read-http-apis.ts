// AWS::ApiGatewayV2 resources of a template → the HTTP APIs that the gateway runs. What it does not know is an error.

import { isRecord, numberOr, requireList, requireText, TemplateError, textsOrEmpty } from '../../template/json.ts';
import type { Resource, Template } from '../../template/read-template.ts';
import { pathSegments } from '../path-template.ts';
import type { CorsConfiguration, HttpApi, HttpAuthorizer, HttpIntegration, HttpRoute } from './http-api.ts';
import { readHttpAuthorizer } from './read-http-authorizer.ts';
import { readHttpIntegration } from './read-http-integration.ts';

/** @throws TemplateError */
export function readHttpApis(template: Template): readonly HttpApi[] {
  return template.resources('AWS::ApiGatewayV2::Api').map((api) => readHttpApi(template, api));
}

function readHttpApi(template: Template, api: Resource): HttpApi {
  const { logicalId, properties } = api;
  if (properties.ProtocolType !== 'HTTP')
    throw new TemplateError(logicalId, 'an API other than REST and HTTP is not known to the local run');
  for (const name of ['Body', 'BodyS3Location', 'Target', 'RouteKey']) {
    if (properties[name] !== undefined) throw new TemplateError(logicalId, `${name} is not known to the local run`);
  }
  const of = (type: string) => template.resources(`AWS::ApiGatewayV2::${type}`).filter((resource) => resource.properties.ApiId === api.ref);
  const [stage, ...others] = of('Stage');
  if (stage === undefined || others.length > 0) throw new TemplateError(logicalId, 'exactly one stage was expected');
  const authorizers = new Map(of('Authorizer').map((resource) => [resource.ref, readHttpAuthorizer(resource)]));
  const integrations = new Map(of('Integration').map((resource) => [resource.ref, readHttpIntegration(resource)]));
  return {
    logicalId,
    apiId: api.ref,
    accountId: template.deployment.accountId,
    region: template.deployment.region,
    stage: stage.ref,
    stageVariables: textsOrEmpty(stage.properties.StageVariables, stage.logicalId),
    routes: of('Route').map((route) => readRoute(route, integrations, authorizers)),
    cors: readCors(properties.CorsConfiguration, logicalId),
  };
}

function readRoute(
  { logicalId, properties }: Resource,
  integrations: ReadonlyMap<string, HttpIntegration>,
  authorizers: ReadonlyMap<string, HttpAuthorizer>,
): HttpRoute {
  const routeKey = requireText(properties.RouteKey, logicalId);
  const [method = '', path] = routeKey.split(' ');
  const integration = integrations.get(requireText(properties.Target, logicalId).replace(/^integrations\//, ''));
  if (integration === undefined) throw new TemplateError(logicalId, 'its integration is not in the template');
  return {
    routeKey,
    method: path === undefined ? 'ANY' : method,
    segments: path === undefined ? undefined : pathSegments(path),
    authorizer: authorizerOf(logicalId, properties.AuthorizationType ?? 'NONE', properties.AuthorizerId, authorizers),
    integration,
  };
}

function authorizerOf(
  where: string,
  type: unknown,
  id: unknown,
  authorizers: ReadonlyMap<string, HttpAuthorizer>,
): HttpAuthorizer | undefined {
  if (type === 'NONE') return undefined;
  if (type !== 'CUSTOM') throw new TemplateError(where, `authorization type ${String(type)} is not known to the local run`);
  const authorizer = authorizers.get(requireText(id, where));
  if (authorizer === undefined) throw new TemplateError(where, 'its authorizer is not in the template');
  return authorizer;
}

function readCors(value: unknown, where: string): CorsConfiguration | undefined {
  if (!isRecord(value)) return undefined;
  const texts = (name: string): readonly string[] => requireList(value[name] ?? [], where).map((item) => requireText(item, where));
  return {
    allowOrigins: texts('AllowOrigins'),
    allowMethods: texts('AllowMethods'),
    allowHeaders: texts('AllowHeaders'),
    exposeHeaders: texts('ExposeHeaders'),
    maxAgeSeconds: value.MaxAge === undefined ? undefined : numberOr(value.MaxAge, 0, where),
    allowCredentials: value.AllowCredentials === true,
  };
}
