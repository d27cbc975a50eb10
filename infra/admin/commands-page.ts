// The page of all commands, from the list of which the program's own help is made (`npm run commands` writes it).

import type { Command, Option } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { VALUE_NAMES } from './commands/value-names.ts';
import { explainOption, writeOption } from './explain-option.ts';
import { mayEnd, ownOptionsOf } from './parse-command-line.ts';
import { COMMON_OPTIONS } from './parse-target.ts';

const INTRODUCTION = `# Commands

Every command of \`gatehouse\`, in the repository \`npm run gatehouse --\`, with its values and options. It is made by \`npm run commands\` of the list that \`--help\` prints. How they are used stands in [the page of the command line](README.md#command-line).

| exit code | says |
|---|---|
| 0 | done |
| 1 | refused, not there, or something is wrong that the command was to find |
| 2 | not understood, or nobody could be asked: nothing was done. Of \`plan\`: something would change |
| 3 | AWS, the local run or a userstore does not answer |
`;

export function commandsPage(): string {
  const values = Object.entries(VALUE_NAMES).map(([name, explains]) => `| \`${name}\` | ${cell(explains)} |`);
  const sorted = COMMANDS.toSorted((one, other) => (one.words < other.words ? -1 : 1));
  return [
    INTRODUCTION,
    '## Values',
    '',
    '| value | is |',
    '|---|---|',
    ...values,
    '',
    '## Options of every command',
    '',
    ...tableOf(COMMON_OPTIONS),
    '',
    ...sorted.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf(command: Command): string[] {
  const options = ownOptionsOf(command);
  const asks = mayEnd(command) ? ' Asks before it deletes or ends anything.' : '';
  return [
    `## ${command.words}`,
    '',
    `\`gatehouse ${[command.words, ...command.takes].join(' ')}\` ${cell(command.does)}.${asks}`,
    '',
    ...(Object.keys(options).length === 0 ? [] : [...tableOf(options), '']),
  ];
}

const tableOf = (options: Readonly<Record<string, Option>>): string[] => [
  '| option | |',
  '|---|---|',
  ...Object.entries(options).map(([name, option]) => `| \`${writeOption(name, option)}\` | ${cell(explainOption(option))} |`),
];

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
