// The mark that a deployment leaves in an entry which it keeps: who wrote which attribute, and a digest of what it wrote.
// An attribute that is no longer what the digest says was changed by an operator, and is the operator's from then on.

import { createHash } from 'node:crypto';

/** Free for notes, as every name that begins with `x-`. */
export const MARK_ATTRIBUTE = 'x-gatehouse-deployment';

export interface DeploymentMark {
  /** ARN of the stack, a slash, and the resource in it. */
  readonly by: string;
  /** SHA-256 in lower-case hex of each attribute as it was written. */
  readonly written: Readonly<Record<string, string>>;
}

/** Undefined where there is none, or one that nobody can read: the entry is then the operator's alone. */
export function parseMark(item: Readonly<Record<string, unknown>>): DeploymentMark | undefined {
  const mark = item[MARK_ATTRIBUTE];
  if (!isRecord(mark) || typeof mark.by !== 'string' || !isRecord(mark.written)) return undefined;
  const digests = Object.entries(mark.written).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { by: mark.by, written: Object.fromEntries(digests) };
}

/** Names of attributes that a deployment wrote and that somebody has changed or taken away since. */
export function changedByHand(item: Readonly<Record<string, unknown>>, { written }: DeploymentMark): readonly string[] {
  return Object.keys(written).filter((name) => !Object.hasOwn(item, name) || digestOf(item[name]) !== written[name]);
}

/** Of a value of JSON, whatever the order of names in its maps. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
