// FLOW of the command line: words → command → options → target → the target named, where something may be written → the
// command → its result on standard output, and all else on standard error.

import { createConfirm, createReadSecret } from './ask-operator.ts';
import type { Command, Operator } from './commands/command.ts';
import { UsageFailed } from './commands/command.ts';
import { COMPLETE } from './commands/completion.ts';
import { EXIT, type ExitCode } from './commands/exit-codes.ts';
import { COMMANDS } from './commands/index.ts';
import type { Outcome } from './commands/outcome.ts';
import { completeLine } from './complete-line.ts';
import { describeFailure } from './describe-failure.ts';
import { commandsBelow, findCommand } from './find-command.ts';
import { type CommandLine, parseCommandLine } from './parse-command-line.ts';
import { parseTarget, type Target } from './parse-target.ts';
import { keepPrintable, type Terminal } from './terminal.ts';
import { writeGroup, writeHelp, writeOverview } from './write-help.ts';

/** What the way in and out of a command is made of; the rest is opened on the target. */
export type OperatorSeat = Pick<Operator, 'report' | 'confirm' | 'isInteractive' | 'readInput' | 'readSecret' | 'pathOf' | 'environment'>;

export interface CommandLineDependencies {
  readonly terminal: Terminal;
  readonly open: (target: Target, seat: OperatorSeat) => Promise<Operator & { close(): void }>;
  /** Account and region, before something is written to AWS. */
  readonly findPlace: (target: Target) => Promise<string | undefined>;
  readonly pathOf: (typed: string) => string;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
}

const DEFAULT_COLUMNS = 80;

export async function runCommand(argv: readonly string[], given: CommandLineDependencies): Promise<ExitCode> {
  const dependencies = { ...given, terminal: keepPrintable(given.terminal) };
  const { terminal, version } = dependencies;
  const columns = terminal.columns ?? DEFAULT_COLUMNS;
  const print = (text: string): ExitCode => {
    terminal.writeResult(`${text}\n`);
    return EXIT.done;
  };
  let target: Target | undefined;
  try {
    if (argv[0] === COMPLETE) return await complete(argv.slice(1), dependencies);
    if (argv.length === 1 && (argv[0] === 'version' || argv[0] === '--version')) return print(version);
    const help = findHelp(argv, columns);
    if (help !== undefined) return print(help);
    const { command, rest } = findCommand(argv, COMMANDS);
    const line = parseCommandLine(rest, command);
    target = parseTarget(line.options, dependencies.environment);
    return await runOn(target, command, line, dependencies);
  } catch (error) {
    const { message, exitCode } = await describeFailure(error, target, async () => wordsOfTarget(target, dependencies));
    terminal.writeNote(`${message}\n`);
    return exitCode;
  }
}

async function complete(words: readonly string[], { terminal, open, pathOf, environment }: CommandLineDependencies): Promise<ExitCode> {
  const silent = { report: () => {}, confirm: async () => false, readInput: async () => '', readSecret: async () => '' };
  const lines = await completeLine(words, (target) => open(target, { ...silent, isInteractive: false, pathOf, environment }), environment);
  if (lines.length > 0) terminal.writeResult(`${lines.join('\n')}\n`);
  return EXIT.done;
}

/** Where a table was looked for. */
async function wordsOfTarget(target: Target | undefined, { findPlace }: CommandLineDependencies): Promise<string> {
  if (target === undefined) return 'nowhere';
  const local = target.kind === 'local' ? `local run on port ${target.port}, stack ${target.stackName}` : undefined;
  return local ?? (await findPlace(target)) ?? `stack ${target.stackName}`;
}

/** `help`, `help client`, `client --help`, `client create --help`, and nothing at all. */
function findHelp(argv: readonly string[], columns: number): string | undefined {
  const isAsked = argv.length === 0 || argv[0] === 'help' || argv.includes('--help') || argv.includes('-h');
  if (!isAsked) return undefined;
  const words = argv.filter((word) => word !== '--help' && !word.startsWith('-')).slice(argv[0] === 'help' ? 1 : 0);
  if (words.length === 0) return writeOverview(COMMANDS, columns);
  const exact = COMMANDS.filter((command) => command.words.split(' ').every((word, at) => words[at] === word));
  const longest = exact.sort((one, other) => other.words.length - one.words.length)[0];
  if (longest !== undefined) return writeHelp(longest, columns);
  const below = commandsBelow(words.slice(0, 1), COMMANDS);
  if (below.length > 0 && words.length === 1) return writeGroup(below, columns);
  findCommand(words, COMMANDS);
  return undefined;
}

async function runOn(
  target: Target,
  command: Command,
  { values, options }: CommandLine,
  { terminal, open, findPlace, pathOf, environment }: CommandLineDependencies,
): Promise<ExitCode> {
  const effect = typeof command.effect === 'function' ? command.effect(options) : command.effect;
  const isAnswered = options.yes === true;
  // Before anything is looked at: whoever forgot --yes in a script learns it at once, and always.
  if (effect === 'ends' && !isAnswered && !terminal.isInteractive)
    throw new UsageFailed(`${command.words} ends or deletes something, and there is no terminal to ask at: add --yes. Nothing was done.`);
  const report = (line: string): void => terminal.writeNote(`${line}\n`);
  const operator = await open(target, {
    report,
    confirm: createConfirm(terminal, isAnswered),
    isInteractive: terminal.isInteractive,
    readInput: () => terminal.readInput(),
    readSecret: createReadSecret(terminal),
    pathOf,
    environment,
  });
  try {
    const place = effect === 'reads' ? undefined : await findPlace(target);
    if (place !== undefined) report(place);
    return writeOutcome(await command.run(operator, values, options), options.json === true, terminal);
  } finally {
    operator.close();
  }
}

function writeOutcome({ value, lines, summary, exitCode }: Outcome, isJson: boolean, terminal: Terminal): ExitCode {
  const text = isJson ? [JSON.stringify(value, null, 2)] : lines(terminal.columns ?? DEFAULT_COLUMNS);
  if (text.length > 0) terminal.writeResult(`${text.join('\n')}\n`);
  if (summary !== undefined && !isJson) terminal.writeNote(`${summary}\n`);
  return exitCode;
}
