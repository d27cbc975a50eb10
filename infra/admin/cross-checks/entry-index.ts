// All right entries of a stack at hand, to look at one against the others.

import type { Entry, EntryKind } from '../../../functions/configuration/entries/index.ts';
import type { OperatorItem } from '../operator-item.ts';

export interface IndexedEntry<K extends EntryKind> {
  /** `Tenants, my_company / role#customer` */
  readonly label: string;
  readonly tenant: string;
  /** What follows `#`; of clients and users the whole name. */
  readonly name: string;
  readonly entry: Entry<K>;
}

export interface EntryIndex {
  all<K extends EntryKind>(kind: K): readonly IndexedEntry<K>[];
  find<K extends EntryKind>(kind: K, tenant: string, name: string): IndexedEntry<K> | undefined;
}

/** @param items whose attributes are right; others are left out */
export function indexEntries(items: readonly OperatorItem[]): EntryIndex {
  const byKind = new Map<EntryKind, IndexedEntry<EntryKind>[]>();
  const byName = new Map<string, IndexedEntry<EntryKind>>();
  for (const { kind, table, label, name, item, entry } of items) {
    if (entry === undefined) continue;
    const found = { label: `${table}, ${label}`, tenant: String(item.tenant ?? ''), name, entry };
    const others = byKind.get(kind) ?? [];
    byKind.set(kind, others);
    others.push(found);
    byName.set(JSON.stringify([kind, found.tenant, name]), found);
  }
  return {
    all: <K extends EntryKind>(kind: K) => (byKind.get(kind) ?? []) as unknown as readonly IndexedEntry<K>[],
    find: <K extends EntryKind>(kind: K, tenant: string, name: string) =>
      byName.get(JSON.stringify([kind, tenant, name])) as unknown as IndexedEntry<K> | undefined,
  };
}
