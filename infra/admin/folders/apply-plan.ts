// Writes what a plan has shown, item by item, each under the condition that it is still as it was shown.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { Difference } from '../describe-difference.ts';
import type { EntryTables } from '../entry-tables.ts';
import { type FolderPlan, labelOf, type PlannedWrite } from './plan-folder.ts';

/** What became of an entry. */
export interface AppliedEntry {
  readonly entry: string;
  readonly became: 'created' | 'changed' | 'deleted';
  readonly changes: readonly Difference[];
}

export interface ApplyProgress {
  /** Each item that was written or deleted, at once. */
  readonly done: (applied: AppliedEntry) => void;
  /** A user has been deleted: what the user has open must end. */
  readonly userDeleted: (stored: UnverifiedItem) => Promise<void>;
}

/** How many clients and users are written at once: a folder may hold thousands. */
const WRITES_AT_ONCE = 16;

/** @returns the item at which it stopped, since somebody else had changed it after it was looked at; undefined: all is done */
export async function applyPlan(tables: EntryTables, plan: FolderPlan, { done, userDeleted }: ApplyProgress): Promise<string | undefined> {
  const write = async ({ entry, stored, item, changes }: PlannedWrite): Promise<string | undefined> => {
    // Race: another operator, a revocation, or a login that upgrades a hash, between the look and this write.
    if (!(await tables.replaceAsRead(entry.table, entry.kind, item, stored))) return labelOf(entry);
    done({ entry: labelOf(entry), became: stored === undefined ? 'created' : 'changed', changes });
    return undefined;
  };
  for (const group of groupsOf(plan.writes)) {
    const conflict = (await Promise.all(group.map(write))).find((label) => label !== undefined);
    if (conflict !== undefined) return conflict;
  }
  for (const { entry, stored } of plan.deletions) {
    if (!(await tables.deleteAsRead(entry.table, entry.kind, entry.key, stored))) return labelOf(entry);
    done({ entry: labelOf(entry), became: 'deleted', changes: [] });
    if (entry.kind === 'user') await userDeleted(stored);
  }
  return undefined;
}

/** Entries of tenants one by one, in their order; clients and users, which know no order, many at once. */
function groupsOf(writes: readonly PlannedWrite[]): readonly (readonly PlannedWrite[])[] {
  const groups: PlannedWrite[][] = [];
  for (const write of writes) {
    const last = groups.at(-1);
    const isAlone = write.entry.table === 'Tenants' || last?.[0]?.entry.table !== write.entry.table || last.length >= WRITES_AT_ONCE;
    if (isAlone || last === undefined) groups.push([write]);
    else last.push(write);
  }
  return groups;
}
