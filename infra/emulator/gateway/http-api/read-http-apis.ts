// AWS::ApiGatewayV2 resources of a template → the HTTP APIs that the gateway runs. What it does not know is an error.

import { isRecord, numberOr, requireList, requireText, TemplateError, textsOrEmpty } from '../../template/json.ts';
import type { Resource, Template } from '../../template/read-template.ts';
import { pathSegments } from '../path-template.ts';
import type { CorsConfiguration, HttpApi, HttpAuthorizer, HttpIntegration, HttpRoute } from './http-api.ts';
import { readHttpAuthorizer } from './read-http-authorizer.ts';
import { readHttpIntegration } from './read-http-integration.ts';

/**
 * @param passOver gets what is not run here, and why. Absent: that is an error
 * @throws TemplateError
 */
export function readHttpApis(template: Template, passOver?: (logicalId: string, why: string) => void): readonly HttpApi[] {
  const own = template.resources('AWS::ApiGatewayV2::Api');
  const apis = own.filter(({ logicalId, properties }) => {
    if (properties.ProtocolType === 'HTTP') return true;
    const why = `${logicalId}: WebSocket APIs are not run here: no connection to it is answered`;
    if (passOver === undefined) throw new TemplateError(logicalId, 'an API other than REST and HTTP is not known to the local run');
    passOver(logicalId, why);
    return false;
  });
  return [...apis, ...findImported(template, own)].map((api) => readHttpApi(template, api));
}

/** An API that the stacks import and add routes to: of the rest of it nothing is known here. */
function findImported(template: Template, own: readonly Resource[]): readonly Resource[] {
  const ids = new Set(
    template.resources('AWS::ApiGatewayV2::Route').map(({ properties, logicalId }) => requireText(properties.ApiId, logicalId)),
  );
  for (const { ref } of own) ids.delete(ref);
  return [...ids].map((ref) => ({ logicalId: ref, type: 'AWS::ApiGatewayV2::Api', properties: {}, ref, attributes: {} }));
}

/** The stage of an API that is imported and deployed elsewhere. */
const ELSEWHERE: Pick<Resource, 'ref' | 'logicalId' | 'properties'> = { ref: '$default', logicalId: 'Stage', properties: {} };

function readHttpApi(template: Template, api: Resource): HttpApi {
  const { logicalId, properties } = api;
  for (const name of ['Body', 'BodyS3Location', 'Target', 'RouteKey']) {
    if (properties[name] !== undefined) throw new TemplateError(logicalId, `${name} is not known to the local run`);
  }
  const of = (type: string) => template.resources(`AWS::ApiGatewayV2::${type}`).filter((resource) => resource.properties.ApiId === api.ref);
  const stages = of('Stage');
  const stage = stages[0] ?? (api.logicalId === api.ref ? ELSEWHERE : undefined);
  if (stage === undefined || stages.length > 1) throw new TemplateError(logicalId, 'exactly one stage was expected');
  const authorizers = new Map(
    of('Authorizer')
      .filter(({ properties: { AuthorizerType } }) => AuthorizerType === 'REQUEST')
      .map((resource) => [resource.ref, readHttpAuthorizer(resource)]),
  );
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
  const type = requireText(properties.AuthorizationType ?? 'NONE', logicalId);
  // Whom AWS would let in can't be said here: nobody gets in, and hears why.
  const isChecked = type === 'NONE' || type === 'CUSTOM';
  return {
    routeKey,
    method: path === undefined ? 'ANY' : method,
    segments: path === undefined ? undefined : pathSegments(path),
    authorizer: type === 'CUSTOM' ? authorizerOf(logicalId, properties.AuthorizerId, authorizers) : undefined,
    integration: isChecked ? integration : { kind: 'unavailable', why: `authorization of type ${type} is not checked here` },
  };
}

function authorizerOf(where: string, id: unknown, authorizers: ReadonlyMap<string, HttpAuthorizer>): HttpAuthorizer {
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
