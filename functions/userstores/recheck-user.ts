// What has become of a user who logged in earlier: asked at every renewal (A13, A22).

import type { EndUser, Tenant } from '../configuration/model.ts';
import { canonicalName, issuerDomain } from '../configuration/username.ts';
import type { LoginGate } from './login-gate.ts';
import type { TenantStores } from './tenant-stores.ts';
import type { RecheckOutcome, UserRecheck } from './userstore.ts';

interface RecheckDependencies {
  readonly stores: TenantStores;
  readonly gate: LoginGate;
}

/** @throws Unavailable */
export async function recheckUser({ stores, gate }: RecheckDependencies, tenant: Tenant, user: EndUser): Promise<RecheckOutcome> {
  if (user.tenant !== tenant.name) return { kind: 'refused', reason: 'other-tenant' };
  if (tenant.status !== 'active') return { kind: 'refused', reason: 'tenant-suspended' };
  const [found, lock] = await Promise.all([askStore(stores, tenant, user), findLock(gate, tenant, user)]);
  // That a user is gone lasts; a lock passes.
  return found.kind === 'active' && lock !== undefined ? lock : found;
}

async function askStore(stores: TenantStores, tenant: Tenant, user: EndUser): Promise<UserRecheck> {
  if (user.domain === 'PRIMARY') return stores.primary(tenant).recheck(user);
  const configured = tenant.userstores.find(({ domain }) => domain === user.domain);
  if (configured !== undefined) return (await stores.secondary(tenant, configured)).recheck(user);
  // An issuer vouched for the user, and can't be asked; it must still be one whom the tenant trusts (A36).
  if (isOfTrustedIssuer(tenant, user)) return { kind: 'active', user };
  return { kind: 'refused', reason: 'store-removed' };
}

/** Users of an issuer have no password here that anybody could guess. */
async function findLock(gate: LoginGate, tenant: Tenant, user: EndUser) {
  if (isOfTrustedIssuer(tenant, user)) return undefined;
  const type = tenant.userstores.find(({ domain }) => domain === user.domain)?.entry?.type;
  // Services and functions say who it was when they have seen the password: their users are counted by name.
  const isCountedByName = user.id === undefined || type === 'rest' || type === 'lambda';
  const lock = await gate.findLock(tenant, user.domain, isCountedByName ? canonicalName(user.username) : user.id);
  return lock.kind === 'locked' ? lock : undefined;
}

function isOfTrustedIssuer(tenant: Tenant, user: EndUser): boolean {
  return [...tenant.issuers].some(([issuer, { enabled }]) => enabled && issuerDomain(issuer) === user.domain);
}
