// The one way in which the command line writes an item: checked, shown, then written.

import type { EntryFault } from '../../../functions/configuration/entries/entry-fault.ts';
import type { Difference } from '../describe-difference.ts';
import { keepRunningState } from '../keep-running-state.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import { findChanges, lineOfChange } from '../show-changes.ts';
import { CommandFailed, type Operator } from './command.ts';

/** @throws CommandFailed with every fault, where there is one */
export function requireItem(unverified: unknown, label: string): OperatorItem {
  const parsed = parseOperatorItem(unverified);
  if (!('key' in parsed)) throw new CommandFailed(faultLines(label, parsed).join('\n'));
  if (parsed.faults.length > 0) throw new CommandFailed(faultLines(`${parsed.table}, ${parsed.label}`, parsed.faults).join('\n'));
  return parsed;
}

export function faultLines(label: string, faults: readonly EntryFault[]): string[] {
  return faults.map(({ path, expected }) => `${label}${path === '' ? '' : `, ${path}`}: expected ${expected}`);
}

const MAX_TRIES = 5;

/** What became of an entry. */
export interface WrittenEntry {
  /** `Tenants, my_company / tenant` */
  readonly entry: string;
  readonly became: 'created' | 'changed' | 'unchanged';
  readonly changes: readonly Difference[];
}

/** Writes an item in place of what is there. */
export async function replaceItem({ tables, report }: Operator, item: OperatorItem): Promise<WrittenEntry> {
  const { table, kind, key, label, warnings } = item;
  const entry = `${table}, ${label}`;
  for (const line of faultLines(`warning: ${entry}`, warnings)) report(line);
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const stored = await tables.get(table, key);
    const written = keepRunningState(item.item, stored);
    const changes = findChanges(kind, stored, written);
    if (changes.length === 0) return { entry, became: 'unchanged', changes };
    // Race: a revocation, or another operator, between the look and the write. What was shown is what is overwritten.
    if (await tables.replaceAsRead(table, kind, written, stored))
      return { entry, became: stored === undefined ? 'created' : 'changed', changes };
  }
  throw new CommandFailed(`${entry}: is being changed by somebody else. Try again.`);
}

export function linesOfWritten({ entry, became, changes }: WrittenEntry): string[] {
  return [`${became}: ${entry}`, ...changes.map(lineOfChange)];
}
