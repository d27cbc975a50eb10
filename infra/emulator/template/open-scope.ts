// What the references of a template stand for: parameters, pseudo parameters, conditions, mappings, and the physical
// resources, each resolved when something first refers to it.

import { type Json, type JsonRecord, recordOrEmpty, requireRecord, requireText, TemplateError } from './json.ts';
import { type Deployment, describeResource, type LiveResource, type PhysicalResource } from './physical-resource.ts';
import { resolve, type Scope } from './resolve-intrinsics.ts';

export interface TemplateScope extends Scope {
  /** @throws TemplateError */
  physical(logicalId: string): PhysicalResource;
  /** Resolves the properties of a resource. @throws TemplateError, also where they refer to themselves */
  properties(logicalId: string): JsonRecord;
  readonly live: Map<string, LiveResource>;
}

/** Values of AWS:: pseudo parameters. `AWS::NoValue` resolves to nothing. */
const pseudoParameters = ({ stackName, region, accountId }: Deployment): ReadonlyMap<string, string | readonly string[] | undefined> =>
  new Map<string, string | readonly string[] | undefined>([
    ['AWS::AccountId', accountId],
    ['AWS::NoValue', undefined],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', region],
    ['AWS::StackId', `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);

/** Runs `work` for a key, and refuses to run it again inside of itself. */
function openCircleGuard(): <T>(key: string, work: () => T) => T {
  const running = new Set<string>();
  return (key, work) => {
    if (running.has(key)) throw new TemplateError(key, 'refers to itself');
    running.add(key);
    try {
      return work();
    } finally {
      running.delete(key);
    }
  };
}

function valueOfParameter(name: string, declared: JsonRecord, parameters: Readonly<Record<string, string>>): Json {
  const value = parameters[name] ?? requireRecord(declared[name], name).Default;
  if (value === undefined) throw new TemplateError(name, 'this parameter has neither value nor default');
  return value;
}

/** What a template is read with. */
export interface Surroundings {
  /** Values of CloudFormation parameters; those that are not given take their default. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Outputs of other stacks. Absent: there are no others. */
  readonly elsewhere?: Elsewhere;
  /**
   * Resources that the local run does not know have a name and an ARN that look like one, and nothing behind it. For apps of
   * others, which have queues and buckets too; absent: they are an error.
   */
  readonly isLenient?: boolean;
}

/** What other stacks of the run say. Undefined: no such value. */
interface Elsewhere {
  exported(name: string): Json | undefined;
  output(stackName: string, outputName: string): Json | undefined;
}

/** @param root the template */
export function openScope(root: JsonRecord, deployment: Deployment, surroundings: Surroundings): TemplateScope {
  const { parameters = {}, elsewhere, isLenient = false } = surroundings;
  const declared = recordOrEmpty(root.Parameters, 'Parameters');
  const conditions = recordOrEmpty(root.Conditions, 'Conditions');
  const mappings = recordOrEmpty(root.Mappings, 'Mappings');
  const resources = requireRecord(root.Resources, 'Resources');
  const pseudo = pseudoParameters(deployment);
  const live = new Map<string, LiveResource>();
  const guard = openCircleGuard();

  function find(logicalId: string): JsonRecord {
    if (!Object.hasOwn(resources, logicalId)) throw new TemplateError(logicalId, 'there is no such resource');
    const resource = requireRecord(resources[logicalId], logicalId);
    const { Condition } = resource;
    const isThere = Condition === undefined || scope.condition(requireText(Condition, 'Condition'));
    if (!isThere) throw new TemplateError(logicalId, 'its condition does not hold');
    return resource;
  }

  const scope: TemplateScope = {
    live,
    ref(name) {
      if (pseudo.has(name)) return pseudo.get(name);
      return Object.hasOwn(declared, name) ? valueOfParameter(name, declared, parameters) : scope.physical(name).ref;
    },
    attribute(logicalId, attribute) {
      const { ref, attributes } = scope.physical(logicalId);
      const value = attributes[attribute] ?? (isLenient ? `${ref}.${attribute}` : undefined);
      if (value === undefined) throw new TemplateError(logicalId, `attribute ${attribute} is not known to the local run`);
      return value;
    },
    exported: (name) => elsewhere?.exported(name),
    output: (stackName, outputName) => elsewhere?.output(stackName, outputName),
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
    /** Only what names the resource is resolved: a function's role may name the function in turn. */
    physical(logicalId) {
      const { Type, Properties } = find(logicalId);
      const naming = Object.fromEntries(Object.entries(recordOrEmpty(Properties, logicalId)).filter(([name]) => name.endsWith('Name')));
      const names = guard(`${logicalId} names`, () => requireRecord(resolve(naming, scope, logicalId), logicalId));
      const type = requireText(Type, logicalId);
      const found = live.get(logicalId);
      return describeResource(type, names, { logicalId, deployment, isLenient, ...(found !== undefined && { live: found }) });
    },
    properties(logicalId) {
      const where = `Resources.${logicalId}.Properties`;
      const { Properties } = find(logicalId);
      return requireRecord(
        guard(logicalId, () => resolve(Properties ?? {}, scope, where)),
        where,
      );
    },
  };
  return scope;
}
