// What `--help` and `help` print, made of the list of commands.

import { ENTRY_SCHEMAS } from '../../functions/configuration/entries/index.ts';
import type { Command, Option } from './commands/command.ts';
import { VALUE_NAMES } from './commands/value-names.ts';
import { explainOption, writeOption } from './explain-option.ts';
import { fold } from './lay-out-table.ts';
import { mayEnd, ownOptionsOf } from './parse-command-line.ts';
import { COMMON_OPTIONS } from './parse-target.ts';

const EXIT_CODES =
  'It ends with 0 where it is done, 1 where it was refused or something is wrong, 2 where it was not understood or nobody could be asked (and plan where something would change), 3 where AWS, the local run or a userstore does not answer.';

const LOCAL_RUN =
  'gatehouse start, in the repository npm start, runs a CDK app that has Gatehouse on this machine: gatehouse start --help.';

const STREAMS = 'Results go to standard output, all else to standard error.';

/** The list of commands, each in a line or two. */
export function writeOverview(commands: readonly Command[], columns: number): string {
  const [ofEntries, others] = [commands.filter(isOfEntries), commands.filter((command) => !isOfEntries(command))];
  const kinds = [...new Set(ofEntries.map(kindOf))];
  const entries = [
    ['KIND put KEY FILE', 'writes an entry with the attributes of a file, JSON or YAML'],
    ['KIND get KEY', 'prints an entry'],
    ['KIND delete KEY', 'deletes an entry'],
    ['', `KIND is ${kinds.join(', ')}; KEY is what names one: TENANT, TENANT NAME, CLIENT_ID, TENANT USERNAME, API_ID STAGE`],
  ] as const;
  return [
    'gatehouse COMMAND …: manages tenants, userstores, clients, users, APIs and keys of Gatehouse.',
    '',
    ...describeAll([...others.map((command) => [command.words, inShort(command)] as const), ...(kinds.length > 0 ? entries : [])], columns),
    '',
    ...fold(LOCAL_RUN, columns),
    '',
    'gatehouse COMMAND --help explains its values and options. Everywhere:',
    '',
    ...describeOptions(COMMON_OPTIONS, columns),
    '',
    ...fold(`${STREAMS} ${EXIT_CODES}`, columns),
  ].join('\n');
}

/** Commands of one kind, as `gatehouse client --help` asks for them. */
export function writeGroup(commands: readonly Command[], columns: number): string {
  return [
    ...describeAll(
      commands.map((command) => [[command.words, ...command.takes].join(' '), inShort(command)]),
      columns,
    ),
    '',
    'gatehouse COMMAND --help explains its values and options.',
  ].join('\n');
}

const kindOf = ({ words }: Command): string => words.split(' ')[0] ?? '';

const isOfEntries = (command: Command): boolean =>
  /^\S+ (put|get|delete)$/.test(command.words) && Object.hasOwn(ENTRY_SCHEMAS, kindOf(command));

/** What it does, without what is more exact. */
const inShort = ({ does }: Command): string => does.replace(/ ?[;:(].*$/s, '');

/** One command, with every option. */
export function writeHelp(command: Command, columns: number): string {
  const own = ownOptionsOf(command);
  const values = command.takes.map((name) => name.replaceAll(/[[\]]/g, ''));
  const usage = ['gatehouse', command.words, ...command.takes, ...(Object.keys(own).length > 0 ? ['[options]'] : [])].join(' ');
  return [
    usage,
    '',
    ...fold(sentence(command.does), columns),
    ...(mayEnd(command) ? fold('It asks before it deletes or ends anything.', columns) : []),
    ...section(
      'Values',
      describeAll(
        values.map((name) => [name, VALUE_NAMES[name] ?? '']),
        columns,
      ),
    ),
    ...section('Options', describeOptions(own, columns)),
    ...section('Everywhere', describeOptions(COMMON_OPTIONS, columns)),
    '',
    ...fold(EXIT_CODES, columns),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines]);

const sentence = (does: string): string => `${does.charAt(0).toUpperCase()}${does.slice(1)}.`;

function describeOptions(options: Readonly<Record<string, Option>>, columns: number): string[] {
  return describeAll(
    Object.entries(options).map(([name, option]) => [writeOption(name, option), explainOption(option)]),
    columns,
  );
}

/** Names in one column, and beside them what they are. */
function describeAll(named: readonly (readonly [name: string, explains: string])[], columns: number): string[] {
  const width = Math.max(0, ...named.map(([name]) => name.length));
  return named.flatMap(([name, explains]) =>
    fold(explains, Math.max(20, columns - width - 4)).map((line, at) => `  ${(at === 0 ? name : '').padEnd(width)}  ${line}`),
  );
}
