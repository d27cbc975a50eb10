// What a CDK app of yours imports.

export type { Backend, HttpBackend, LambdaBackend } from './gatehouse/backend.ts';
export { Gatehouse } from './gatehouse/gatehouse.ts';
export { type HttpApiBackend, HttpAuthorizer, type ProtectHttpApiProps } from './gatehouse/http-authorizer.ts';
export type { ObservabilitySettings } from './gatehouse/observability.ts';
export type { GatehouseVpc } from './gatehouse/placement.ts';
export { type ProtectRestApiProps, RestAuthorizer } from './gatehouse/rest-authorizer.ts';
export type { GatehouseProps } from './gatehouse/settings.ts';
export type { TokenDomain } from './gatehouse/token-domain.ts';
export type { UsageTier } from './gatehouse/usage-tiers.ts';
export type { WebAclSettings } from './gatehouse/web-acl.ts';
export { GatehouseStack, type GatehouseStackProps } from './gatehouse-stack.ts';
