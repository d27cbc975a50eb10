// The budget of a cold start: what a function may read before its first answer, in bytes and in modules, against the record
// beside this file. A ratio of the bench would drift; this fails, and says who came.

import { readFileSync } from 'node:fs';

/** The functions that a user waits for. */
export const BUDGETED = ['token', 'authorizer'] as const;

/** What a function read when it was last looked at. */
export interface EagerRecord {
  readonly bytes: number;
  /** Bytes of each by its path. */
  readonly modules: Readonly<Record<string, number>>;
}

/** Room for what every change adds; what comes to more is looked at. */
const BYTES_MARGIN = 1.03;
const MODULES_MARGIN = 6;

/** Newcomers that a failure names. */
const NAMED = 8;

export const recordFile = (name: (typeof BUDGETED)[number]): URL => new URL(`${name}.json`, import.meta.url);

export const readRecord = (name: (typeof BUDGETED)[number]): EagerRecord =>
  JSON.parse(readFileSync(recordFile(name), 'utf8')) as EagerRecord;

/** Undefined where it is within the budget; else by how much it is not, and which modules came or grew, the biggest first. */
export function findExcess(record: EagerRecord, now: EagerRecord): string | undefined {
  const before = Object.keys(record.modules).length;
  const modules = Object.keys(now.modules).length;
  const maxBytes = Math.floor(record.bytes * BYTES_MARGIN);
  const maxModules = before + MODULES_MARGIN;
  if (now.bytes <= maxBytes && modules <= maxModules) return undefined;
  const grown = Object.entries(now.modules)
    .map(([path, bytes]) => ({ path, more: bytes - (record.modules[path] ?? 0), isNew: !Object.hasOwn(record.modules, path) }))
    .filter(({ more }) => more > 0)
    .sort((a, b) => b.more - a.more)
    .slice(0, NAMED);
  return [
    `${now.bytes} bytes in ${modules} modules at cold start; at most ${maxBytes} in ${maxModules}.`,
    ...grown.map(({ path, more, isNew }) => `  ${isNew ? 'new  ' : 'grown'} +${more} ${path}`),
    'Load late what few requests need (import() when one comes). What all need: npm run budgets, and say why in the commit.',
  ].join('\n');
}
