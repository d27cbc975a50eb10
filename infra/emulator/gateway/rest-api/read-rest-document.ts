// A REST API that is written as an OpenAPI document: its operations become methods as a template would have them
// ("OpenAPI extensions for API Gateway" of the API Gateway guide).

import { isRecord, type JsonRecord, recordOrEmpty, requireRecord, requireText, TemplateError } from '../../template/json.ts';
import type { Resource } from '../../template/read-template.ts';

export interface MethodPlace {
  readonly resourceId: string;
  readonly resourcePath: string;
}

interface RestDocument {
  readonly methods: readonly { readonly method: Resource; readonly place: MethodPlace }[];
  readonly authorizers: readonly Resource[];
  readonly gatewayResponses: readonly Resource[];
}

const NOTHING: RestDocument = { methods: [], authorizers: [], gatewayResponses: [] };

const METHODS: ReadonlyMap<string, string> = new Map([
  ...['get', 'head', 'post', 'put', 'patch', 'delete', 'options'].map((name) => [name, name.toUpperCase()] as const),
  ['x-amazon-apigateway-any-method', 'ANY'],
]);

/** @throws TemplateError for a document that is not in the template, and for what of it is not known here */
export function readRestDocument({ logicalId, properties, ref }: Resource): RestDocument {
  if (properties.BodyS3Location !== undefined)
    throw new TemplateError(logicalId, 'its OpenAPI document is in S3; put it inline (ApiDefinition.fromInline) to run it here');
  if (properties.Body === undefined) return NOTHING;
  const document = requireRecord(properties.Body, logicalId);
  const { securitySchemes } = recordOrEmpty(document.components, logicalId);
  const schemes = { ...recordOrEmpty(document.securityDefinitions, logicalId), ...recordOrEmpty(securitySchemes, logicalId) };
  const resource = (id: string, own: JsonRecord): Resource => ({
    logicalId: `${logicalId} ${id}`,
    type: '',
    ref: id,
    attributes: {},
    properties: { RestApiId: ref, ...own },
  });
  const methods = Object.entries(recordOrEmpty(document.paths, logicalId)).flatMap(([path, item]) =>
    Object.entries(requireRecord(item, path)).flatMap(([name, operation]) => {
      const HttpMethod = METHODS.get(name);
      if (HttpMethod === undefined) return [];
      const where = `${HttpMethod} ${path}`;
      const own = requireRecord(operation, where);
      const authorization = authorizationOf(own.security ?? document.security, schemes);
      const Integration = integrationOf(own['x-amazon-apigateway-integration'], where);
      return [{ method: resource(where, { HttpMethod, Integration, ...authorization }), place: { resourceId: path, resourcePath: path } }];
    }),
  );
  const authorizers = Object.entries(schemes).flatMap(([name, scheme]) => {
    const authorizer = isRecord(scheme) ? scheme['x-amazon-apigateway-authorizer'] : undefined;
    return isRecord(authorizer) ? [resource(name, { Name: name, ...authorizerOf(authorizer) })] : [];
  });
  const responses = Object.entries(recordOrEmpty(document['x-amazon-apigateway-gateway-responses'], logicalId));
  return {
    methods,
    authorizers,
    gatewayResponses: responses.map(([type, own]) => resource(type, { ResponseType: type, ...capitalised(requireRecord(own, type)) })),
  };
}

/** By the first scheme that an operation names. */
function authorizationOf(security: unknown, schemes: JsonRecord): JsonRecord {
  const [first] = Array.isArray(security) ? security : [];
  const [name] = isRecord(first) ? Object.keys(first) : [];
  const scheme = name === undefined ? undefined : schemes[name];
  if (name === undefined || !isRecord(scheme)) return {};
  const type = scheme['x-amazon-apigateway-authtype'];
  if (type === 'awsSigv4') return { AuthorizationType: 'AWS_IAM' };
  if (type === 'cognito_user_pools') return { AuthorizationType: 'COGNITO_USER_POOLS' };
  if (scheme['x-amazon-apigateway-authorizer'] === undefined) return { ApiKeyRequired: String(scheme.name).toLowerCase() === 'x-api-key' };
  return { AuthorizationType: 'CUSTOM', AuthorizerId: name };
}

function authorizerOf(authorizer: JsonRecord): JsonRecord {
  return { ...capitalised(authorizer), Type: requireText(authorizer.type, 'x-amazon-apigateway-authorizer').toUpperCase() };
}

/** As a template writes an integration. */
function integrationOf(value: unknown, where: string): JsonRecord {
  const integration = requireRecord(value, `${where}: x-amazon-apigateway-integration`);
  const { type, httpMethod, responses, ...others } = integration;
  const mapped = Object.entries(recordOrEmpty(responses, where)).map(([pattern, response]) => ({
    ...(pattern !== 'default' && { SelectionPattern: pattern }),
    ...capitalised(requireRecord(response, where)),
  }));
  return {
    ...capitalised(others),
    Type: requireText(type, where).toUpperCase(),
    ...(httpMethod !== undefined && { IntegrationHttpMethod: httpMethod }),
    IntegrationResponses: mapped,
    ...(typeof others.passthroughBehavior === 'string' && { PassthroughBehavior: others.passthroughBehavior.toUpperCase() }),
  };
}

/** `statusCode` → `StatusCode`: the names of one level. */
function capitalised(record: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}`, value]));
}
