// A synthesised template as the local run sees it: its resources by type, each with its properties resolved when asked for.

import { isRecord, type JsonRecord, recordOrEmpty, requireList, requireRecord, requireText, TemplateError } from './json.ts';
import { openScope, type Surroundings, type TemplateScope } from './open-scope.ts';
import type { Deployment, LiveResource, PhysicalResource } from './physical-resource.ts';
import { resolve } from './resolve-intrinsics.ts';

/** A resource with every intrinsic function of its properties resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonRecord;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Template {
  readonly deployment: Deployment;
  /** All resources of this type, or of all types that begin so. */
  resources(type: string): readonly Resource[];
  /** Types of all resources, each once. */
  readonly types: readonly string[];
  /** Tells the template what only a running service knows. What was resolved before does not change. */
  learn(logicalId: string, live: LiveResource): void;
  /** What the stack uses and does not make: its metadata `Gatehouse::Existing` says so. */
  readonly existing: ExistingResources;
  /** Outputs by key. */
  outputs(): Readonly<Record<string, string>>;
  /** Outputs that other stacks may import, by the name of the export. */
  exports(): Readonly<Record<string, string>>;
}

interface ExistingResources {
  /** Properties as those of a table of a template. */
  readonly tables: readonly JsonRecord[];
  /** Names or ARNs. */
  readonly secrets: readonly string[];
}

function existingOf(root: JsonRecord): ExistingResources {
  const { 'Gatehouse::Existing': existing } = recordOrEmpty(root.Metadata, 'Metadata');
  const { Tables, Secrets } = recordOrEmpty(existing, 'Gatehouse::Existing');
  return {
    tables: requireList(Tables ?? [], 'Tables').map((table) => requireRecord(table, 'Tables')),
    secrets: requireList(Secrets ?? [], 'Secrets').map((secret) => requireText(secret, 'Secrets')),
  };
}

const typeOf = (resource: JsonRecord): string => requireText(resource.Type, 'Type');

/** A resource that nobody refers to needs no name: permissions, custom resources before their call. */
function physicalOrNothing(scope: TemplateScope, logicalId: string): PhysicalResource {
  try {
    return scope.physical(logicalId);
  } catch (error) {
    if (error instanceof TemplateError) return { ref: '', attributes: {} };
    throw error;
  }
}

function outputsOf(root: JsonRecord, scope: TemplateScope): Readonly<Record<string, string>> {
  const outputs = Object.entries(recordOrEmpty(root.Outputs, 'Outputs'));
  return Object.fromEntries(
    outputs.flatMap(([key, output]) => {
      const value = isRecord(output) ? output.Value : undefined;
      return value === undefined ? [] : [[key, requireText(resolve(value, scope, `Outputs.${key}`), key)]];
    }),
  );
}

/** Outputs that other stacks may import, by the name of the export. */
function exportsOf(root: JsonRecord, scope: TemplateScope, outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(recordOrEmpty(root.Outputs, 'Outputs')).flatMap(([key, output]) => {
      const named = isRecord(output) ? recordOrEmpty(output.Export, key).Name : undefined;
      const value = outputs[key];
      return named === undefined || value === undefined ? [] : [[requireText(resolve(named, scope, key), key), value]];
    }),
  );
}

/**
 * Reads a template. References are resolved when they are needed; a circle is an error.
 *
 * @param document parsed JSON of a template
 * @throws TemplateError for what the local run does not know
 */
export function readTemplate(document: unknown, deployment: Deployment, surroundings: Surroundings = {}): Template {
  const root = requireRecord(document, 'template');
  const scope = openScope(root, deployment, surroundings);
  const all = Object.entries(requireRecord(root.Resources, 'Resources'))
    .map(([logicalId, resource]) => [logicalId, requireRecord(resource, logicalId)] as const)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(requireText(Condition, 'Condition')));

  return {
    deployment,
    existing: existingOf(root),
    types: [...new Set(all.map(([, resource]) => typeOf(resource)))],
    resources(type) {
      const isOfType = (candidate: string) => candidate === type || (type.endsWith('::') && candidate.startsWith(type));
      return all
        .filter(([, resource]) => isOfType(typeOf(resource)))
        .map(([logicalId, resource]) => {
          const properties = scope.properties(logicalId);
          return { logicalId, type: typeOf(resource), properties, ...physicalOrNothing(scope, logicalId) };
        });
    },
    learn(logicalId, live) {
      scope.live.set(logicalId, live);
    },
    outputs: () => outputsOf(root, scope),
    exports: () => exportsOf(root, scope, outputsOf(root, scope)),
  };
}

/** Several templates as one: an API of one stack may have its methods and authorizers in another. */
export function joinTemplates(templates: readonly Template[]): Template {
  const [first] = templates;
  if (first === undefined) throw new TemplateError('templates', 'there is none');
  return {
    deployment: first.deployment,
    types: [...new Set(templates.flatMap(({ types }) => types))],
    existing: {
      tables: templates.flatMap(({ existing }) => existing.tables),
      secrets: templates.flatMap(({ existing }) => existing.secrets),
    },
    resources: (type) => templates.flatMap((template) => template.resources(type)),
    learn() {
      throw new TemplateError('templates', 'a resource is told to its own template');
    },
    outputs: () => Object.assign({}, ...templates.map((template) => template.outputs())),
    exports: () => Object.assign({}, ...templates.map((template) => template.exports())),
  };
}
