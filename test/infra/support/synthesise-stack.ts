// Stacks for tests of the template, with the feature flags of cdk.json.

import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { App, type AppProps, Stack } from 'aws-cdk-lib/core';
import type { GatehouseProps } from '../../../infra/gatehouse/settings.ts';
import { GatehouseStack } from '../../../infra/gatehouse-stack.ts';

// The library's check of each template against AWS's rules takes seconds; the test of `cdk synth` has it.
process.env.CDK_VALIDATION = 'false';

const { context } = JSON.parse(readFileSync(new URL('../../../cdk.json', import.meta.url), 'utf8')) as { context: Record<string, unknown> };

/**
 * Without what a look at a template does not need, and what most of a synthesis goes into: a copy of each bundle, a stack
 * of calls for each construct, the tree of constructs as a file, the CDK's report of its own use.
 */
export const LEAN_APP = {
  context: { 'aws:cdk:disable-asset-staging': true },
  treeMetadata: false,
  analyticsReporting: false,
  stackTraces: false,
} satisfies AppProps;

export function openApp(props: AppProps = {}): App {
  return new App({ ...LEAN_APP, ...props, context: { ...LEAN_APP.context, ...context, ...props.context } });
}

/** The stack that is deployed, with the demo. */
export function openGatehouseStack(gatehouse: GatehouseProps = {}): GatehouseStack {
  return new GatehouseStack(openApp(), 'Gatehouse', { demo: true, gatehouse });
}

/** A stack of somebody else, in the app of `stack`. */
export function openStackBeside(stack: GatehouseStack, id = 'Other'): Stack {
  return new Stack(stack.node.root, id);
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export function resourcesOf(template: Template, type: string): readonly (Resource & { readonly id: string })[] {
  return Object.entries(template.findResources(type)).map(([id, resource]) => ({ id, ...(resource as Resource) }));
}

/** CloudFormation's text functions as readable text: `<AWS::Region>`, `<LogicalId.Arn>`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${String(value.Ref)}>`;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return `<${value['Fn::GetAtt'].join('.')}>`;
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(textOf).join(separator);
  }
  return JSON.stringify(value);
}

/** `METHOD /path` → properties of the method, for one API, from the template alone. */
export function routesOf(template: Template, apiLogicalId: string): ReadonlyMap<string, Record<string, unknown>> {
  const ofApi = (type: string) =>
    resourcesOf(template, type).filter(({ Properties }) => textOf(Properties.RestApiId) === `<${apiLogicalId}>`);
  const resources = new Map(ofApi('AWS::ApiGateway::Resource').map((resource) => [`<${resource.id}>`, resource.Properties]));
  const pathOf = (reference: string): string => {
    const resource = resources.get(reference);
    return resource === undefined ? '' : `${pathOf(textOf(resource.ParentId))}/${String(resource.PathPart)}`;
  };
  return new Map(
    ofApi('AWS::ApiGateway::Method').map(({ Properties }) => [
      `${String(Properties.HttpMethod)} ${pathOf(textOf(Properties.ResourceId))}`,
      Properties,
    ]),
  );
}
