// Entries of several files as one list: what is said twice is one entry, and a role or a scope has the permissions of all files.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { NotImportable, printable } from '../imported.ts';

/** @throws NotImportable where two files have one entry that differs, and nobody can say which is meant */
export function mergeItems(items: readonly Item[]): readonly Item[] {
  const byKey = new Map<string, Item>();
  for (const item of items) {
    const key = JSON.stringify([item.tenant, item.entry, item.clientId, item.username]);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, item);
    else if (/^(role|scope)#/.test(String(item.entry))) byKey.set(key, { ...known, permissions: bothPermissions(known, item) });
    else if (JSON.stringify(known) !== JSON.stringify(item))
      throw new NotImportable(
        `${printable(String(item.clientId ?? item.entry ?? item.username))}: stands in two files, and not the same. Leave one out`,
      );
  }
  return [...byKey.values()];
}

function bothPermissions(one: Item, other: Item): readonly string[] {
  const permissionsOf = ({ permissions }: Item) => (Array.isArray(permissions) ? permissions.map(String) : []);
  return [...new Set([...permissionsOf(one), ...permissionsOf(other)])].sort();
}
