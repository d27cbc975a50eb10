// Changes the password of a user whom a store has just let in for nothing but that.

import type { Tenant } from '../configuration/model.ts';
import type { TenantStores } from './tenant-stores.ts';
import type { PasswordChange } from './userstore.ts';

/** @throws Unavailable */
export async function changePassword(
  stores: TenantStores,
  tenant: Tenant,
  { domain, name }: { readonly domain: string; readonly name: string },
  { password, newPassword }: { readonly password: string; readonly newPassword: string },
): Promise<PasswordChange | undefined> {
  if (domain === 'PRIMARY') return stores.primary(tenant).changePassword?.(name, password, newPassword);
  const configured = tenant.userstores.find((store) => store.domain === domain);
  return configured === undefined ? undefined : (await stores.secondary(tenant, configured)).changePassword?.(name, password, newPassword);
}
