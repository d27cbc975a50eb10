// FLOW of `tenant delete --all`: count → ask → suspend and declare dead → delete what it holds → wait until every function
// knows → look for what was issued meanwhile → delete the tenant entry, last of all. From the second step on nothing of the
// tenant lives, so that a deletion that was interrupted leaves nothing open, and can be run again to its end.

import { setTimeout as delay } from 'node:timers/promises';
import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { IN_USE_MS } from '../../../functions/revocation-feed/bounds.ts';
import { CONFIGURATION_CACHE_MS } from '../../../functions/shared/environment.ts';
import type { ScannedPage } from '../../../functions/storage/aws/dynamodb.ts';
import type { Revocation } from '../../../functions/storage/aws/revocation.ts';
import { type EntryTable, KEY_NAMES } from '../entry-tables.ts';
import { countTenant, type TenantHoldings, type TenantParts } from './count-tenant.ts';

export interface DeletionDependencies extends TenantParts {
  readonly revocation: Pick<Revocation, 'suspendTenant'>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** How long a request may run that the token function has begun. */
  readonly longestRequestMs: number;
  /** Replaces the pause until every function knows. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

export interface DeletionSteps {
  /** Shown what there is; false: nothing is touched. */
  readonly confirm: (holdings: TenantHoldings) => Promise<boolean>;
  readonly report: (line: string) => void;
  readonly onPage?: (page: ScannedPage) => Promise<void>;
  /** Secrets are deleted at once and for good, where they could else be restored for days. */
  readonly areSecretsFinal: boolean;
}

/** How many clients or users are deleted at once. */
const DELETES_AT_ONCE = 16;
/** New items may come until every function knows; after that, none. */
const MAX_SWEEPS = 5;

/** What was deleted; undefined where the operator said no, or there was nothing. */
export async function deleteWholeTenant(
  dependencies: DeletionDependencies,
  tenant: string,
  { confirm, report, onPage, areSecretsFinal }: DeletionSteps,
): Promise<TenantHoldings | undefined> {
  const { revocation, clock, longestRequestMs, wait = (ms: number) => delay(ms) } = dependencies;
  const found = await countTenant(dependencies, tenant, onPage);
  if (isEmpty(found, found.secrets) || !(await confirm(found))) return undefined;
  const isKnown = await revocation.suspendTenant(tenant, Math.floor(clock() / 1000));
  report(isKnown ? `suspended: ${tenant}, whose tokens are all dead` : `${tenant} has no tenant entry: nothing of it lives`);
  // Who has read the entry just before it changed may begin a request until its cache ends, and write when the request ends.
  const lastWriteAtMs = clock() + (hasFeed(found) ? FEED_FOLLOWED_MS : 0) + CONFIGURATION_CACHE_MS + longestRequestMs;
  const deleted = [await deleteHoldings(dependencies, tenant, found)];
  const secrets = await deleteSecrets(dependencies, found.secrets, areSecretsFinal);
  const leftMs = Math.max(0, lastWriteAtMs - clock());
  report(`waiting until every function knows, ${Math.ceil(leftMs / 1000)} s`);
  await wait(leftMs);
  // What was written after the first look, by functions and by operators. Indexes and scans may be a second behind.
  for (let look = 0; look < MAX_SWEEPS; look++) {
    const late = await deleteHoldings(dependencies, tenant, await countTenant(dependencies, tenant, onPage));
    if (isEmpty(late)) break;
    deleted.push(late);
  }
  const last = await deleteEntries(dependencies, 'Tenants', tenant, found.entries.filter(isTenantEntry));
  return { ...sumOf([...deleted, { ...NOTHING, entries: last }]), secrets, named: found.named };
}

type Deleted = Pick<TenantHoldings, 'entries' | 'clients' | 'users' | 'items'>;

const NOTHING: Deleted = { entries: [], clients: [], users: [], items: [] };

const isTenantEntry = ({ entry }: UnverifiedItem): boolean => entry === 'tenant';

/** Authorizers read a feed again for as long as somebody has called lately, and begin it anew where it is gone. */
const FEED_FOLLOWED_MS = IN_USE_MS + CONFIGURATION_CACHE_MS;

const hasFeed = ({ entries, items }: TenantHoldings): boolean =>
  items.some(({ kind }) => kind === 'feed') || entries.some((item) => isTenantEntry(item) && item.jwtRevocation === 'feed');

const isEmpty = ({ entries, clients, users, items }: Deleted, secrets: readonly string[] = []): boolean =>
  [entries, clients, users, items, secrets].every(({ length }) => length === 0);

const sumOf = (parts: readonly Deleted[]): Deleted => ({
  entries: parts.flatMap(({ entries }) => entries),
  clients: parts.flatMap(({ clients }) => clients),
  users: parts.flatMap(({ users }) => users),
  items: parts.flatMap(({ items }) => items),
});

/** All but the tenant entry, which keeps the rest dead. */
async function deleteHoldings(parts: TenantParts, tenant: string, { entries, clients, users, items }: Deleted): Promise<Deleted> {
  const deleted = {
    clients: await deleteEntries(parts, 'Clients', tenant, clients),
    users: await deleteEntries(parts, 'Users', tenant, users),
    entries: await deleteEntries(
      parts,
      'Tenants',
      tenant,
      entries.filter((item) => !isTenantEntry(item)),
    ),
    items,
  };
  await parts.tenantItems.deleteItems(items.map(({ id }) => id));
  return deleted;
}

/** @returns those that were there */
async function deleteEntries({ tables }: TenantParts, table: EntryTable, tenant: string, items: readonly UnverifiedItem[]) {
  const deleted: UnverifiedItem[] = [];
  const deleteOne = async (item: UnverifiedItem): Promise<void> => {
    const key = Object.fromEntries(KEY_NAMES[table].map((name) => [name, String(item[name])]));
    // The index of clients may be behind: one that is gone is not counted, and one that was given to another tenant meanwhile
    // is that one's.
    if ((await tables.get(table, key))?.tenant !== tenant) return;
    await tables.delete(table, key);
    deleted.push(item);
  };
  for (let from = 0; from < items.length; from += DELETES_AT_ONCE)
    await Promise.all(items.slice(from, from + DELETES_AT_ONCE).map(deleteOne));
  return deleted;
}

async function deleteSecrets({ tenantSecrets }: TenantParts, names: readonly string[] | undefined, isFinal: boolean) {
  if (names === undefined) return undefined;
  const deleted: string[] = [];
  for (const name of names) if (await tenantSecrets.delete(name, isFinal)) deleted.push(name);
  return deleted;
}
