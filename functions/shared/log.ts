// One JSON object a line on standard output, which Lambda hands to CloudWatch Logs as it is: it takes `level` and
// `timestamp` from the object ("Log-level filtering" of the Lambda guide). Not by the console, whose lines Lambda wraps
// into objects of its own, where no metric filter would find a field. What may be in a line is what its caller names:
// never a secret, token, password, query string or header (A61). What Powertools for AWS Lambda has a name for has that
// name, so that saved queries find it ("Standard structured keys" and "Injecting Lambda context" of its logger).

import { currentInvocation, type Invocation } from './time-budget.ts';

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';

export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** `message`: what the line is about, a word of ours such as `token-request`. */
export type Log = (level: LogLevel, message: string, fields: LogFields) => void;

/** Variables of Lambda's own, which say whose lines these are. */
export interface LogEnvironment {
  readonly AWS_LAMBDA_FUNCTION_NAME?: string | undefined;
  readonly AWS_LAMBDA_FUNCTION_VERSION?: string | undefined;
  /** Of the request that is answered now, and so read for each line. */
  readonly _X_AMZN_TRACE_ID?: string | undefined;
}

const SERVICE = 'gatehouse';

/** @param write takes a whole line; default: standard output */
export function createLog(environment: LogEnvironment, write: (line: string) => void = writeToOutput): Log {
  const { AWS_LAMBDA_FUNCTION_NAME: function_name, AWS_LAMBDA_FUNCTION_VERSION: function_version } = environment;
  // Texts, not objects: this runs for every request, and most of a line is known before. The same in every line:
  const fixed = JSON.stringify({ service: SERVICE, function_name, function_version }).slice(0, -1);
  return (level, message, fields) => {
    const { _X_AMZN_TRACE_ID: trace } = environment;
    const said = JSON.stringify(fields);
    write(
      `${fixed},"timestamp":"${timestampOf(Date.now())}","level":"${level}","message":"${message}"${textOf(currentInvocation())}${trace === undefined ? '' : traceText(trace)}${said.length === 2 ? '}' : `,${said.slice(1)}`}\n`,
    );
  };
}

let knownSecond = Number.NaN;
let secondText = '';

/** As `toISOString` writes it, which takes a third of a line's time: what is before the milliseconds is kept while the second lasts. */
export function timestampOf(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== knownSecond) {
    knownSecond = second;
    secondText = new Date(second * 1000).toISOString().slice(0, -4);
  }
  return `${secondText}${String(ms - second * 1000).padStart(3, '0')}Z`;
}

/** Ids of requests are Lambda's own, and need no escaping. */
function textOf(invocation: Invocation | undefined): string {
  return invocation === undefined ? '' : `,"cold_start":${invocation.cold_start},"function_request_id":"${invocation.function_request_id}"`;
}

/** `1-5759e988-bd862e3fe1be46a994272793` of `Root=1-…;Parent=…;Sampled=0`. A caller may have chosen it. */
function traceText(trace: string): string {
  const id = /Root=([\w-]{1,64})/.exec(trace)?.[1];
  return id === undefined ? '' : `,"xray_trace_id":"${id}"`;
}

function writeToOutput(line: string): void {
  process.stdout.write(line);
}

/** Error as fields of a line: our own errors by what they say, anything else by its name and where it was thrown. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const cause = error.cause instanceof Error ? error.cause.name : undefined;
  const own = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
  // No message: a library's may quote what it was given. The first frames say where.
  const at = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 3)
    .map((line) => line.trim());
  return {
    error: error.name,
    ...(own !== undefined && { reason: own }),
    ...(cause !== undefined && { cause }),
    ...(own === undefined && at !== undefined && { at }),
  };
}
