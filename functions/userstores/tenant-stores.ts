// Registry of store types, and the stores that are kept: one per entry, for as long as the entry stays as it is.

import type { UserstoreEntry } from '../configuration/entries/userstore-entry.ts';
import type { SecondaryUserstore, Tenant } from '../configuration/model.ts';
import { Unavailable } from '../shared/errors.ts';
import { createBoundedStore } from './bounded-user.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createPrimaryUserstore } from './primary-store.ts';
import { type CreateUserstore, storeLabel, type Userstore, type UserstoreDependencies } from './userstore.ts';

/** Types of the `userstore#` entry. Each is loaded when a tenant first needs it. */
const STORE_TYPES: { readonly [T in UserstoreEntry['type']]: () => Promise<CreateUserstore<Extract<UserstoreEntry, { type: T }>>> } = {
  lambda: async () => (await import('./lambda/index.ts')).createLambdaUserstore,
  rest: async () => (await import('./rest/index.ts')).createRestUserstore,
  ldap: async () => (await import('./ldap/index.ts')).createLdapUserstore,
};

/** Above it the one that was not asked for longest is closed. */
const MAX_KEPT_STORES = 1000;

export interface TenantStores {
  /** @param origin asked for users whom the Users table has from this store, and for no others; absent: for all */
  primary(tenant: Tenant, origin?: string): Userstore;
  /** @throws Unavailable where the entry is wrong: no later store may answer in its place */
  secondary(tenant: Tenant, configured: SecondaryUserstore): Promise<Userstore>;
  /** Closes every store that is open. */
  close(): void;
}

interface KeptStore {
  readonly entry: UserstoreEntry;
  readonly store: Promise<Userstore>;
}

export function createTenantStores(dependencies: UserstoreDependencies): TenantStores {
  const kept = new Map<string, KeptStore>();
  return {
    primary: (tenant, origin) => createBoundedStore(createPrimaryUserstore(tenant.name, dependencies, origin), dependencies.log),
    async secondary(tenant, { domain, entry }) {
      if (entry === undefined) throw new Unavailable(storeLabel(tenant.name, domain), 'wrong-entry');
      const key = JSON.stringify([tenant.name, domain]);
      const known = kept.get(key);
      const isKnown = known !== undefined && isSame(known.entry, entry);
      const current = { entry, store: isKnown ? known.store : createStore(tenant.name, domain, entry, dependencies) };
      kept.delete(key); // so that the map is in the order of last use
      kept.set(key, current);
      if (!isKnown) {
        close(known);
        current.store.catch(() => kept.get(key)?.store === current.store && kept.delete(key));
        dropOldest(kept);
      }
      return current.store;
    },
    close() {
      for (const store of kept.values()) close(store);
      kept.clear();
    },
  };
}

function dropOldest(kept: Map<string, KeptStore>): void {
  for (const [oldest, dropped] of kept) {
    if (kept.size <= MAX_KEPT_STORES) break;
    kept.delete(oldest);
    close(dropped);
  }
}

async function createStore(tenant: string, domain: string, entry: UserstoreEntry, dependencies: UserstoreDependencies): Promise<Userstore> {
  const createUserstore = (await STORE_TYPES[entry.type]()) as CreateUserstore;
  const store = createBoundedStore(await createUserstore(tenant, domain, entry, dependencies), dependencies.log);
  return createCircuitBreaker(store, storeLabel(tenant, domain), dependencies);
}

/** Entries are parsed anew with every load of the tenant, so that two objects may say the same. */
function isSame(one: UserstoreEntry, other: UserstoreEntry): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function close(kept: KeptStore | undefined): void {
  kept?.store.then(
    (store) => store.close?.(),
    () => {},
  );
}
