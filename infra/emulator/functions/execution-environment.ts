// One worker that runs a function: started once, used for one event at a time, given up after a crash or a timeout.

import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { InvocationResult, WorkerMessage, WorkerSetup } from './protocol.ts';

/** Lambda gives an initialisation 10 s (infra/emulator/README.md, "Functions"); a busy laptop gets more. */
const INIT_TIMEOUT_MS = 60_000;

/** Beside this file; in the package beside its chunk, and built. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.mjs', import.meta.url);

export interface ExecutionEnvironment {
  /** Settles when the bundle is loaded; never rejects. */
  readonly ready: Promise<void>;
  /** False once the worker is gone: it is then to be replaced. */
  isAlive(): boolean;
  /** Call it for one event at a time. Never rejects. */
  invoke(payload: string, timeoutMs: number): Promise<InvocationResult>;
  close(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly setup: WorkerSetup;
  readonly variables: Readonly<Record<string, string>>;
  /** Gets every line that the function writes. */
  readonly writeLine: (line: string) => void;
}

function failure(errorType: string, errorMessage: string): InvocationResult {
  return { kind: 'error', error: { errorType, errorMessage } };
}

/** Hands whole lines on, whatever the chunks. */
function eachLine(stream: NodeJS.ReadableStream, writeLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) writeLine(line);
  });
}

/** What was compiled before is not compiled in each worker anew; the worker takes the variable away before the function sees it. */
function compileCache(): Readonly<Record<string, string>> {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
}

/** Starts a worker. */
export function openExecutionEnvironment({ setup, variables, writeLine }: EnvironmentOptions): ExecutionEnvironment {
  const worker = new Worker(WORKER, {
    workerData: setup,
    env: { ...variables, ...compileCache(), AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${randomUUID().replaceAll('-', '')}` },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: Math.max(64, setup.memoryMb) },
  });
  eachLine(worker.stdout, writeLine);
  eachLine(worker.stderr, writeLine);

  let alive = true;
  let broken: InvocationResult | undefined;
  let settle: ((result: InvocationResult) => void) | undefined;
  const started = Promise.withResolvers<void>();
  const giveUp = (result: InvocationResult): void => {
    alive = false;
    broken ??= result;
    started.resolve();
    settle?.(result);
  };

  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') started.resolve();
    else if (message.kind === 'init-failed') giveUp({ kind: 'error', error: message.error });
    else settle?.(message.kind === 'result' ? { kind: 'result', payload: message.payload } : { kind: 'error', error: message.error });
  });
  worker.on('error', (error: unknown) => giveUp(failure('Runtime.UnhandledError', error instanceof Error ? error.message : String(error))));
  worker.on('exit', () => giveUp(failure('Runtime.ExitError', 'Runtime exited')));
  const initTimer = setTimeout(() => void worker.terminate(), INIT_TIMEOUT_MS);
  void started.promise.then(() => clearTimeout(initTimer));

  async function invoke(payload: string, timeoutMs: number): Promise<InvocationResult> {
    await started.promise;
    if (broken !== undefined) return broken;
    const requestId = randomUUID();
    const answer = Promise.withResolvers<InvocationResult>();
    settle = answer.resolve;
    const timer = setTimeout(() => {
      const seconds = (timeoutMs / 1000).toFixed(2);
      giveUp(failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`));
      void worker.terminate();
    }, timeoutMs);
    worker.postMessage({ requestId, payload, deadlineMs: Date.now() + timeoutMs });
    const result = await answer.promise;
    clearTimeout(timer);
    settle = undefined;
    return result;
  }

  return {
    ready: started.promise,
    isAlive: () => alive,
    invoke,
    async close() {
      alive = false;
      await worker.terminate();
    },
  };
}
