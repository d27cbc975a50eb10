// From the words of a command line to the command: the first words say which, options may stand anywhere behind them.

import { parseArgs } from 'node:util';
import { type Command, CommandFailed, type Operator, type Options } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';

/** Taken by every command. */
const COMMON = {
  stack: { type: 'string' },
  local: { type: 'boolean' },
  port: { type: 'string' },
  'token-url': { type: 'string' },
} as const;

/** Where the tables are. */
export interface Target {
  readonly stackName: string;
  /** The local run, by the port of its gateway. */
  readonly localPort: number | undefined;
  readonly tokenUrl: string;
}

/** @returns the exit code: 0 done, 1 something is wrong, 2 not understood */
export async function runCommand(
  argv: readonly string[],
  open: (target: Target) => Operator & { close(): void },
  print: (line: string) => void,
): Promise<number> {
  const command = findCommand(argv);
  if (command === undefined) {
    print(helpOf(argv));
    return argv.length === 0 || argv.includes('--help') ? 0 : 2;
  }
  try {
    const args = argv.slice(command.words.split(' ').length);
    const { values, positionals } = parseArgs({ args, options: { ...COMMON, ...command.options }, allowPositionals: true });
    if (positionals.length !== command.takes.length) throw new CommandFailed(`It takes ${usageOf(command)}`);
    const operator = open(parseTarget(values));
    try {
      return await command.run(operator, positionals, values);
    } finally {
      operator.close();
    }
  } catch (error) {
    if (error instanceof CommandFailed) print(error.message);
    else if (isArgumentError(error)) print(`${error.message}\n${usageOf(command)}`);
    else if (argv.includes('--local') && isConnectionRefused(error))
      print('Nothing answers there. Is `npm start` running? `--port N` says where, if not on 3000.');
    else print(`Failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    return isArgumentError(error) ? 2 : 1;
  }
}

function findCommand(argv: readonly string[]): Command | undefined {
  if (argv.includes('--help')) return undefined;
  return COMMANDS.find(({ words }) => words.split(' ').every((word, at) => argv[at] === word));
}

function parseTarget(values: Options): Target {
  const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
  const port = Number(text('port') ?? process.env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_533) throw new CommandFailed('--port must be the port of the local gateway.');
  const isLocal = values.local === true;
  return {
    stackName: text('stack') ?? 'Gatehouse',
    localPort: isLocal ? port : undefined,
    tokenUrl: text('token-url') ?? (isLocal ? `http://127.0.0.1:${port}/oauth2/token` : 'https://YOUR_TOKEN_API/oauth2/token'),
  };
}

/** The error of the connection stands below that of the store. */
function isConnectionRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ECONNREFUSED') || isConnectionRefused(error.cause);
}

const isArgumentError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

function usageOf({ words, takes, options = {} }: Command): string {
  const flags = Object.entries(options).map(
    ([name, { type, multiple }]) => `[--${name}${type === 'string' ? ' …' : ''}]${multiple ? '…' : ''}`,
  );
  return ['gatehouse', words, ...takes, ...flags].join(' ');
}

function helpOf(argv: readonly string[]): string {
  const asked = argv.filter((word) => !word.startsWith('-'))[0];
  const found = COMMANDS.filter(({ words }) => words.split(' ')[0] === asked);
  const lines = (found.length > 0 ? found : COMMANDS).flatMap((command) => [usageOf(command), `    ${command.does}`]);
  return [
    ...lines,
    '',
    'Everywhere: --stack NAME (Gatehouse), --local for the system that npm start runs (--port 3000), --token-url URL for the examples.',
    'On AWS, region and credentials are those of the AWS CLI.',
  ].join('\n');
}
