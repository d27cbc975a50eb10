// A deployed bundle in a process of its own, asked as Lambda's runtime asks it: for one event at a time, as long as whoever
// asks waits for the answer. What it writes to its log is counted, not shown.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One invocation. */
export interface Invoked<T> {
  readonly answer: T;
  /** From the event to the answer: what Lambda bills, before it rounds up to a millisecond. */
  readonly ms: number;
  /** Processor time of the function, of what it did for `settleMs` after the answer as well. */
  readonly cpuMs: number;
  /** The longest time after the answer for which another request would have waited. */
  readonly blockedMs: number;
}

/** What a process holds after a collection of garbage. */
export interface FunctionMemory {
  readonly residentBytes: number;
  /** Objects of JavaScript. */
  readonly heapBytes: number;
  /** Buffers and what else they hold outside of the heap. */
  readonly externalBytes: number;
}

export interface FunctionProcess {
  /**
   * @param settleMs waits for so long after the answer, for what goes on in the background; default: 0
   * @throws Error where the process has ended
   */
  invoke<T>(event: unknown, settleMs?: number): Promise<Invoked<T>>;
  /** Puts its clocks forward, so that what it keeps gets old. */
  passMs(ms: number): Promise<unknown>;
  /** Stops it whole between two invocations, as Lambda does. */
  freeze(): void;
  thaw(): void;
  /** Bytes that it has logged since they were last taken. */
  takeLoggedBytes(): number;
  /** What it logged last: why a request was refused. */
  lastLogged(): string;
  /** What it has logged since it was last asked this, the last 100,000 characters at most. */
  takeLogged(): string;
  memory(): Promise<FunctionMemory>;
  /** Writes all that is in its heap to a file, for the tools of Chromium. */
  writeHeapSnapshot(path: string): Promise<unknown>;
  close(): void;
}

const MAX_LOGGED = 100_000;
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
  let logged = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    loggedBytes += chunk.length;
    lastLogged = chunk.toString();
    logged = `${logged}${lastLogged}`.slice(-MAX_LOGGED);
  });
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  await once(child, 'message');
  const ask = createAsk(child);
  return {
    invoke: (event, settleMs = 0) => ask({ event, settleMs }),
    passMs: (ms) => ask({ passMs: ms }),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    takeLoggedBytes() {
      const taken = loggedBytes;
      loggedBytes = 0;
      return taken;
    },
    lastLogged: () => lastLogged,
    takeLogged() {
      const taken = logged;
      logged = '';
      return taken;
    },
    memory: async () => (await ask<{ readonly memory: FunctionMemory }>({ memory: true })).memory,
    writeHeapSnapshot: (path) => ask({ snapshot: path }),
    close: () => child.kill(),
  };
}

/** Sends a message, and resolves to what is answered. */
function createAsk(child: ChildProcess): <T>(message: object) => Promise<T> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  child.on('message', (answer: { readonly id: number }) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`The function's process has ended: ${signal ?? code}`));
  });
  return async <T>(message: object) => {
    const id = ++lastId;
    const answered = Promise.withResolvers<unknown>();
    waiting.set(id, answered);
    child.send({ id, ...message });
    return (await answered.promise) as T;
  };
}
