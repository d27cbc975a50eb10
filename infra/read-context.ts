// What `cdk deploy` may be told without touching code: `-c demo=true`, `-c issuer=https://…`, `-c disposable=true`, and
// plain properties of the construct under `gatehouse` in the context of cdk.json. For the rest, such as a VPC, a topic or
// a domain, write an app of your own around the construct.

import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Node } from 'constructs';
import * as v from 'valibot';
import type { GatehouseProps } from './gatehouse/settings.ts';

const functionSettings = v.exactOptional(
  v.strictObject({
    memoryMb: v.exactOptional(v.number()),
    timeoutSeconds: v.exactOptional(v.number()),
    reservedConcurrency: v.exactOptional(v.number()),
  }),
);

/** Misspelt properties are refused: one that is silently left out would be a default nobody chose. */
const gatehouseContext = v.strictObject({
  prefix: v.exactOptional(v.string()),
  authorizerCacheSeconds: v.exactOptional(v.number()),
  token: functionSettings,
  authorizer: functionSettings,
  throttle: v.exactOptional(v.strictObject({ requestsPerSecond: v.number(), burst: v.number() })),
  tenantFunctionArns: v.exactOptional(v.array(v.string())),
  simpleResponseApiIds: v.exactOptional(v.array(v.string())),
  awsEndpoints: v.exactOptional(v.strictObject({ fips: v.exactOptional(v.boolean()), dualStack: v.exactOptional(v.boolean()) })),
  allowOrigin: v.exactOptional(v.string()),
  accountCloudWatchRole: v.exactOptional(v.boolean()),
  webAcl: v.exactOptional(v.strictObject({ tokenRequestsPerFiveMinutes: v.exactOptional(v.number()) })),
  deletionProtection: v.exactOptional(v.boolean()),
  tables: v.exactOptional(
    v.strictObject({
      tenants: v.exactOptional(v.string()),
      clients: v.exactOptional(v.string()),
      users: v.exactOptional(v.string()),
      tokens: v.exactOptional(v.string()),
    }),
  ),
  signingKeysSecret: v.exactOptional(v.string()),
  observability: v.exactOptional(v.union([v.literal(false), v.strictObject({ metricsPerTenant: v.exactOptional(v.boolean()) })])),
});

export interface StackContext {
  readonly demo: boolean;
  readonly gatehouse: GatehouseProps;
}

/** @throws Error that names what is wrong with which property */
export function readContext(node: Node): StackContext {
  const parsed = v.safeParse(gatehouseContext, gatehouseOf(node));
  if (!parsed.success) {
    const faults = parsed.issues.map((issue) => `gatehouse.${v.getDotPath(issue) ?? ''}: ${issue.message}`);
    throw new Error(`The context is wrong. ${faults.join(' ')}`);
  }
  const issuer: unknown = node.tryGetContext('issuer');
  return {
    demo: isOn(node, 'demo'),
    gatehouse: {
      ...parsed.output,
      ...(typeof issuer === 'string' && { issuer }),
      // For a trial: tables and keys go with the stack.
      ...(isOn(node, 'disposable') && { removalPolicy: RemovalPolicy.DESTROY }),
    },
  };
}

/** As an object in cdk.json, as JSON on the command line. */
function gatehouseOf(node: Node): unknown {
  const value: unknown = node.tryGetContext('gatehouse') ?? {};
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new Error('The context is wrong. gatehouse: JSON was expected.');
  }
}

/** On the command line every value is text. */
function isOn(node: Node, name: string): boolean {
  const value: unknown = node.tryGetContext(name);
  return value === true || value === 'true';
}
