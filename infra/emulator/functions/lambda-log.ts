// How Lambda's Node runtime writes lines of its own: text, or JSON objects where the function's log format is JSON
// ("Configuring JSON and plain text log formats" of the Lambda guide). What a function writes to standard output itself
// is left as it is, in both.

import { format } from 'node:util';
import type { FunctionError } from './protocol.ts';

export type LogFormat = 'Text' | 'JSON';

const METHODS = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

/** The line that an invocation leaves which ends in an error. */
export function invokeErrorLine(logFormat: LogFormat, { errorType, errorMessage, trace }: FunctionError): string {
  if (logFormat === 'Text') return `ERROR\tInvoke Error\t${JSON.stringify({ errorType, errorMessage, stack: trace })}`;
  return jsonLine('ERROR', { errorType, errorMessage, stackTrace: trace ?? [] });
}

/** Wraps what goes through the console, as the runtime does for functions whose format is JSON. */
export function wrapConsole(write: (line: string) => void): void {
  for (const [method, level] of Object.entries(METHODS)) {
    const wrapped = (...values: unknown[]): void => write(`${jsonLine(level, values.length === 1 ? values[0] : format(...values))}\n`);
    Object.defineProperty(console, method, { value: wrapped });
  }
}

function jsonLine(level: string, message: unknown): string {
  return JSON.stringify({ timestamp: new Date().toISOString(), level, message });
}
