// Options and values behind the words of a command. node:util's parseArgs splits them: what commander and yargs do beyond
// it, commands, help and completion, is made here of one list of commands, of which the pages are made as well, so that a
// library would be filled from that list and print less than it knows.

import { parseArgs } from 'node:util';
import { findNearestName } from '../../functions/configuration/entries/nearest-name.ts';
import { type Command, type Option, type Options, UsageFailed } from './commands/command.ts';
import { COMMON_OPTIONS } from './parse-target.ts';

export interface CommandLine {
  readonly values: readonly string[];
  readonly options: Options;
}

const YES: Readonly<Record<string, Option>> = {
  yes: { type: 'boolean', explains: 'answer yes to the question; without a terminal nothing is done without it' },
};

/** Whether it may delete or end something. */
export const mayEnd = ({ effect }: Command): boolean => typeof effect === 'function' || effect === 'ends';

/** Its own and those that all have. Whatever writes takes --yes, so that a script need not know which verbs ask. */
export function optionsOf(command: Command): Readonly<Record<string, Option>> {
  return { ...(command.effect !== 'reads' && YES), ...ownOptionsOf(command), ...COMMON_OPTIONS };
}

export function ownOptionsOf(command: Command): Readonly<Record<string, Option>> {
  return { ...command.options, ...(mayEnd(command) && YES) };
}

/** @throws UsageFailed in one line */
export function parseCommandLine(args: readonly string[], command: Command): CommandLine {
  const options = optionsOf(command);
  // Not strict: its errors are long, and know no nearest name.
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    requireKnown(token.rawName, options[token.name], Object.keys(options), command);
    requireValue(token, options[token.name], args);
    if (seen.has(token.name) && options[token.name]?.multiple !== true) throw new UsageFailed(`--${token.name} stands there twice.`);
    seen.add(token.name);
  }
  if (values.help !== true) requireCount(positionals, command);
  return { values: positionals, options: values as Options };
}

function requireKnown(rawName: string, option: Option | undefined, known: readonly string[], { words }: Command): void {
  if (option !== undefined && rawName.startsWith('--')) return;
  const nearest = findNearestName(rawName.replace(/^-+/, ''), known);
  const hint = nearest === undefined ? `gatehouse ${words} --help lists those that there are.` : `Did you mean --${nearest}?`;
  throw new UsageFailed(`${words} has no option ${rawName}. ${hint}`);
}

function requireValue(
  { name, value, inlineValue, index }: { name: string; value: string | undefined; inlineValue: boolean | undefined; index: number },
  option: Option | undefined,
  args: readonly string[],
): void {
  if (option?.type === 'boolean') {
    if (value !== undefined) throw new UsageFailed(`--${name} takes no value.`);
    return;
  }
  // The next option is hardly its value; a value that begins with a dash can be written behind `=`.
  const isOption = inlineValue !== true && args[index + 1]?.startsWith('--') === true;
  if (value === undefined || isOption) throw new UsageFailed(`--${name} needs a value.`);
  const { choices } = option ?? {};
  if (choices !== undefined && !choices.includes(value)) throw new UsageFailed(`--${name} must be one of ${choices.join(', ')}.`);
}

function requireCount(given: readonly string[], { words, takes }: Command): void {
  const needed = takes.filter((name) => !name.startsWith('[')).length;
  if (given.length >= needed && given.length <= takes.length) return;
  const missing = takes.slice(given.length, needed).join(' ');
  const says = given.length < needed ? `${missing} is missing` : `it takes no ${given[takes.length]}`;
  throw new UsageFailed(`${words}: ${says}. It goes: gatehouse ${[words, ...takes].join(' ')}`);
}
