// What may stand at the cursor: words of commands, options, their values, and names that the tables have.

import type { Command, Option } from './commands/command.ts';
import { optionsOf } from './parse-command-line.ts';
import { COMMON_OPTIONS } from './parse-target.ts';

/** Names out of the tables, or what the shell finds by itself. */
export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'names'; readonly of: NameKind; readonly tenant: string | undefined }
  | { readonly kind: 'files' };

export type NameKind = 'tenants' | 'clients' | 'users' | 'userstores' | 'apis' | 'roles' | 'scopes' | 'tiers' | 'issuers' | 'handlers';

/** By the name of a value of a command, or of an option. */
const NAME_KINDS: Readonly<Record<string, NameKind>> = {
  TENANT: 'tenants',
  tenant: 'tenants',
  CLIENT_ID: 'clients',
  client: 'clients',
  USERNAME: 'users',
  DOMAIN: 'userstores',
  role: 'roles',
  scope: 'scopes',
};

const FILES: ReadonlySet<string> = new Set(['FILE', 'FOLDER', 'out', 'to', 'file']);

/** By the first word of commands that take a NAME. */
const NAMES_OF_KIND: Readonly<Record<string, NameKind>> = {
  userstore: 'userstores',
  api: 'apis',
  role: 'roles',
  scope: 'scopes',
  tier: 'tiers',
  issuer: 'issuers',
  handler: 'handlers',
};

const NOTHING: Wanted = { kind: 'words', words: [] };

/** @param words behind `gatehouse`, the last one as far as it is typed, which may be empty */
export function completeWords(words: readonly string[], commands: readonly Command[]): Wanted {
  const typed = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const command = findTyped(typed, commands);
  const options: Readonly<Record<string, Option>> = command === undefined ? COMMON_OPTIONS : optionsOf(command);
  const before = typed.at(-1) ?? '';
  const open = before.startsWith('--') ? options[before.slice(2)] : undefined;
  if (open?.type === 'string') return valueOfOption(before.slice(2), open, valueOfTyped(typed, 'tenant'));
  if (current.startsWith('-')) return { kind: 'words', words: unusedOptions(options, typed) };
  const values = withoutOptions(typed, options);
  if (command === undefined) return { kind: 'words', words: nextWords(values, commands) };
  const given = values.slice(command.words.split(' ').length);
  const [wanted] = command.takes.slice(given.length, given.length + 1).map((name) => name.replaceAll(/[[\]]/g, ''));
  if (wanted === undefined) return { kind: 'words', words: unusedOptions(options, typed) };
  return valueCalled(wanted, command, given);
}

const findTyped = (typed: readonly string[], commands: readonly Command[]): Command | undefined => {
  const words = withoutOptions(typed, COMMON_OPTIONS);
  return commands
    .filter((command) => command.words.split(' ').every((word, at) => words[at] === word))
    .sort((one, other) => other.words.length - one.words.length)[0];
};

function nextWords(given: readonly string[], commands: readonly Command[]): readonly string[] {
  const fitting = commands.filter((command) => given.every((word, at) => command.words.split(' ')[at] === word));
  const next = fitting.flatMap((command) => command.words.split(' ')[given.length] ?? []);
  return [...new Set(given.length === 0 ? [...next, 'help', 'version'] : next)].sort();
}

function valueCalled(wanted: string, command: Command, given: readonly string[]): Wanted {
  if (FILES.has(wanted)) return { kind: 'files' };
  if (wanted === 'SHELL') return { kind: 'words', words: ['bash', 'zsh'] };
  const [kind = ''] = command.words.split(' ');
  const names = wanted === 'NAME' ? NAMES_OF_KIND[kind] : NAME_KINDS[wanted];
  return names === undefined ? NOTHING : { kind: 'names', of: names, tenant: given[0] };
}

function valueOfOption(name: string, { choices }: Option, tenant: string | undefined): Wanted {
  if (choices !== undefined) return { kind: 'words', words: choices };
  if (FILES.has(name)) return { kind: 'files' };
  const names = NAME_KINDS[name];
  return names === undefined ? NOTHING : { kind: 'names', of: names, tenant };
}

/** The words that are neither options nor their values. */
function withoutOptions(typed: readonly string[], options: Readonly<Record<string, Option>>): readonly string[] {
  const takesNext = (word: string | undefined): boolean => word?.startsWith('--') === true && options[word.slice(2)]?.type === 'string';
  return typed.filter((word, at) => !word.startsWith('-') && !takesNext(typed[at - 1]));
}

function unusedOptions(options: Readonly<Record<string, Option>>, typed: readonly string[]): readonly string[] {
  return Object.entries(options)
    .filter(([name, { multiple }]) => multiple === true || !typed.includes(`--${name}`))
    .map(([name]) => `--${name}`);
}

function valueOfTyped(typed: readonly string[], option: string): string | undefined {
  const at = typed.indexOf(`--${option}`);
  return at < 0 ? undefined : typed[at + 1];
}
