// An item that an operator wrote, wherever it was written: which table it is for, which kind of entry, what is wrong with it.

import * as v from 'valibot';
import { API_OWNERS, apiOwnerKeyFault, parseApiOwnerKey } from '../../functions/configuration/entries/api-owner-entry.ts';
import { clientId } from '../../functions/configuration/entries/client-entry.ts';
import type { EntryFault } from '../../functions/configuration/entries/entry-fault.ts';
import { tenantName, text } from '../../functions/configuration/entries/fields.ts';
import type { Entry, EntryKind } from '../../functions/configuration/entries/index.ts';
import { parseEntry, parseEntryKey } from '../../functions/configuration/entries/parse-entry.ts';
import { canonicalName, parseUsername } from '../../functions/configuration/username.ts';
import type { Plain } from '../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import { type EntryTable, KEY_NAMES } from './entry-tables.ts';

/** An item whose key is right; its attributes may be wrong, as `faults` says. */
export interface OperatorItem {
  readonly table: EntryTable;
  readonly kind: EntryKind;
  /** `my_company / role#customer`, `demo-app`, `my_company / publisher` */
  readonly label: string;
  /** What follows `#`; empty of a tenant; of clients, users and owners of APIs the whole key behind the tenant. */
  readonly name: string;
  readonly key: Item;
  readonly item: Item;
  /** Undefined where an attribute is wrong. */
  readonly entry: Entry<EntryKind> | undefined;
  readonly faults: readonly EntryFault[];
  readonly warnings: readonly EntryFault[];
}

const username = v.pipe(
  text(512),
  v.check(
    (name) => canonicalName(name) === name && parseUsername(`${name}@t`)?.name === name,
    'the name in lower case, without store and tenant, and with no blanks at its ends',
  ),
);

const KEYS: Readonly<Record<EntryTable, v.GenericSchema<unknown, Readonly<Record<string, string>>>>> = {
  Tenants: v.object({ tenant: v.union([v.literal(API_OWNERS), tenantName], 'a tenant name'), entry: v.string('a string') }),
  Clients: v.object({ clientId }),
  Users: v.object({ tenant: tenantName, username }),
};

/** @returns a list of faults where not even the key is right */
export function parseOperatorItem(unverified: unknown): OperatorItem | readonly EntryFault[] {
  if (!isMap(unverified)) return [{ path: '', expected: 'a map' }];
  const table = tableOf(unverified);
  if (table === undefined) return [{ path: '', expected: 'clientId, or tenant and entry, or tenant and username' }];
  const key = v.safeParse(KEYS[table], unverified);
  if (!key.success) return key.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', expected: issue.message }));
  const kind = kindOf(table, key.output);
  if (typeof kind !== 'string') return [kind];
  const parsed = parseEntry(kind, unverified);
  const label = KEY_NAMES[table].map((name) => key.output[name]).join(' / ');
  const described = { table, kind, label, name: nameOf(kind, key.output), key: key.output, item: unverified };
  if ('faults' in parsed) return { ...described, entry: undefined, faults: parsed.faults, warnings: [] };
  const fault = kind === 'api-owner' ? apiOwnerKeyFault(key.output.entry, parsed.entry as Entry<'api-owner'>) : undefined;
  if (fault !== undefined) return { ...described, entry: undefined, faults: [fault], warnings: [] };
  return { ...described, entry: parsed.entry, faults: [], warnings: parsed.warnings };
}

function nameOf(kind: EntryKind, { entry = '', clientId, username }: Readonly<Record<string, string>>): string {
  if (kind === 'api-owner') return entry;
  return clientId ?? username ?? entry.slice(kind.length + 1);
}

function tableOf(item: Item): EntryTable | undefined {
  if ('clientId' in item) return 'Clients';
  if ('entry' in item) return 'Tenants';
  return 'username' in item ? 'Users' : undefined;
}

function kindOf(table: EntryTable, key: Readonly<Record<string, string>>): EntryKind | EntryFault {
  if (table !== 'Tenants') return table === 'Clients' ? 'client' : 'user';
  if (key.tenant === API_OWNERS)
    return parseApiOwnerKey(key.entry) === undefined ? { path: 'entry', expected: '<apiId>/<stage>' } : 'api-owner';
  const parsed = parseEntryKey(key.entry ?? '');
  return 'fault' in parsed ? parsed.fault : parsed.kind;
}

/** What JSON or a table yields is plain; what else it is, the schemas find out. */
function isMap(value: unknown): value is { readonly [name: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
