// A program at a terminal, as a person has it: `script` of util-linux lends one.

import { spawn, spawnSync } from 'node:child_process';

/** What is missing to have one; for `skipWithout`. */
export function missingForTerminal(...programs: readonly string[]): string | false {
  const missing = ['script', ...programs].filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  return missing.length > 0 && `${missing.join(', ')} is not installed`;
}

/** @param command a line for `sh` */
export function openTerminalWith(command: string, environment: Readonly<Record<string, string>>) {
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
  let all = '';
  let shown = '';
  let onMore = (): void => {};
  child.stdout.on('data', (chunk: Buffer) => {
    all += chunk.toString('utf8');
    shown += chunk.toString('utf8');
    onMore();
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    /** Types, and waits until what is shown since then matches. */
    async type(keys: string, expected: RegExp): Promise<void> {
      shown = keys === '' ? shown : '';
      child.stdin.write(keys);
      const limit = AbortSignal.timeout(60_000);
      while (!expected.test(shown.replaceAll('\r', ''))) {
        await new Promise<void>((resolve, reject) => {
          onMore = resolve;
          limit.addEventListener('abort', () => reject(new Error(`${JSON.stringify(keys)} shows ${JSON.stringify(shown)}`)), {
            once: true,
          });
        });
      }
    },
    /** All that was ever shown. */
    shown: () => all.replaceAll('\r', ''),
    ended,
    close: () => child.kill('SIGKILL'),
  };
}
