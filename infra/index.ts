// What a CDK app of yours imports.

export { Gatehouse, type GatehouseProps } from './gatehouse/gatehouse.ts';
export { RestAuthorizer } from './gatehouse/rest-authorizer.ts';
export { GatehouseStack, type GatehouseStackProps } from './gatehouse-stack.ts';
