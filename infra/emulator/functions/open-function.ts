// A Lambda function of the template: its bundle behind a small pool of execution environments.

import { type EnvironmentOptions, type ExecutionEnvironment, openExecutionEnvironment } from './execution-environment.ts';
import { invokeErrorLine, type LogFormat } from './lambda-log.ts';
import type { InvocationResult, WorkerSetup } from './protocol.ts';

/** Environments that run at once; further events wait. Lambda would start a thousand. */
const MAX_ENVIRONMENTS = 4;

/** Lambda's limit for a synchronous invocation (infra/emulator/README.md, "Functions"). */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

export interface LocalFunction {
  readonly name: string;
  readonly arn: string;
  /** What the template sets, as the Lambda API says it. Absent: nobody asks. */
  readonly ownVariables?: Readonly<Record<string, string>>;
  /** Invokes the function and waits for its answer. Never rejects. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Starts one environment, so that the first event need not wait. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export interface FunctionOptions extends EnvironmentOptions {
  readonly setup: WorkerSetup;
  readonly ownVariables?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly logFormat: LogFormat;
}

/** Opens a function. Nothing is started until it is needed. */
export function openFunction(options: FunctionOptions): LocalFunction {
  const { functionName, functionArn } = options.setup;
  const environments = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  let closed = false;

  function start(): ExecutionEnvironment {
    const environment = openExecutionEnvironment(options);
    environments.add(environment);
    return environment;
  }

  async function take(): Promise<ExecutionEnvironment> {
    for (let free = idle.pop(); free !== undefined; free = idle.pop()) {
      if (free.isAlive()) return free;
      environments.delete(free);
    }
    if (environments.size < MAX_ENVIRONMENTS) return start();
    return new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(environment: ExecutionEnvironment): void {
    const usable = environment.isAlive();
    if (!usable) environments.delete(environment);
    const next = waiting.shift();
    if (next !== undefined) next(usable ? environment : start());
    else if (usable) idle.push(environment);
  }

  async function invoke(event: unknown): Promise<InvocationResult> {
    if (closed) return { kind: 'error', error: { errorType: 'Local.Closed', errorMessage: 'The local run is shutting down' } };
    const payload = JSON.stringify(event) ?? 'null';
    if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
      return { kind: 'error', error: { errorType: 'RequestEntityTooLargeException', errorMessage: 'The event is over 6 MB' } };
    }
    const environment = await take();
    const result = await environment.invoke(payload, options.timeoutMs);
    giveBack(environment);
    // A thrown `Unauthorized` of an authorizer is an error like any other here.
    if (result.kind === 'error') options.writeLine(invokeErrorLine(options.logFormat, result.error));
    return result;
  }

  return {
    name: functionName,
    arn: functionArn,
    ownVariables: options.ownVariables ?? {},
    invoke,
    async warm() {
      const environment = await take();
      await environment.ready;
      giveBack(environment);
    },
    async close() {
      closed = true;
      await Promise.all([...environments].map((environment) => environment.close()));
    },
  };
}
