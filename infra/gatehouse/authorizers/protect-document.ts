// Puts Gatehouse into the OpenAPI document of a REST API: authorizer, header mappings, and the gateway responses, which an
// import of the document would else take away again.

import type { Construct } from 'constructs';
import { addDocumentDiscovery } from '../discovery/document-discovery.ts';
import { openProtectedResource, type ProtectedResourceProps } from '../discovery/protected-resource.ts';
import { requireCacheSeconds, requireMethodToProtect, requireNoCache } from './authorizer-checks.ts';
import { type AuthorizerParts, authorizerUri } from './authorizer-parts.ts';
import { restHeaderMappings } from './backend-headers.ts';
import { gatewayResponsesOf } from './gateway-responses.ts';
import { requireHeaderName } from './header-name.ts';
import { type JsonRecord, mapOperations, type Operation, OWN_EXTENSION, recordOf, schemesOf } from './rest-document.ts';
import { restAuthorizerSettings } from './rest-request-authorizer.ts';
import { type ExistingBackend, type RestRouteOptions, requireReason } from './route-options.ts';

export interface ProtectDocumentProps extends ExistingBackend {
  /** As of `protectRestApi`. */
  readonly cacheSeconds?: number;
  readonly clientCertificates?: boolean;
  readonly header?: string;
  readonly countTiers?: boolean;
  /**
   * As of `protectRestApi`, which then finds it in the document. `url` must be given: a document can't name the id of the API
   * that is made of it. Default: none of it.
   */
  readonly resource?: ProtectedResourceProps;
  /** Whose API it is, for `resource` with the issuer of its own. Default: none is known. */
  readonly tenant?: string;
  /** Operations that anyone may call: `GET /health`. Preflights are open anyway. Default: none. */
  readonly open?: readonly string[];
  /** Operations that are left as they are, each with the reason: `{ 'POST /hook': 'a webhook with its own signature' }`. */
  readonly leave?: Readonly<Record<string, string>>;
  /** What single operations ask of a caller: `{ 'POST /order': { scopes: ['order:write'] } }`. */
  readonly routes?: Readonly<Record<string, RestRouteOptions & ExistingBackend>>;
}

const SCHEME = 'Gatehouse';

/** @throws Error that names the operation */
export function protectDocument(scope: Construct, document: object, parts: AuthorizerParts, props: ProtectDocumentProps): object {
  const { clientCertificates = false, countTiers = false, header = 'X-JWT-Assertion', open = [], leave = {}, routes = {} } = props;
  const cacheSeconds = props.cacheSeconds ?? parts.maxCacheSeconds;
  requireHeaderName(header);
  requireCacheSeconds(cacheSeconds, parts.maxCacheSeconds);
  if (clientCertificates) requireNoCache('Client certificates', cacheSeconds);
  if (countTiers) requireNoCache('Counted tiers', cacheSeconds);
  const seen = new Set<string>();
  const changed = mapOperations(document as JsonRecord, (operation) => {
    const route = `${operation.method} ${operation.path}`;
    seen.add(route);
    if (leave[route] !== undefined) return leaveOperation(operation, route, leave[route]);
    if (open.includes(route) || operation.method === 'OPTIONS')
      return changeOperation(operation, { header, isProtected: false, options: props });
    requireMethodToProtect(operation.method, operation.path);
    const { readsJwtFrom } = props;
    const options = { ...(readsJwtFrom !== undefined && { readsJwtFrom }), ...routes[route] };
    return changeOperation(operation, { header, isProtected: true, options });
  });
  const unknown = [...open, ...Object.keys(leave), ...Object.keys(routes)].find((route) => !seen.has(route));
  if (unknown !== undefined) throw new Error(`${unknown}: the document has no such operation; it has ${[...seen].join(', ')}.`);
  const takesBasic = Object.values(routes).some(({ handlers }) => handlers?.includes('basic') === true);
  const scheme = schemeOf(scope, parts, { cacheSeconds, clientCertificates });
  const resource =
    props.resource && openProtectedResource(props.resource, { stageUrl: undefined, tenant: props.tenant, issuer: parts.issuer });
  const findable = resource?.challenge;
  return {
    ...withScheme(resource === undefined ? changed : addDocumentDiscovery(changed, resource), scheme),
    'x-amazon-apigateway-gateway-responses': {
      ...gatewayResponsesOf(parts.gatewayResponses, { countsTiers: countTiers, takesBasic, findable }),
      ...recordOf(changed['x-amazon-apigateway-gateway-responses']),
    },
  };
}

function leaveOperation({ own, notes }: Operation, route: string, reason: string): JsonRecord {
  requireReason(route, reason);
  return { ...own, [OWN_EXTENSION]: { ...notes, left: reason } };
}

interface Change {
  readonly header: string;
  readonly isProtected: boolean;
  readonly options: RestRouteOptions & ExistingBackend;
}

function changeOperation({ own, notes, method }: Operation, { header, isProtected, options }: Change): JsonRecord {
  const { handlers, scopes, permissions, readsJwtFrom, forwardAuthorization } = options;
  const forwardsAuthorization = forwardAuthorization ?? false;
  const integration = recordOf(own['x-amazon-apigateway-integration']);
  const isHttp = ['http', 'http_proxy'].includes(String(integration.type).toLowerCase());
  const mappings = isHttp ? restHeaderMappings({ header, isProtected, forwardsAuthorization, httpMethod: method }) : {};
  return {
    ...own,
    security: isProtected ? [{ [SCHEME]: [] }] : [],
    ...(isHttp && {
      'x-amazon-apigateway-integration': { ...integration, requestParameters: { ...recordOf(integration.requestParameters), ...mappings } },
    }),
    [OWN_EXTENSION]: {
      ...notes,
      ...(isProtected && handlers !== undefined && { handlers }),
      ...(isProtected && scopes !== undefined && { scopes }),
      ...(isProtected && permissions !== undefined && { permissions }),
      ...(readsJwtFrom !== undefined && { readsJwtFrom }),
      ...(forwardsAuthorization && { forwardAuthorization: true }),
    },
  };
}

function schemeOf(
  scope: Construct,
  parts: AuthorizerParts,
  settings: { readonly cacheSeconds: number; readonly clientCertificates: boolean },
): JsonRecord {
  const { type, ...authorizer } = restAuthorizerSettings(scope, parts, settings);
  return {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': { ...authorizer, authorizerUri: authorizerUri(scope, parts), type: type.toLowerCase() },
  };
}

function withScheme(document: JsonRecord, scheme: JsonRecord): JsonRecord {
  if (document.swagger !== undefined)
    return { ...document, securityDefinitions: { ...recordOf(document.securityDefinitions), [SCHEME]: scheme } };
  const components = recordOf(document.components);
  return { ...document, components: { ...components, securitySchemes: { ...schemesOf(document), [SCHEME]: scheme } } };
}
