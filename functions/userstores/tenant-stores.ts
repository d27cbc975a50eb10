// The registry of store types, and the stores that are open: one per entry, for as long as the entry stays as it is.

import type { UserstoreEntry } from '../shared/entries/userstore-entry.ts';
import { Unavailable } from '../shared/errors.ts';
import type { SecondaryUserstore, Tenant } from '../shared/model.ts';
import { openCircuitBreaker } from './circuit-breaker.ts';
import { type OpenUserstore, storeLabel, type Userstore, type UserstoreDependencies } from './index.ts';
import { openPrimaryUserstore } from './primary.ts';

/** Types of the `userstore#` entry. Each is loaded when a tenant first needs it. */
const OPENERS: { readonly [T in UserstoreEntry['type']]: () => Promise<OpenUserstore<Extract<UserstoreEntry, { type: T }>>> } = {
  lambda: async () => (await import('./lambda/index.ts')).openLambdaUserstore,
  rest: async () => (await import('./rest/index.ts')).openRestUserstore,
  ldap: async () => (await import('./ldap/index.ts')).openLdapUserstore,
};

/** Above it the one that was not asked for longest is closed. */
const MAX_OPEN_STORES = 1000;

export interface TenantStores {
  primary(tenant: Tenant): Userstore;
  /** @throws Unavailable where the entry is wrong: no later store may answer in its place */
  secondary(tenant: Tenant, configured: SecondaryUserstore): Promise<Userstore>;
  /** Closes every store that is open. */
  close(): void;
}

interface OpenStore {
  readonly entry: UserstoreEntry;
  readonly store: Promise<Userstore>;
}

export function openTenantStores(dependencies: UserstoreDependencies): TenantStores {
  const openStores = new Map<string, OpenStore>();
  return {
    primary: (tenant) => openPrimaryUserstore(tenant.name, dependencies),
    async secondary(tenant, { domain, entry }) {
      if (entry === undefined) throw new Unavailable(storeLabel(tenant.name, domain), 'wrong-entry');
      const key = JSON.stringify([tenant.name, domain]);
      const known = openStores.get(key);
      const isKnown = known !== undefined && isSame(known.entry, entry);
      const current = { entry, store: isKnown ? known.store : open(tenant.name, domain, entry, dependencies) };
      openStores.delete(key); // so that the map is in the order of last use
      openStores.set(key, current);
      if (!isKnown) {
        close(known);
        current.store.catch(() => openStores.get(key)?.store === current.store && openStores.delete(key));
        dropOldest(openStores);
      }
      return current.store;
    },
    close() {
      for (const opened of openStores.values()) close(opened);
      openStores.clear();
    },
  };
}

function dropOldest(openStores: Map<string, OpenStore>): void {
  for (const [oldest, dropped] of openStores) {
    if (openStores.size <= MAX_OPEN_STORES) break;
    openStores.delete(oldest);
    close(dropped);
  }
}

async function open(tenant: string, domain: string, entry: UserstoreEntry, dependencies: UserstoreDependencies): Promise<Userstore> {
  const openUserstore = (await OPENERS[entry.type]()) as OpenUserstore;
  return openCircuitBreaker(await openUserstore(tenant, domain, entry, dependencies), storeLabel(tenant, domain), dependencies);
}

/** Entries are parsed anew with every load of the tenant, so that two objects may say the same. */
function isSame(one: UserstoreEntry, other: UserstoreEntry): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function close(open: OpenStore | undefined): void {
  open?.store.then(
    (store) => store.close?.(),
    () => {},
  );
}
