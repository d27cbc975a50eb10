// Runs the command of a CDK app in a shell, as the CDK's own command line does, and ends all that it started when it is told to.

import { type ChildProcess, spawn } from 'node:child_process';

export interface AppProcess {
  readonly command: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends it, and rejects. */
  readonly signal?: AbortSignal;
}

const isWindows = process.platform === 'win32';

/** The shell and whatever it started: they are a group of their own. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (isWindows) child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** @throws Error with what the app wrote */
export async function runApp({ command, directory, env, signal }: AppProcess): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn(command, { cwd: directory, env, shell: true, detached: !isWindows, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => endGroup(child);
  signal?.addEventListener('abort', end);
  process.once('exit', end);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = `${output}${chunk.toString('utf8')}`.slice(-20_000);
    });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`The app can't be synthesised: "${command}" in ${directory} ended with ${code}.\n${output.trim()}`);
  } finally {
    signal?.removeEventListener('abort', end);
    process.off('exit', end);
  }
}
