// A synthesised template as the local run sees it: its resources by type, each with its properties resolved when asked for.

import { isRecord, type Json, type JsonRecord, recordOrEmpty, requireRecord, requireText, TemplateError } from './json.ts';
import { type Deployment, describeResource, type LiveResource, type PhysicalResource } from './physical-resource.ts';
import { resolve, type Scope } from './resolve-intrinsics.ts';

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
  /** Outputs by key. */
  outputs(): Readonly<Record<string, string>>;
}

/** Values of AWS:: pseudo parameters. `AWS::NoValue` resolves to nothing. */
const pseudoParameters = (deployment: Deployment): ReadonlyMap<string, string | readonly string[] | undefined> =>
  new Map<string, string | readonly string[] | undefined>([
    ['AWS::AccountId', deployment.accountId],
    ['AWS::NoValue', undefined],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', deployment.region],
    ['AWS::StackId', `arn:aws:cloudformation:${deployment.region}:${deployment.accountId}:stack/${deployment.stackName}/local`],
    ['AWS::StackName', deployment.stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);

/**
 * Reads a template. References are resolved lazily, each once; a circle is an error.
 *
 * @param document parsed JSON of a template
 * @param parameters values of CloudFormation parameters; those that are not given take their default
 * @throws TemplateError for what the local run does not know
 */
export function readTemplate(document: unknown, deployment: Deployment, parameters: Readonly<Record<string, string>> = {}): Template {
  const root = requireRecord(document, 'template');
  const declared = recordOrEmpty(root.Parameters, 'Parameters');
  const conditions = recordOrEmpty(root.Conditions, 'Conditions');
  const mappings = recordOrEmpty(root.Mappings, 'Mappings');
  const live = new Map<string, LiveResource>();
  const pseudo = pseudoParameters(deployment);
  const resolving = new Set<string>();

  const scope: Scope = {
    ref(name) {
      if (pseudo.has(name)) return pseudo.get(name);
      if (Object.hasOwn(declared, name)) return parameterValue(name);
      return physical(name).ref;
    },
    attribute(logicalId, attribute) {
      const value = physical(logicalId).attributes[attribute];
      if (value === undefined) throw new TemplateError(logicalId, `attribute ${attribute} is not known to the local run`);
      return value;
    },
    condition(name) {
      const condition = conditions[name];
      if (condition === undefined) throw new TemplateError(name, 'there is no such condition');
      return resolve(condition, scope, `Conditions.${name}`) === true;
    },
    mapping(map, key, attribute) {
      const found = recordOrEmpty(recordOrEmpty(mappings[map], map)[key], key)[attribute];
      if (found === undefined) throw new TemplateError(map, `there is no ${key}.${attribute}`);
      return found;
    },
  };

  function parameterValue(name: string): Json {
    const value = parameters[name] ?? requireRecord(declared[name], name).Default;
    if (value === undefined) throw new TemplateError(name, 'this parameter has neither value nor default');
    return value;
  }

  const all = new Map(
    Object.entries(requireRecord(root.Resources, 'Resources'))
      .map(([logicalId, resource]) => [logicalId, requireRecord(resource, logicalId)] as const)
      .filter(([, resource]) => resource.Condition === undefined || scope.condition(requireText(resource.Condition, 'Condition'))),
  );
  const propertiesById = new Map<string, JsonRecord>();

  function once<T>(key: string, work: () => T): T {
    if (resolving.has(key)) throw new TemplateError(key, 'refers to itself');
    resolving.add(key);
    try {
      return work();
    } finally {
      resolving.delete(key);
    }
  }

  function properties(logicalId: string, resource: JsonRecord): JsonRecord {
    const known = propertiesById.get(logicalId);
    if (known !== undefined) return known;
    const where = `Resources.${logicalId}.Properties`;
    const resolved = once(logicalId, () => resolve(resource.Properties ?? {}, scope, where));
    propertiesById.set(logicalId, requireRecord(resolved, where));
    return requireRecord(resolved, where);
  }

  /** Only what names the resource is resolved: a function's role may name the function in turn. */
  function physical(logicalId: string): PhysicalResource {
    const resource = all.get(logicalId);
    if (resource === undefined) throw new TemplateError(logicalId, 'there is no such resource');
    const given = recordOrEmpty(resource.Properties, logicalId);
    const naming = Object.fromEntries(Object.entries(given).filter(([name]) => /Name$/.test(name)));
    const names = once(`${logicalId} names`, () => requireRecord(resolve(naming, scope, logicalId), logicalId));
    return describeResource(requireText(resource.Type, logicalId), names, logicalId, deployment, live.get(logicalId));
  }

  function read(logicalId: string, resource: JsonRecord): Resource {
    const type = requireText(resource.Type, logicalId);
    return { logicalId, type, properties: properties(logicalId, resource), ...describeOrNothing(logicalId) };
  }

  function describeOrNothing(logicalId: string): PhysicalResource {
    try {
      return physical(logicalId);
    } catch (error) {
      // A resource that nobody refers to needs no name: permissions, custom resources before their call.
      if (error instanceof TemplateError) return { ref: '', attributes: {} };
      throw error;
    }
  }

  return {
    deployment,
    types: [...new Set([...all.values()].map((resource) => requireText(resource.Type, 'Type')))],
    resources(type) {
      const isOfType = (candidate: string) => candidate === type || (type.endsWith('::') && candidate.startsWith(type));
      return [...all].filter(([, resource]) => isOfType(requireText(resource.Type, 'Type'))).map(([id, resource]) => read(id, resource));
    },
    learn(logicalId, resource) {
      live.set(logicalId, resource);
    },
    outputs() {
      const outputs = Object.entries(recordOrEmpty(root.Outputs, 'Outputs'));
      return Object.fromEntries(
        outputs.flatMap(([key, output]) => {
          const value = isRecord(output) ? output.Value : undefined;
          return value === undefined ? [] : [[key, requireText(resolve(value, scope, `Outputs.${key}`), key)]];
        }),
      );
    },
  };
}
