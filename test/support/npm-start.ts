// `npm start` as a process of its own, for tests that look at it from outside.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ready: Promise<string>;
}

/** @param args after `npm start --` */
export function start(args: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, ['infra/local/start.ts', ...args], { cwd: ROOT, env: { ...process.env, ...env } });
  let output = '';
  const ready = Promise.withResolvers<string>();
  const take = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    const line = /^Gatehouse is ready.*$/m.exec(output)?.[0];
    if (line !== undefined) ready.resolve(line);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  child.on('exit', () => ready.reject(new Error(output)));
  // Nobody waits for it where the start is meant to fail.
  ready.promise.catch(() => {});
  return { child, output: () => output, ready: ready.promise };
}

/** Gives the exit code. */
export async function stop({ child }: Started, signal: 'SIGTERM' | 'SIGINT'): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}
