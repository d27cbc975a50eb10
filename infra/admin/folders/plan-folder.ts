// What a folder would change in the tables: looked at once, so that what is written is what was shown.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import type { Difference } from '../describe-difference.ts';
import { ENTRY_TABLES, type EntryTables } from '../entry-tables.ts';
import { keepRunningState, noteOfStopped } from '../keep-running-state.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import { findChanges } from '../show-changes.ts';
import { findKeptByDeployments, isKeptByDeployment, type KeptByDeployment } from './kept-by-deployment.ts';

export interface PlannedWrite {
  readonly entry: OperatorItem;
  /** As it was read; undefined: it is not there. */
  readonly stored: UnverifiedItem | undefined;
  /** As it is to be written. */
  readonly item: Item;
  /** One line for each place that changes. */
  readonly changes: readonly Difference[];
}

interface PlannedDeletion {
  readonly entry: OperatorItem;
  readonly stored: UnverifiedItem;
}

export interface FolderPlan {
  readonly writes: readonly PlannedWrite[];
  readonly deletions: readonly PlannedDeletion[];
  readonly unchanged: number;
  readonly kept: readonly KeptByDeployment[];
  /** What to know of entries that are suspended or disabled. */
  readonly notes: readonly string[];
}

export const labelOf = ({ table, label }: OperatorItem): string => `${table}, ${label}`;

/** How many items are read at once. */
const READS_AT_ONCE = 16;

/** @param isPruned what the tenants of the folder have beyond it is to be deleted */
export async function planFolder(tables: EntryTables, entries: readonly OperatorItem[], isPruned: boolean): Promise<FolderPlan> {
  const looked: PlannedWrite[] = [];
  for (let from = 0; from < entries.length; from += READS_AT_ONCE)
    looked.push(...(await Promise.all(entries.slice(from, from + READS_AT_ONCE).map((entry) => planWrite(tables, entry)))));
  const writes = looked.filter(({ changes }) => changes.length > 0);
  const deletions = isPruned ? await findSurplus(tables, entries) : [];
  const kept = await findKeptByDeployments(
    tables,
    looked.map(({ item }) => item),
  );
  const notes = looked.flatMap(({ entry, stored }) => noteOfStopped(labelOf(entry), entry.item, stored) ?? []);
  return { writes: inOrder(writes), deletions, unchanged: looked.length - writes.length, kept, notes };
}

async function planWrite(tables: EntryTables, entry: OperatorItem): Promise<PlannedWrite> {
  const stored = await tables.get(entry.table, entry.key);
  const item = keepRunningState(entry.item, stored);
  return { entry, stored, item, changes: findChanges(entry.kind, stored, item) };
}

/** A tenant comes alive behind all that it needs, and its clients and users come last: half of it lets nobody in. */
function inOrder(writes: readonly PlannedWrite[]): readonly PlannedWrite[] {
  const rank = ({ entry: { kind, table } }: PlannedWrite): number => (kind === 'tenant' ? 1 : table === 'Tenants' ? 0 : 2);
  return writes.toSorted((one, other) => rank(one) - rank(other));
}

/** A table of which the folder has nothing of a tenant is left alone, and so is what a deployment keeps. */
async function findSurplus(tables: EntryTables, entries: readonly OperatorItem[]): Promise<PlannedDeletion[]> {
  const wanted = new Set(entries.map(labelOf));
  const surplus: PlannedDeletion[] = [];
  for (const table of ENTRY_TABLES) {
    const tenants = new Set(entries.filter((entry) => entry.table === table).map(({ item }) => String(item.tenant)));
    for (const tenant of tenants) {
      for (const stored of await tables.listOfTenant(table, tenant)) {
        const entry = parseOperatorItem(stored);
        if ('key' in entry && !wanted.has(labelOf(entry)) && !isKeptByDeployment(stored)) surplus.push({ entry, stored });
      }
    }
  }
  return surplus;
}
