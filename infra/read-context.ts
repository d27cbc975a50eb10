// What `cdk deploy` may be told without touching code: `-c demo=true`, `-c demoUrl=https://…`, `-c issuer=https://…`, `-c disposable=true`, and
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
  authorizerAccounts: v.exactOptional(v.array(v.string())),
  awsClient: v.exactOptional(v.picklist(['lean', 'sdk'])),
  awsEndpoints: v.exactOptional(v.strictObject({ fips: v.exactOptional(v.boolean()), dualStack: v.exactOptional(v.boolean()) })),
  allowOrigin: v.exactOptional(v.string()),
  operatorFunction: v.exactOptional(v.boolean()),
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
  observability: v.exactOptional(
    v.union([
      v.literal(false),
      v.strictObject({ metricsPerTenant: v.exactOptional(v.boolean()), refusedLoginsAlarm: v.exactOptional(v.boolean()) }),
    ]),
  ),
});

export interface StackContext {
  readonly demo: boolean;
  readonly demoUrl?: string;
  readonly gatehouse: GatehouseProps;
}

const OWN_NAMES: ReadonlySet<string> = new Set(['demo', 'demoUrl', 'disposable', 'issuer', 'gatehouse']);

/** Names that CDK itself gives to context: feature flags and what was looked up have one of `@/:`. */
const CDK_NAMES: ReadonlySet<string> = new Set(['acknowledged-issue-numbers', 'cli-telemetry']);

/** @throws Error that names what is wrong with which name or property: one that nobody reads may be a restriction misspelt */
export function readContext(node: Node): StackContext {
  const unknown = Object.keys(node.getAllContext()).filter((name) => !(OWN_NAMES.has(name) || CDK_NAMES.has(name) || /[@/:]/.test(name)));
  const parsed = v.safeParse(gatehouseContext, gatehouseOf(node));
  const issuer: unknown = node.tryGetContext('issuer');
  const demoUrl: unknown = node.tryGetContext('demoUrl');
  const faults = [
    ...unknown.map((name) => `${name}: there is no such value; there are ${[...OWN_NAMES].join(', ')}.`),
    ...(parsed.success ? [] : parsed.issues.map((issue) => `gatehouse.${v.getDotPath(issue) ?? ''}: ${issue.message}`)),
    ...(issuer === undefined || typeof issuer === 'string' ? [] : ['issuer: text was expected.']),
    ...(demoUrl === undefined || typeof demoUrl === 'string' ? [] : ['demoUrl: text was expected.']),
  ];
  if (faults.length > 0 || !parsed.success) throw new Error(`The context is wrong. ${faults.join(' ')}`);
  return {
    demo: isOn(node, 'demo'),
    ...(typeof demoUrl === 'string' && { demoUrl }),
    gatehouse: {
      // An app of its own asks for what it needs of the account; this one is to be deployed into one that has nothing yet.
      accountCloudWatchRole: true,
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
  if (value === undefined || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw new Error(`The context is wrong. ${name}: true or false was expected.`);
}
