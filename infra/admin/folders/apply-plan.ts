// Writes what a plan has shown, item by item, each under the condition that it is still as it was shown.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { EntryTables } from '../entry-tables.ts';
import { type FolderPlan, labelOf } from './plan-folder.ts';

export interface ApplyProgress {
  /** Each item that was written or deleted, at once. */
  readonly told: (line: string) => void;
  /** A user has been deleted: what the user has open must end. */
  readonly userDeleted: (stored: UnverifiedItem) => Promise<void>;
}

export interface Applied {
  readonly created: number;
  readonly changed: number;
  readonly deleted: number;
  /** The item at which it stopped, since somebody else had changed it after it was looked at. */
  readonly conflict: string | undefined;
}

export async function applyPlan(tables: EntryTables, plan: FolderPlan, { told, userDeleted }: ApplyProgress): Promise<Applied> {
  const done = { created: 0, changed: 0, deleted: 0 };
  for (const { entry, stored, item, changes } of plan.writes) {
    // Race: another operator, a revocation, or a login that upgrades a hash, between the look and this write.
    if (!(await tables.replaceAsRead(entry.table, entry.kind, item, stored))) return { ...done, conflict: labelOf(entry) };
    done[stored === undefined ? 'created' : 'changed'] += 1;
    told(`${stored === undefined ? 'created' : 'changed'}: ${labelOf(entry)}`);
    for (const line of changes) told(line);
  }
  for (const { entry, stored } of plan.deletions) {
    if (!(await tables.deleteAsRead(entry.table, entry.kind, entry.key, stored))) return { ...done, conflict: labelOf(entry) };
    done.deleted += 1;
    told(`deleted: ${labelOf(entry)}`);
    if (entry.kind === 'user') await userDeleted(stored);
  }
  return { ...done, conflict: undefined };
}
