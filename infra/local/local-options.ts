// What `npm start -- …` and `gatehouse start …` take.

import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly port: number;
  readonly dataDirectory: string | undefined;
  /** A command of a CDK app; undefined: that of cdk.json, or Gatehouse's own. */
  readonly app: string | undefined;
  /** None: all. */
  readonly stacks: readonly string[];
  readonly demo: boolean;
}

export const HELP = `Runs a CDK app that has Gatehouse on this machine, with no AWS account.

  gatehouse start [options]        in the folder of a CDK app; where there is none, Gatehouse with its demo
  npm start -- [options]           in the repository of Gatehouse

  --app COMMAND   command of the app, as "app" of cdk.json has it: --app "npx tsx bin/app.ts"
  --stack NAME    a stack of the app, as often as needed; else all of them
  --no-demo       without the demo: its tenant, users, clients and APIs
  --port N        of the gateway (3000, or PORT); DynamoDB takes the next, Secrets Manager and Lambda the two after it
  --data FOLDER   keeps tables and secrets there; else they are in memory, and gone at the end
  --help          this

It looks at the app's files, and runs it anew when they change. Ctrl+C ends it.
The log goes to standard error: for people at a terminal, one JSON object a line elsewhere.`;

const DEFAULT_PORT = '3000';

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_532) throw new Error(`--port must be a number up to 65532, not ${text}.`);
  return port;
}

/**
 * Makes the folder step by step: Node's own way of making all at once does not end below /proc.
 *
 * @throws Error of one line
 */
function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) throw new Error(`--data ${path} is a file; it must be a folder.`);
  try {
    if (found === undefined) {
      makeFolder(dirname(path));
      mkdirSync(path, { mode: 0o700 });
    }
    accessSync(path, constants.W_OK);
  } catch (error) {
    if (error instanceof Error && !('code' in error)) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(`--data ${path}: the folder can't be ${found === undefined ? 'made' : 'written to'} (${code}).`);
  }
}

/** @param directory that paths start from. Undefined: it was `--help`. @throws Error of one line for what can't be */
export function parseStartOptions(args: readonly string[], env: NodeJS.ProcessEnv, directory: string): StartOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      app: { type: 'string' },
      stack: { type: 'string', multiple: true },
      'no-demo': { type: 'boolean' },
      port: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const dataDirectory = values.data === undefined ? undefined : resolve(directory, values.data);
  const port = parsePort(values.port ?? env.PORT ?? DEFAULT_PORT);
  if (values.app?.trim() === '') throw new Error('--app must be a command: --app "npx tsx bin/app.ts"');
  if (dataDirectory !== undefined) makeFolder(dataDirectory);
  return { port, dataDirectory, app: values.app, stacks: values.stack ?? [], demo: values['no-demo'] !== true };
}
