// Which scopes a tenant knows.

import { FREE_SCOPES } from '../../../functions/configuration/scopes.ts';
import type { EntryIndex } from './entry-index.ts';

/** Whether a request of the tenant's may ask for the scope. */
export function isScopeOfTenant(index: EntryIndex, tenant: string, scope: string): boolean {
  const { legacyScopes = [] } = index.find('tenant', tenant, '')?.entry ?? {};
  const isLegacy = legacyScopes.some((pattern) => (pattern.endsWith('*') ? scope.startsWith(pattern.slice(0, -1)) : scope === pattern));
  return FREE_SCOPES.has(scope) || isLegacy || index.find('scope', tenant, scope) !== undefined;
}

/** Whether no token of any of these tenants can have the scope. A legacy scope meets no rule; an issuer's token may have any. */
export function isScopeOfNobody(index: EntryIndex, tenants: readonly string[], scope: string): boolean {
  const isOfIssuer = index
    .all('issuer')
    .some(({ tenant, entry }) => tenants.includes(tenant) && entry.type === 'jwt' && entry.use.includes('gateway'));
  return !isOfIssuer && !FREE_SCOPES.has(scope) && tenants.every((tenant) => index.find('scope', tenant, scope) === undefined);
}
