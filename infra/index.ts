// What a CDK app of yours imports.

export type { ApiEntryAttributes, ApiEntryProps } from './gatehouse/api-entries/kept-api-entry.ts';
export type { Backend, HttpBackend, IntegrationBackend, LambdaBackend } from './gatehouse/authorizers/backend.ts';
export { HttpAuthorizer, type ProtectHttpApiProps } from './gatehouse/authorizers/http-authorizer.ts';
export type { HttpApiBackend } from './gatehouse/authorizers/http-backend.ts';
export type { ProtectDocumentProps } from './gatehouse/authorizers/protect-document.ts';
export type { ProtectRestApiProps } from './gatehouse/authorizers/protect-rest-api-props.ts';
export { RestAuthorizer } from './gatehouse/authorizers/rest-authorizer.ts';
export type { ExistingBackend, HttpRouteOptions, RestRouteOptions, RouteHandler } from './gatehouse/authorizers/route-options.ts';
export type { UsageTier } from './gatehouse/authorizers/usage-tiers.ts';
export {
  type ProtectWebSocketApiProps,
  WebSocketAuthorizer,
  type WebSocketConnectOptions,
} from './gatehouse/authorizers/web-socket-authorizer.ts';
export type { ProtectedResource, ProtectedResourceProps } from './gatehouse/discovery/protected-resource.ts';
export type { AwsEndpoints } from './gatehouse/functions/open-function.ts';
export type { GatehouseVpc } from './gatehouse/functions/placement.ts';
export { Gatehouse } from './gatehouse/gatehouse.ts';
export type { GatehouseAttributes } from './gatehouse/imported-gatehouse.ts';
export type { ObservabilitySettings } from './gatehouse/observability/observability.ts';
export { ProtectsApis } from './gatehouse/protects-apis.ts';
export type { GatehouseProps } from './gatehouse/settings.ts';
export type { ExistingSecret, ExistingTable, ExistingTables } from './gatehouse/storage/existing-storage.ts';
export type { MutualTlsDomain, TokenDomain } from './gatehouse/token-api/token-domain.ts';
export type { WebAclSettings } from './gatehouse/token-api/web-acl.ts';
export { GatehouseStack, type GatehouseStackProps } from './gatehouse-stack.ts';
