// A tenant from its items. A wrong item is left out and reported; it harms nothing but itself.

import type { ResourceApi, SecondaryUserstore, Tenant } from '../model.ts';
import type { EntryFault } from './entry-fault.ts';
import type { Entry, TenantEntryKind } from './index.ts';
import { unverifiedMeantValue } from './meant-value.ts';
import { parseEntryKey } from './parse-entry.ts';
import { type EntryLocation, type ReportEntry, readEntry, type UnverifiedItem } from './read-entry.ts';

const DEFAULT_PRIORITY = 100;

/**
 * @param items all that one Query on `name` returned
 * @returns undefined where the item `tenant` is missing or wrong
 */
export function assembleTenant(name: string, items: readonly UnverifiedItem[], table: string, report: ReportEntry): Tenant | undefined {
  const keyed = items.flatMap((item) => {
    const key = readEntryKey(item, table, report);
    return key === undefined ? [] : [{ ...key, item }];
  });
  const all = <K extends TenantEntryKind>(kind: K): [string, Entry<K> | undefined][] =>
    keyed.filter((found) => found.kind === kind).map(({ name, item, place }) => [name, readEntry(kind, item, place, report)]);
  const only = <K extends TenantEntryKind>(kind: K): [string, Entry<K>][] =>
    all(kind).filter((found): found is [string, Entry<K>] => found[1] !== undefined);
  const settings = only('tenant')[0]?.[1];
  if (settings === undefined) return undefined;
  const { userstores, disabledUserstores } = readUserstores(
    keyed.filter((found) => found.kind === 'userstore'),
    report,
  );
  const fault = migrationFault(settings, userstores);
  if (fault !== undefined) report({ table, key: `${name} / tenant`, outcome: 'refused', faults: [fault] });
  return {
    ...settings,
    name,
    migrateUsers: settings.migrateUsers && fault === undefined,
    userstores,
    disabledUserstores,
    issuers: new Map(only('issuer')),
    roles: new Map(only('role')),
    scopes: new Map(only('scope')),
    tiers: new Map(all('tier')),
    handlers: new Map(only('handler')),
    resources: readResources(
      name,
      keyed.filter(({ kind, item }) => kind === 'api' && item.resource !== undefined),
      report,
    ),
  };
}

/** Only entries with a `resource` are read: the rules of the others are the authorizer's affair. */
function readResources(
  owner: string,
  found: readonly (KeyedItem & { readonly item: UnverifiedItem })[],
  report: ReportEntry,
): ReadonlyMap<string, readonly ResourceApi[]> {
  const resources = new Map<string, readonly ResourceApi[]>();
  for (const { name, item, place } of found) {
    const entry = readEntry('api', item, place, report);
    if (entry?.resource === undefined) continue;
    const { resource, tenants, requireSubscription } = entry;
    const api = { name, owner, requireSubscription, ...(tenants !== undefined && { tenants }) };
    resources.set(resource, [...(resources.get(resource) ?? []), api]);
  }
  return resources;
}

interface KeyedItem {
  readonly kind: TenantEntryKind;
  readonly name: string;
  readonly place: EntryLocation;
}

export function readEntryKey(item: UnverifiedItem, table: string, report: ReportEntry): KeyedItem | undefined {
  const place = { table, key: `${String(item.tenant)} / ${String(item.entry)}` };
  const key = parseEntryKey(typeof item.entry === 'string' ? item.entry : '');
  if (!('fault' in key)) return { ...key, place };
  report({ ...place, outcome: 'refused', faults: [key.fault] });
  return undefined;
}

/**
 * Enabled stores in the order in which they are asked. A wrong one keeps its place, without an entry, so that a user
 * whom it knows is not taken for a namesake in a store behind it.
 */
function readUserstores(
  found: readonly (KeyedItem & { readonly item: UnverifiedItem })[],
  report: ReportEntry,
): Pick<Tenant, 'userstores' | 'disabledUserstores'> {
  const stores = found
    .map(({ name, item, place }) => {
      const entry = readEntry('userstore', item, place, report);
      const priority = entry?.priority ?? priorityOfWrongEntry(item);
      return { domain: name, entry, priority, isEnabled: entry?.enabled ?? item.enabled !== false };
    })
    .sort((a, b) => a.priority - b.priority || (a.domain < b.domain ? -1 : 1));
  const named = (enabled: boolean): SecondaryUserstore[] =>
    stores.filter(({ isEnabled }) => isEnabled === enabled).map(({ domain, entry }) => ({ domain, entry }));
  return { userstores: named(true), disabledUserstores: named(false) };
}

/** Priority as it was meant, a number in quotes too. */
function priorityOfWrongEntry(item: UnverifiedItem): number {
  const meant = unverifiedMeantValue('userstore', item, 'priority');
  const priority = typeof meant === 'string' ? Number.parseFloat(meant) : meant;
  return typeof priority === 'number' && Number.isFinite(priority) ? priority : DEFAULT_PRIORITY;
}

/**
 * A service or function that only says yes or no may know a user of the same name whom the copy of a later store's user
 * would shut out for good (A99).
 *
 * @param userstores enabled, in the order in which they are asked
 */
function migrationFault({ migrateUsers }: Pick<Tenant, 'migrateUsers'>, userstores: readonly SecondaryUserstore[]): EntryFault | undefined {
  const vague = userstores
    .slice(0, -1)
    .find(({ entry }) => entry !== undefined && entry.type !== 'ldap' && entry.unknownUser === undefined);
  if (!migrateUsers || vague === undefined) return undefined;
  return {
    path: 'migrateUsers',
    expected: `false, or unknownUser in userstore#${vague.domain}, which stands before other stores and only says no`,
  };
}
