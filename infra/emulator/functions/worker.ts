// One execution environment of a function, in a thread of its own: it loads the bundle and calls its handler as
// Lambda's Node runtime does, one event at a time (infra/emulator/README.md, "Functions").

import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { wrapConsole } from './lambda-log.ts';
import type { FunctionError, InvocationMessage, WorkerMessage, WorkerSetup } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const setup = workerData as WorkerSetup;

// Of this thread, and nothing that Lambda has.
delete process.env.NODE_COMPILE_CACHE;

if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') wrapConsole((line) => process.stdout.write(line));

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function functionError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

/** A process reads this variable when it starts, and a thread never: on Lambda each function is a process. */
async function trustMore(file: string): Promise<void> {
  const tls = await import('node:tls');
  // Node 20 has no such thing: there the variable counts where the whole run is started with it.
  if (!('setDefaultCACertificates' in tls)) return;
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')]);
  } catch (error) {
    process.stderr.write(`Warning: Ignoring extra certs from ${file}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

async function loadHandler(): Promise<Handler> {
  const path = ['.mjs', '.js', '.cjs', '.ts'].map((extension) => `${setup.modulePath}${extension}`).find((file) => existsSync(file));
  if (path === undefined) throw new Error(`Cannot find module '${setup.modulePath}'`);
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const handler = module[setup.exportName];
  if (typeof handler !== 'function') throw new Error(`${setup.exportName} is undefined or not exported`);
  return handler as Handler;
}

function contextOf(message: InvocationMessage): object {
  return {
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMb),
    awsRequestId: message.requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - Date.now()),
  };
}

async function invoke(handler: Handler, message: InvocationMessage): Promise<void> {
  const { requestId } = message;
  try {
    const result = await handler(JSON.parse(message.payload), contextOf(message));
    send({ kind: 'result', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    send({ kind: 'error', requestId, error: functionError(error) });
  }
}

try {
  const { NODE_EXTRA_CA_CERTS } = process.env;
  if (NODE_EXTRA_CA_CERTS !== undefined) await trustMore(NODE_EXTRA_CA_CERTS);
  const handler = await loadHandler();
  parentPort?.on('message', (message: InvocationMessage) => void invoke(handler, message));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'init-failed', error: functionError(error) });
}
