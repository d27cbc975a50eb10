// Which command the first words mean, and which was probably meant where none is.

import { findNearestName } from '../../functions/configuration/entries/nearest-name.ts';
import { type Command, UsageFailed } from './commands/command.ts';
import { COMMON_OPTIONS } from './parse-target.ts';

const COMMON_WITH_VALUE: ReadonlySet<string> = new Set(
  Object.entries(COMMON_OPTIONS).flatMap(([name, { type }]) => (type === 'string' ? [`--${name}`] : [])),
);

export interface FoundCommand {
  readonly command: Command;
  /** What follows its words. */
  readonly rest: readonly string[];
}

/** @throws UsageFailed in one line, with the nearest name or with what there is under the first word */
export function findCommand(argv: readonly string[], commands: readonly Command[]): FoundCommand {
  const words = placesOfWords(argv).map((at) => argv[at] ?? '');
  const command = commands
    .filter((each) => each.words.split(' ').every((word, at) => words[at] === word))
    .sort((one, other) => other.words.length - one.words.length)[0];
  if (command !== undefined) return { command, rest: withoutWords(argv, command) };
  throw new UsageFailed(describeUnknown(words, commands));
}

/** Commands whose words begin so. */
export function commandsBelow(words: readonly string[], commands: readonly Command[]): readonly Command[] {
  return commands.filter((command) => words.every((word, at) => command.words.split(' ')[at] === word));
}

/** Where the words stand that are neither options nor values of options which every command takes. */
function placesOfWords(argv: readonly string[]): readonly number[] {
  const takesNext = (word: string): boolean => COMMON_WITH_VALUE.has(word);
  return argv.flatMap((word, at) => (word.startsWith('-') || (at > 0 && takesNext(argv[at - 1] ?? '')) ? [] : [at]));
}

function withoutWords(argv: readonly string[], { words }: Command): readonly string[] {
  const places = new Set(placesOfWords(argv).slice(0, words.split(' ').length));
  return argv.filter((_, at) => !places.has(at));
}

function describeUnknown(words: readonly string[], commands: readonly Command[]): string {
  const [first = '', second] = words;
  const all = 'gatehouse --help lists all commands.';
  const group = commandsBelow([first], commands);
  if (group.length > 0) {
    const verbs = group.map((command) => command.words.split(' ').slice(1).join(' '));
    const nearest = second === undefined ? undefined : findNearestName(second, verbs);
    if (nearest !== undefined) return `There is no command ${first} ${second}. Did you mean ${first} ${nearest}?`;
    return `${second === undefined ? `${first} alone is no command` : `There is no command ${first} ${second}`}. There is: ${verbs.join(', ')}.`;
  }
  const names = commands.flatMap((command) => [command.words, command.words.split(' ')[0] ?? '']);
  const nearest = findNearestName(`${first} ${second ?? ''}`.trim(), names) ?? findNearestName(first, names);
  return `There is no command ${first}. ${nearest === undefined ? '' : `Did you mean ${nearest}? `}${all}`;
}
