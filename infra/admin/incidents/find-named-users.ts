// FLOW: a name → the tenant's stores say whom they mean by it → what those have open → the whole table, for those whom no
// store knows any more. Two ways, since the first is quick and the second is sure.

import { parseEntry } from '../../../functions/configuration/entries/parse-entry.ts';
import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { Tenant } from '../../../functions/configuration/model.ts';
import { canonicalName, foldedName, subjectOf } from '../../../functions/configuration/username.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import type { ScannedPage } from '../../../functions/storage/aws/dynamodb.ts';
import type { HeldItemStore, Holder } from '../../../functions/storage/aws/held-items.ts';
import type { TenantStore } from '../../../functions/storage/stores.ts';
import { resolveNetbiosName } from '../../../functions/userstores/netbios-name.ts';
import type { TenantStores } from '../../../functions/userstores/tenant-stores.ts';
import type { EntryTables } from '../entry-tables.ts';
import { isMeant, type NamedUser } from './named-user.ts';

export interface UserFinderDependencies {
  readonly tables: Pick<EntryTables, 'get'>;
  readonly tenants: Pick<TenantStore, 'findTenant'>;
  readonly userstores: TenantStores;
  readonly held: Pick<HeldItemStore, 'findHolders'>;
}

/** What the stores say of a name. */
export interface FoundSubjects {
  /** Under what a user's grants may be filed; most of them are guesses that nobody has. */
  readonly subjects: ReadonlySet<string>;
  /** Stores that could not be asked, and why. */
  readonly silent: readonly string[];
}

/** Quick: what was typed, as a `sub`; the name in each store of its tenant; and whom those stores know by it. */
export async function findByStores(
  dependencies: UserFinderDependencies,
  typed: string,
  readings: readonly NamedUser[],
): Promise<FoundSubjects> {
  const subjects = new Set<string>([typed]);
  const silent: string[] = [];
  for (const reading of readings) {
    const tenant = reading.tenant === undefined ? undefined : await dependencies.tenants.findTenant(reading.tenant);
    if (tenant === undefined) continue;
    const asked = resolveNetbiosName(tenant, reading);
    const stores = storesOf(dependencies, tenant).filter(({ domain }) => asked.domain === undefined || asked.domain === domain);
    for (const { domain } of stores) for (const subject of guessSubjects(tenant.name, domain, asked.name)) subjects.add(subject);
    const own = await dependencies.tables.get('Users', { tenant: tenant.name, username: canonicalName(asked.name) });
    if (own !== undefined && isOfStore(own, asked.domain)) for (const subject of subjectsOfUser(own)) subjects.add(subject);
    await Promise.all(
      stores.map(async ({ domain, open }) => {
        try {
          const lookup = await (await open()).find?.(asked.name);
          if (lookup?.kind === 'active') subjects.add(subjectOf(lookup.user));
        } catch (error) {
          silent.push(`${domain} of ${tenant.name}: ${error instanceof Unavailable ? error.reason : 'failed'}`);
        }
      }),
    );
  }
  return { subjects, silent };
}

/** Sure: whoever has anything open under the name, in the whole table. */
export async function findByTable(
  { held }: Pick<UserFinderDependencies, 'held'>,
  typed: string,
  readings: readonly NamedUser[],
  onPage?: (page: ScannedPage) => Promise<void>,
): Promise<ReadonlyMap<string, Holder>> {
  const tenants = new Set(readings.map(({ tenant }) => tenant));
  const [only] = tenants;
  return held.findHolders(tenants.size === 1 ? only : undefined, (user) => isMeant(user, typed, readings), onPage);
}

/** The `sub` of each user whom an item of the Users table stands for. */
export function subjectsOfUser({ tenant, username, id, ...rest }: UnverifiedItem): readonly string[] {
  if (typeof tenant !== 'string' || typeof username !== 'string' || typeof id !== 'string') return [];
  const own = subjectOf({ tenant, domain: 'PRIMARY', username, id });
  // Tokens of a user who was copied from another store go on to say who the user is there (A99).
  const parsed = parseEntry('user', { tenant, username, id, ...rest });
  return 'entry' in parsed && parsed.entry.origin !== undefined ? [own, subjectOf({ tenant, ...parsed.entry.origin })] : [own];
}

/** Whether an item of the Users table is meant by a name with this store: the table's own, or the one that it was copied from. */
function isOfStore({ origin }: UnverifiedItem, domain: string | undefined): boolean {
  if (domain === undefined || domain === 'PRIMARY') return true;
  return typeof origin === 'object' && origin !== null && 'domain' in origin && origin.domain === domain;
}

function storesOf({ userstores }: UserFinderDependencies, tenant: Tenant) {
  return [
    { domain: 'PRIMARY', open: async () => userstores.primary(tenant) },
    ...tenant.userstores.map((store) => ({ domain: store.domain, open: () => userstores.secondary(tenant, store) })),
  ];
}

/** A user is filed by the store's unique id, else by the name in one of two forms. */
const guessSubjects = (tenant: string, domain: string, name: string): readonly string[] =>
  [name, canonicalName(name), foldedName(name)].map((id) => subjectOf({ tenant, domain, username: name, id }));
