// One JSON object a line on standard output, which Lambda hands to CloudWatch Logs as it is: it takes `level` and
// `timestamp` from the object ("Log-level filtering" of the Lambda guide). Not by the console, whose lines Lambda wraps
// into objects of its own, where no metric filter would find a field. What may be in a line is what its caller names:
// never a secret, token, password, query string or header (A61).

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';

export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export type Log = (level: LogLevel, event: string, fields: LogFields) => void;

/** Writes to standard output. */
export const consoleLog: Log = (level, event, fields) => {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, event, ...fields })}\n`);
};

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
