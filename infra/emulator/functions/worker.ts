// One execution environment of a function, in a thread of its own: it loads the bundle and calls its handler as
// Lambda's Node runtime does, one event at a time (infra/emulator/README.md, "Functions").

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { wrapConsole } from './lambda-log.ts';
import type { FunctionError, InvocationMessage, WorkerMessage, WorkerSetup } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const setup = workerData as WorkerSetup;

if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') wrapConsole((line) => process.stdout.write(line));

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function functionError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
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
  const handler = await loadHandler();
  parentPort?.on('message', (message: InvocationMessage) => void invoke(handler, message));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'init-failed', error: functionError(error) });
}
