// JSON as CloudFormation templates hold it, and the one way in which the local run reads it: loudly.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonRecord = { readonly [key: string]: Json };

/** Whether a value is a map, and not a list or null. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Something in a template that the local run does not know: better no start than a start that differs from AWS. */
export class TemplateError extends Error {
  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.name = 'TemplateError';
  }
}

/** @throws TemplateError */
export function requireRecord(value: unknown, where: string): JsonRecord {
  if (!isRecord(value)) throw new TemplateError(where, `a map was expected, not ${JSON.stringify(value)}`);
  return value;
}

/** Numbers and booleans are written as strings where CloudFormation takes either. @throws TemplateError */
export function requireText(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(where, `a string was expected, not ${JSON.stringify(value)}`);
}

/** @throws TemplateError */
export function requireList(value: unknown, where: string): readonly Json[] {
  if (!Array.isArray(value)) throw new TemplateError(where, `a list was expected, not ${JSON.stringify(value)}`);
  return value;
}

/** The map, or an empty one where there is none. @throws TemplateError */
export const recordOrEmpty = (value: unknown, where: string): JsonRecord => (value === undefined ? {} : requireRecord(value, where));

/** A map of strings, or an empty one where there is none. @throws TemplateError */
export function textsOrEmpty(value: unknown, where: string): Readonly<Record<string, string>> {
  const entries = Object.entries(recordOrEmpty(value, where));
  return Object.fromEntries(entries.map(([key, text]) => [key, requireText(text, `${where}.${key}`)]));
}

/** A number, also where the template writes it as a string. @throws TemplateError */
export function numberOr(value: unknown, fallback: number, where: string): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isFinite(number)) throw new TemplateError(where, `a number was expected, not ${JSON.stringify(value)}`);
  return number;
}

/**
 * The ARN of the function that an integration or an authorizer calls, from a URI such as
 * `…:lambda:path/2015-03-31/functions/<arn>/invocations`; HTTP APIs also take it bare. @throws TemplateError
 */
export function requireFunctionArn(uri: string, where: string): string {
  if (/^arn:[^:]+:lambda:[^:]*:\d*:function:/.test(uri)) return uri;
  const arn = /:lambda:path\/2015-03-31\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1];
  if (arn === undefined) throw new TemplateError(where, `no URI of a Lambda function: ${uri}`);
  return arn;
}
