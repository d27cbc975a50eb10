// Reads an item that an operator wrote as an entry, or reports what is wrong with it: the one place that says which
// table, which key, which attribute path and what was expected, and never the value.

import type { EntryFault } from './entry-fault.ts';
import type { Entry, EntryKind } from './index.ts';
import { parseEntry } from './parse-entry.ts';

/** An item of a table as plain JSON, not yet checked. */
export type UnverifiedItem = Readonly<Record<string, unknown>>;

/** One item that is wrong (`refused`), or that holds attributes nobody reads (`warned`). */
export interface EntryReport {
  readonly table: string;
  /** `my_company / userstore#EXTERNAL` */
  readonly key: string;
  readonly outcome: 'refused' | 'warned';
  readonly faults: readonly EntryFault[];
}

export type ReportEntry = (report: EntryReport) => void;

/** Location of an item: its table and key. */
export interface EntryLocation {
  readonly table: string;
  readonly key: string;
}

/** The entry of an item; undefined where it is wrong, which is reported. */
export function readEntry<K extends EntryKind>(
  kind: K,
  item: UnverifiedItem,
  place: EntryLocation,
  report: ReportEntry,
): Entry<K> | undefined {
  const parsed = parseEntry(kind, item);
  if ('faults' in parsed) {
    report({ ...place, outcome: 'refused', faults: parsed.faults });
    return undefined;
  }
  if (parsed.warnings.length > 0) report({ ...place, outcome: 'warned', faults: parsed.warnings });
  return parsed.entry;
}
