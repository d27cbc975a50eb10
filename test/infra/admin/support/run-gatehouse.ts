// Runs a command of the command line in this process, on the tables that the environment names, and keeps apart what it
// writes to standard output and to standard error.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Operator } from '../../../../infra/admin/commands/command.ts';
import { COMMANDS } from '../../../../infra/admin/commands/index.ts';
import { findCommand } from '../../../../infra/admin/find-command.ts';
import { type OperatorOptions, openOperator } from '../../../../infra/admin/open-operator.ts';
import { mayEnd } from '../../../../infra/admin/parse-command-line.ts';
import { runCommand } from '../../../../infra/admin/run-command.ts';
import { COMPILE_CACHE } from '../../../support/compile-cache.ts';

export interface RunOptions
  extends Partial<Pick<OperatorOptions, 'clock' | 'wait' | 'readSettings' | 'findStackOutputs' | 'openAuditLog'>> {
  /** Replaces parts of what a command works with. */
  readonly adapt?: (operator: Operator & { close(): void }) => Operator & { close(): void };
  /** Variables of the shell. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Account, region and stack, as on AWS. */
  readonly place?: string;
}

interface Typed {
  /** Standard input, where it is no terminal. */
  readonly input?: string;
  /** What is typed at a terminal, in order; absent: there is no terminal. */
  readonly answers?: readonly string[];
  /** Whether --yes is added to what asks. Default: true. */
  readonly isYes?: boolean;
  readonly columns?: number;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Of both, in the order in which they were written. */
  readonly lines: readonly string[];
  readonly text: string;
  /** Prompts that were shown, and whether what was typed was seen. */
  readonly asked: readonly string[];
}

export function createRun({
  clock = Date.now,
  wait,
  readSettings,
  findStackOutputs = async () => undefined,
  adapt = (operator) => operator,
  place,
  environment = {},
  // Not the real one, which is on AWS.
  openAuditLog = async () => ({ findOperator: async () => 'arn:aws:iam::123456789012:user/oz', write: async () => {} }),
}: RunOptions = {}) {
  return async (words: readonly string[] | string, input: string | Typed = ''): Promise<Ran> => {
    const typed: Typed = typeof input === 'string' ? { input } : input;
    const written: { readonly to: 'out' | 'err'; readonly text: string }[] = [];
    const asked: string[] = [];
    const answers = [...(typed.answers ?? [])];
    const argv = typeof words === 'string' ? words.split(' ') : words;
    const code = await runCommand(typed.isYes === false || typed.answers !== undefined ? argv : withYes(argv), {
      terminal: {
        writeResult: (text) => void written.push({ to: 'out', text }),
        writeNote: (text) => void written.push({ to: 'err', text }),
        columns: typed.columns,
        isInteractive: typed.answers !== undefined,
        readInput: async () => typed.input ?? '',
        ask: async (prompt, isSecret) => {
          asked.push(isSecret ? `(secret) ${prompt}` : prompt);
          return answers.shift() ?? '';
        },
      },
      open: async ({ stackName, tokenUrl }, seat) =>
        adapt(
          openOperator({
            ...seat,
            stackName,
            tokenUrl,
            clock,
            findStackOutputs,
            openAuditLog,
            ...(wait && { wait }),
            ...(readSettings && { readSettings }),
          }),
        ),
      findPlace: async () => place,
      pathOf: (path) => path,
      environment,
      version: '1.2.3',
    });
    const streamOf = (stream: 'out' | 'err'): string => written.flatMap(({ to, text }) => (to === stream ? [text] : [])).join('');
    const both = written
      .map((each) => each.text)
      .join('')
      .replace(/\n$/, '');
    return { code, out: streamOf('out'), err: streamOf('err'), lines: both === '' ? [] : both.split('\n'), text: both, asked };
  };
}

function withYes(argv: readonly string[]): readonly string[] {
  try {
    return mayEnd(findCommand(argv, COMMANDS).command) && !argv.includes('--yes') ? [...argv, '--yes'] : argv;
  } catch {
    return argv;
  }
}

/** Runs the program as an operator starts it, with nothing of this process in its environment but what was compiled before. */
export async function runProgram(words: readonly string[], environment: Readonly<Record<string, string>>, input = '') {
  // Not spawnSync: the tables may live in this process.
  const child = spawn(process.execPath, ['infra/admin/gatehouse.ts', ...words], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...COMPILE_CACHE, ...environment },
  });
  child.stdin.end(input);
  const closed = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  return { code: Number(code), out, err };
}
