// FLOW of a look-up without a password, for a caller whom something else has vouched for, such as a client certificate:
// stores in order, as at a login, and the first that knows the user answers.

import { type EndUser, keeperOf, type Tenant } from '../configuration/model.ts';
import { resolveNetbiosName } from './netbios-name.ts';
import type { TenantStores } from './tenant-stores.ts';
import type { UserLookup, Userstore } from './userstore.ts';

/** @throws Unavailable where a store that might know the user can't answer */
export async function findUser(
  stores: TenantStores,
  tenant: Tenant,
  asked: { readonly domain: string | undefined; readonly name: string },
): Promise<UserLookup> {
  const { domain, name } = resolveNetbiosName(tenant, asked);
  // A user who was copied from the store that is named is asked after where the copy is.
  const kept = await lookUp(stores.primary(tenant, domain === 'PRIMARY' ? undefined : domain), tenant, name);
  if (kept.kind !== 'unknown') return kept;
  for (const configured of tenant.userstores.filter((store) => domain === undefined || store.domain === domain)) {
    const found = await lookUp(await stores.secondary(tenant, configured), tenant, name);
    if (found.kind !== 'unknown') return found;
  }
  return { kind: 'unknown' };
}

async function lookUp(store: Userstore, tenant: Tenant, name: string): Promise<UserLookup> {
  // It may know the user, so no later store may answer in its place.
  if (store.find === undefined) return { kind: 'refused', reason: 'store-without-look-up' };
  const found = await store.find(name);
  if (found.kind === 'active' && !isOwn(found.user, store, tenant))
    throw new Error(`${store.domain} answered for a user who is not its own`);
  return found;
}

/** A store speaks for its own users alone (A79). */
function isOwn(user: EndUser, store: Userstore, tenant: Tenant): boolean {
  return user.tenant === tenant.name && keeperOf(user) === store.domain;
}
