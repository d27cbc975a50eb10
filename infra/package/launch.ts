// `gatehouse …` of the package: chooses between the local run and the command line, and brings them to the Node that Lambda has.
// The functions are made for it, and hash passwords in a way that earlier ones can't. This file alone runs on any Node from 20 on.

import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { followParent } from '../local/follow-parent.ts';

/** argon2 is in node:crypto since. */
const NEEDED = [24, 7] as const;

/** What is fetched where an older one runs. */
const FETCHED = 'node@24';

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** The path of a Node that is new enough, from npm's cache or the registry. @throws Error that says what to do */
function fetchNode(): string {
  process.stderr.write(
    `This is Node ${process.versions.node}; the functions need ${NEEDED.join('.')}, as on Lambda: npx fetches ${FETCHED}.\n`,
  );
  try {
    const script = 'process.stdout.write(process.execPath)';
    const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
    return execFileSync(npx, ['--yes', '--package', FETCHED, '--', 'node', '-e', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
    });
  } catch {
    throw new Error(`${FETCHED} can't be fetched. Install Node ${NEEDED.join('.')} or newer, and run this again.`);
  }
}

/** Runs this very command again, and ends as it ends; signals go on to it. */
function runAgain(node: string): void {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    // It looks whether this process is still there.
    env: { ...process.env, GATEHOUSE_LAUNCHED: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  followParent(process.env, () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

if (isNewEnough(process.versions.node)) {
  const isStart = process.argv[2] === 'start';
  if (isStart) process.argv.splice(2, 1);
  await import(new URL(isStart ? './start.mjs' : './gatehouse.mjs', import.meta.url).href);
} else {
  try {
    runAgain(fetchNode());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
