// The intrinsic functions of CloudFormation that synthesised templates use. One that is not known is an error, so that
// the local run never quietly differs from what AWS would deploy.

import { isRecord, type Json, requireList, requireRecord, requireText, TemplateError } from './json.ts';

/** What an intrinsic function may refer to. Each throws TemplateError for a name that it does not know. */
export interface Scope {
  /** `Ref` of a parameter, a pseudo parameter or a resource. Undefined: `AWS::NoValue`. */
  ref(name: string): Json | undefined;
  attribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
  mapping(map: string, key: string, attribute: string): Json;
  /** Of another stack, by the name of its export. */
  exported(name: string): Json | undefined;
  /** Of another stack, by the name of the stack and of its output. */
  output(stackName: string, outputName: string): Json | undefined;
}

type Intrinsic = (argument: Json, scope: Scope, where: string) => Json | undefined;

const text = (value: Json, scope: Scope, where: string): string => requireText(resolve(value, scope, where), where);
const list = (value: Json, scope: Scope, where: string): readonly Json[] => requireList(resolve(value, scope, where), where);

function pair(value: Json, where: string): readonly [Json, Json] {
  const [first, second, ...rest] = requireList(value, where);
  if (first === undefined || second === undefined || rest.length > 0) throw new TemplateError(where, 'two arguments were expected');
  return [first, second];
}

function split(value: string, where: string): readonly [string, string] {
  const dot = value.indexOf('.');
  if (dot < 1) throw new TemplateError(where, `LogicalId.Attribute was expected, not ${value}`);
  return [value.slice(0, dot), value.slice(dot + 1)];
}

function getAtt(argument: Json, scope: Scope, where: string): Json {
  if (typeof argument === 'string') return scope.attribute(...split(argument, where));
  const [logicalId, attribute] = pair(argument, where);
  return scope.attribute(requireText(logicalId, where), text(attribute, scope, where));
}

function sub(argument: Json, scope: Scope, where: string): string {
  const [template, variables] = typeof argument === 'string' ? [argument, {}] : pair(argument, where);
  const known = requireRecord(variables, where);
  return requireText(template, where).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    if (own !== undefined) return text(own, scope, where);
    const value = name.includes('.') ? scope.attribute(...split(name, where)) : scope.ref(name);
    return requireText(value, where);
  });
}

function select(argument: Json, scope: Scope, where: string): Json {
  const [at, from] = pair(argument, where);
  const chosen = list(from, scope, where)[Number(text(at, scope, where))];
  if (chosen === undefined) throw new TemplateError(where, 'Fn::Select has no such index');
  return chosen;
}

function choose(argument: Json, scope: Scope, where: string): Json | undefined {
  const [name, whenTrue, whenFalse] = requireList(argument, where);
  if (name === undefined || whenTrue === undefined || whenFalse === undefined)
    throw new TemplateError(where, 'Fn::If takes three arguments');
  return resolve(scope.condition(requireText(name, where)) ? whenTrue : whenFalse, scope, where);
}

function findInMap(argument: Json, scope: Scope, where: string): Json {
  const [map, key, attribute] = requireList(argument, where).map((value) => text(value, scope, where));
  return scope.mapping(map ?? '', key ?? '', attribute ?? '');
}

function importValue(argument: Json, scope: Scope, where: string): Json {
  const name = text(argument, scope, where);
  const value = scope.exported(name);
  if (value === undefined) throw new TemplateError(where, `no stack of this run exports ${name}`);
  return value;
}

function stackOutput(argument: Json, scope: Scope, where: string): Json {
  const { StackName = null, OutputName = null } = requireRecord(argument, where);
  const [stackName, outputName] = [text(StackName, scope, where), text(OutputName, scope, where)];
  const value = scope.output(stackName, outputName);
  if (value === undefined) throw new TemplateError(where, `no stack ${stackName} of this run has an output ${outputName}`);
  return value;
}

const isTrue = (value: Json, scope: Scope, where: string): boolean => resolve(value, scope, where) === true;

const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', (argument, scope, where) => scope.ref(requireText(argument, where))],
  ['Condition', (argument, scope, where) => scope.condition(requireText(argument, where))],
  ['Fn::GetAtt', getAtt],
  ['Fn::Sub', sub],
  ['Fn::Select', select],
  ['Fn::If', choose],
  ['Fn::FindInMap', findInMap],
  ['Fn::ImportValue', importValue],
  ['Fn::GetStackOutput', stackOutput],
  [
    'Fn::Join',
    (argument, scope, where) => {
      const [separator, parts] = pair(argument, where);
      return list(parts, scope, where)
        .map((part) => requireText(part, where))
        .join(requireText(separator, where));
    },
  ],
  [
    'Fn::Split',
    (argument, scope, where) => {
      const [separator, whole] = pair(argument, where);
      return text(whole, scope, where).split(requireText(separator, where));
    },
  ],
  [
    'Fn::Equals',
    (argument, scope, where) =>
      pair(argument, where)
        .map((value) => text(value, scope, where))
        .every((value, _, [first]) => value === first),
  ],
  ['Fn::And', (argument, scope, where) => requireList(argument, where).every((value) => isTrue(value, scope, where))],
  ['Fn::Or', (argument, scope, where) => requireList(argument, where).some((value) => isTrue(value, scope, where))],
  ['Fn::Not', (argument, scope, where) => !requireList(argument, where).every((value) => isTrue(value, scope, where))],
  ['Fn::Base64', (argument, scope, where) => Buffer.from(text(argument, scope, where)).toString('base64')],
]);

/**
 * Resolves a value of a template, however deep. Attributes whose value is `AWS::NoValue` are left out.
 *
 * @param where for messages: `Resources.Api.Properties`
 * @throws TemplateError for anything that is not known
 */
export function resolve(value: Json, scope: Scope, where: string): Json | undefined {
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, at) => resolve(item, scope, `${where}.${at}`) ?? []);
  }
  if (!isRecord(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0) {
    const intrinsic = INTRINSICS.get(name);
    if (intrinsic !== undefined) return intrinsic(value[name] ?? null, scope, where);
    if (name.startsWith('Fn::')) throw new TemplateError(where, `${name} is not known to the local run`);
  }
  const resolved = Object.entries(value).map(([key, inner]) => [key, resolve(inner, scope, `${where}.${key}`)] as const);
  return Object.fromEntries(resolved.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}
