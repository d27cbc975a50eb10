// What the real directories of the tests have in common: a folder of their own, free ports, a process that ends with them.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { portsInARow } from '../free-ports.ts';

/** Where Debian puts what is not for every user. */
const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin'];

/** The path of a program, if it is installed. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** A port that nobody has now. */
export const freePort = (): Promise<number> => portsInARow(1);

export interface Folder {
  readonly path: string;
  remove(): void;
}

export function makeFolder(prefix: string): Folder {
  const path = mkdtempSync(join(tmpdir(), `gatehouse-${prefix}-`));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path,
    remove() {
      process.off('exit', remove);
      remove();
    },
  };
}

/** @throws Error with what the program wrote */
export function run(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...(input !== undefined && { input }) });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
  return stdout;
}

export interface Server {
  readonly child: ChildProcess;
  /** Its output so far. */
  output(): string;
  stop(): Promise<void>;
}

/**
 * Starts a program that serves until it is stopped, with this process at the latest.
 *
 * @param endSignal SIGKILL for `unshare`, which takes its whole name space with it and would ignore SIGTERM
 */
export function startServer(program: string, args: readonly string[], endSignal: NodeJS.Signals = 'SIGTERM'): Server {
  // The kernel ends it where this process is killed and can't.
  const setpriv = findProgram('setpriv');
  const command = setpriv === undefined ? [program, ...args] : [setpriv, '--pdeathsig', 'KILL', program, ...args];
  const child = spawn(command[0] ?? program, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output = `${output}${chunk}`.slice(-20_000)));
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    child,
    output: () => output,
    async stop() {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'exit');
      child.kill(endSignal);
      const late = setTimeout(kill, 3000);
      await closed;
      clearTimeout(late);
    },
  };
}

/** Waits until a port of 127.0.0.1, or a socket of the file system, takes connections. */
export async function untilItListens(at: number | string, server: Server, timeoutMs = 60_000): Promise<void> {
  for (const endMs = Date.now() + timeoutMs; Date.now() < endMs; await delay(20)) {
    if (server.child.exitCode !== null) break;
    if (await listens(at)) return;
  }
  throw new Error(`Nothing listens at ${at}:\n${server.output()}`);
}

function listens(at: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof at === 'string' ? connect(at) : connect(at, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** What `work` returns; the server is stopped where it fails, lest the test wait for it for ever. */
export async function orStop<T>(server: Server, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await server.stop();
    throw new Error(`It did not start:\n${server.output()}`, { cause: error });
  }
}
