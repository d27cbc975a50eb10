// Variables in the string values of a folder, `${apiId.orders}`: what differs between the stages that one folder serves.
// They are replaced by texts and by nothing else; there is no code, and a name that nobody knows is a fault.

import type { EntryFault } from '../../../functions/configuration/entries/entry-fault.ts';

/** `$${` stands for `${` itself. */
const VARIABLE = /\$\$\{|\$\{([^{}]{0,200})\}|\$\{/g;

const NAME = /^(?:stack|(?:apiId|output|env)\.[A-Za-z0-9][A-Za-z0-9_.-]{0,127})$/;

export const isVariableName = (name: string): boolean => NAME.test(name);

/** What a variable stands for, or what was expected in its place. */
type VariableAnswer = { readonly text: string } | { readonly expected: string };

export interface VariableSources {
  /** `${stack}` */
  readonly stackName: string;
  /** `${env.NAME}` */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `${output.KEY}` and `${apiId.NAME}`: outputs of stacks by key; undefined where they can't be read. */
  readonly outputs: Readonly<Record<string, string>> | undefined;
  /** By the whole name, such as `apiId.orders`; goes before all others. */
  readonly given: Readonly<Record<string, string>>;
}

export type FindVariable = (name: string) => VariableAnswer;

export function createFindVariable({ stackName, environment, outputs, given }: VariableSources): FindVariable {
  return (name) => {
    if (!NAME.test(name))
      return { expected: `a variable such as \${apiId.NAME}, \${output.KEY}, \${env.NAME} or \${stack}; $\${ stands for \${ itself` };
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    if (own !== undefined) return { text: own };
    if (name === 'stack') return { text: stackName };
    const [kind = '', rest = ''] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1)];
    if (kind === 'env') {
      const value = Object.hasOwn(environment, rest) ? environment[rest] : undefined;
      return value === undefined ? { expected: `the variable ${rest} in the environment, which is not set` } : { text: value };
    }
    if (outputs === undefined)
      return {
        expected: `outputs of the stack ${stackName}, which can't be read: there is no such stack, no right to see it, or no answer`,
      };
    if (kind === 'apiId') return findApiId(rest, outputs);
    const value = Object.hasOwn(outputs, rest) ? outputs[rest] : undefined;
    return value === undefined
      ? { expected: `an output ${rest} of the stack, which has ${listOf(Object.keys(outputs))}` }
      : { text: value };
  };
}

/** Whether a text speaks of the outputs of the stack, so that they must be read first. */
export const speaksOfOutputs = (text: string): boolean => /\$\{(?:apiId|output)\./.test(text);

/**
 * An API's id by the names that outputs give it: `OrdersApiId`, `ApiIdOrders`, or either with the eight characters that CDK
 * puts behind the name of an output below a construct.
 */
function findApiId(name: string, outputs: Readonly<Record<string, string>>): VariableAnswer {
  const found = apiIdOutputs(outputs).filter((output) => output.name === lettersOf(name));
  const values = new Set(found.map(({ value }) => value));
  const [value] = values;
  if (value !== undefined && values.size === 1) return { text: value };
  if (values.size > 1) return { expected: `one API of this name, and not ${listOf(found.map(({ key }) => key))}` };
  const names = apiIdOutputs(outputs).map((output) => output.key);
  return { expected: `an output ${capital(name)}ApiId of the stack, which has ${listOf(names)}` };
}

const CDK_SUFFIX = /[0-9A-F]{8}$/;

/** The outputs that hold the id of an API, with the name of the API in small letters and digits. */
export function apiIdOutputs(outputs: Readonly<Record<string, string>>) {
  return Object.entries(outputs).flatMap(([key, value]) => {
    const plain = key.replace(CDK_SUFFIX, '');
    const name = /^(.+)Api_?Id$/i.exec(plain)?.[1] ?? /^Api_?Id(.+)$/i.exec(plain)?.[1];
    return name === undefined ? [] : [{ key, value, name: lettersOf(name) }];
  });
}

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const capital = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/** A list for a message: no more of it than a person reads. */
function listOf(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length > 20 ? `${names.slice(0, 20).join(', ')} and ${names.length - 20} more` : names.join(', ');
}

/** Replaces the variables of every string in a value; names of attributes stay as they are. */
export function replaceVariables(value: unknown, find: FindVariable): { readonly value: unknown; readonly faults: readonly EntryFault[] } {
  const faults: EntryFault[] = [];
  return { value: replaceIn(value, [], find, faults), faults };
}

function replaceIn(value: unknown, path: readonly string[], find: FindVariable, faults: EntryFault[]): unknown {
  if (Array.isArray(value)) return value.map((inner, at) => replaceIn(inner, [...path, String(at)], find, faults));
  if (typeof value === 'object' && value !== null) {
    // fromEntries: a name `__proto__` stays one that nobody knows.
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaceIn(inner, [...path, name], find, faults)]));
  }
  // DynamoDB knows no -0: it would be a change for ever.
  if (typeof value !== 'string') return value === 0 ? 0 : value;
  return value.replace(VARIABLE, (found, name: string | undefined) => {
    if (found === '$${') return '${';
    const answer: VariableAnswer = name === undefined ? { expected: 'a } behind ${; $${ stands for ${ itself' } : find(name);
    if ('text' in answer) return answer.text;
    faults.push({ path: path.join('.'), expected: name === undefined ? answer.expected : `in place of \${${name}} ${answer.expected}` });
    return found;
  });
}

/** A text as it must stand in a folder to come out as it is. */
export const withoutVariables = (text: string): string => text.replaceAll('${', () => '$${');
