// A deployed bundle in a process of its own, asked for one event at a time as Lambda's runtime does. What it writes to its
// log is counted, not shown.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One invocation. */
export interface Invoked<T> {
  readonly answer: T;
  /** From the event to the answer: what Lambda bills, before it rounds up to a millisecond. */
  readonly ms: number;
}

export interface FunctionProcess {
  invoke<T>(event: unknown): Promise<Invoked<T>>;
  /** Bytes that it has logged since they were last taken. */
  takeLoggedBytes(): number;
  /** What it logged last: why a request was refused. */
  lastLogged(): string;
  /** Resident memory, in bytes, after a collection of garbage. */
  memoryBytes(): Promise<number>;
  close(): void;
}

const CHILD = fileURLToPath(new URL('function-child.ts', import.meta.url));

/** @param modulePath the bundle's `index.mjs` */
export async function openFunctionProcess(modulePath: string, environment: Readonly<Record<string, string>>): Promise<FunctionProcess> {
  const child = fork(CHILD, [modulePath], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    silent: true,
  });
  let loggedBytes = 0;
  let lastLogged = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    loggedBytes += chunk.length;
    lastLogged = chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  await once(child, 'message');
  const ask = async <T>(message: object): Promise<T> => {
    const answered = once(child, 'message');
    child.send(message);
    const [answer] = await answered;
    return answer as T;
  };
  return {
    invoke: (event) => ask({ event }),
    takeLoggedBytes() {
      const taken = loggedBytes;
      loggedBytes = 0;
      return taken;
    },
    lastLogged: () => lastLogged,
    memoryBytes: async () => (await ask<{ bytes: number }>({ memory: true })).bytes,
    close: () => child.kill(),
  };
}
