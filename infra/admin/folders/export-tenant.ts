// A tenant as a folder holds it: all its entries, clients and users, in an order that stays the same.

import { ENTRY_TABLES, type EntryTables } from '../entry-tables.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import { labelOf } from './plan-folder.ts';
import { type PortableOptions, portableItem } from './portable-item.ts';

interface TenantExport {
  readonly tenant: string;
  /** As `apply` takes them. */
  readonly entries: readonly Record<string, unknown>[];
  /** Names of the secrets that the entries name. Their values are not in it. */
  readonly secrets: readonly string[];
}

export interface Exported {
  readonly document: TenantExport;
  /** The entries again, by the file of a folder that each kind has. */
  readonly files: ReadonlyMap<string, readonly Record<string, unknown>[]>;
  /** Wrong items, with their faults: no folder takes them, and what is in them may be a secret. */
  readonly leftOut: readonly string[];
}

const FILES: Readonly<Record<OperatorItem['kind'], string>> = {
  tenant: 'tenant',
  userstore: 'userstores',
  issuer: 'issuers',
  role: 'roles',
  scope: 'scopes',
  api: 'apis',
  'api-owner': 'api-owners',
  tier: 'tiers',
  handler: 'handlers',
  client: 'clients',
  user: 'users',
};

/** @returns with no entries where there is no such tenant */
export async function exportTenant(tables: EntryTables, tenant: string, options: PortableOptions): Promise<Exported> {
  const listed = await Promise.all(ENTRY_TABLES.map((table) => tables.listOfTenant(table, tenant)));
  const parsed = listed.flat().map((stored) => ({ stored, item: parseOperatorItem(stored) }));
  const right = parsed.flatMap(({ item }) => ('key' in item && item.faults.length === 0 ? [item] : [])).sort(byKindAndName);
  const files = Map.groupBy(
    right.map((item) => ({ file: FILES[item.kind], entry: portableItem(item.item, options) })),
    ({ file }) => file,
  );
  const entries = right.map(({ item }) => portableItem(item, options));
  const secrets = new Set(entries.flatMap(({ secretId }) => (typeof secretId === 'string' ? [secretId] : [])));
  return {
    document: { tenant, entries, secrets: [...secrets].sort() },
    files: new Map([...files].map(([file, found]) => [file, found.map(({ entry }) => entry)])),
    leftOut: parsed.flatMap(({ item, stored }) => {
      if ('key' in item)
        return item.faults.map(({ path, expected }) => `${labelOf(item)}${path === '' ? '' : `, ${path}`}: expected ${expected}`);
      return item.map(({ path, expected }) => `${tenant} / ${nameOf(stored)}, ${path}: expected ${expected}`);
    }),
  };
}

const KINDS = Object.keys(FILES);

function byKindAndName(one: OperatorItem, other: OperatorItem): number {
  const byKind = KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind);
  return byKind !== 0 ? byKind : one.name < other.name ? -1 : 1;
}

const nameOf = ({ entry, username, clientId }: Readonly<Record<string, unknown>>): string => String(entry ?? username ?? clientId);
