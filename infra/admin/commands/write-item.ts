// The one way in which the command line writes an item: checked, shown, then written.

import type { EntryFault } from '../../../functions/configuration/entries/entry-fault.ts';
import type { Difference } from '../describe-difference.ts';
import { keepRunningState, noteOfStopped } from '../keep-running-state.ts';
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
    // Race: a revocation, or another operator, between the look and the write. What was shown is what is overwritten.
    if (changes.length > 0 && !(await tables.replaceAsRead(table, kind, written, stored))) continue;
    // Where it is said, it is meant: the change of it is shown.
    const note = item.item.status === undefined ? noteOfStopped(entry, item.item, stored) : undefined;
    if (note !== undefined) report(note);
    return { entry, became: changes.length === 0 ? 'unchanged' : stored === undefined ? 'created' : 'changed', changes };
  }
  throw new CommandFailed(`${entry}: is being changed by somebody else. Try again.`);
}

export function linesOfWritten({ entry, became, changes }: WrittenEntry): string[] {
  return [`${became}: ${entry}`, ...changes.map(lineOfChange)];
}
