// Rechecks a user who logged in earlier, at every renewal (A13, A22). A lock of the gate of logins is not asked: a
// renewal is no guess, and whoever guesses must not be able to end the sessions of others (A93).

import { type EndUser, keeperOf, type Tenant } from '../configuration/model.ts';
import { issuerDomain } from '../configuration/username.ts';
import { passwordFault } from './password-state.ts';
import type { TenantStores } from './tenant-stores.ts';
import type { UserRecheck } from './userstore.ts';

/** @throws Unavailable */
export async function recheckUser(stores: TenantStores, tenant: Tenant, user: EndUser): Promise<UserRecheck> {
  if (user.tenant !== tenant.name) return { kind: 'refused', reason: 'other-tenant' };
  if (tenant.status !== 'active') return { kind: 'refused', reason: 'tenant-suspended' };
  const found = await askStore(stores, tenant, user);
  const fault = found.kind === 'active' ? passwordFault(user, found.user, tenant.endOnPasswordChange) : undefined;
  return fault === undefined ? found : { kind: 'refused', reason: fault };
}

async function askStore(stores: TenantStores, tenant: Tenant, user: EndUser): Promise<UserRecheck> {
  if (keeperOf(user) === 'PRIMARY') return stores.primary(tenant).recheck(user);
  const configured = tenant.userstores.find(({ domain }) => domain === user.domain);
  if (configured !== undefined) return (await stores.secondary(tenant, configured)).recheck(user);
  // An issuer vouched for the user, and can't be asked; it must still be one whom the tenant trusts (A36).
  if (isOfTrustedIssuer(tenant, user)) return { kind: 'active', user };
  return { kind: 'refused', reason: 'store-removed' };
}

function isOfTrustedIssuer(tenant: Tenant, user: EndUser): boolean {
  return [...tenant.issuers].some(([issuer, { enabled }]) => enabled && issuerDomain(issuer) === user.domain);
}
