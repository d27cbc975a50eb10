// Scopes: granted = asked, and allowed to the client, and permitted by the user's roles.

import { OAuthError } from '../shared/errors.ts';
import { createLruMap, type LruMap } from '../shared/lru-map.ts';
import type { Client, Tenant } from './model.ts';

/**
 * Every client and user may have these: `default` stands for "none asked", `openid` opens userinfo, `profile` and `email`
 * what it says, and with `offline_access` a grant outlives the session at the sign-in page.
 */
export const FREE_SCOPES: ReadonlySet<string> = new Set(['default', 'openid', 'profile', 'email', 'offline_access']);

const MAX_SCOPES = 100;
const SCOPE = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/;

/** Parses `scope` of RFC 6749 section 3.3: blanks of any number separate, duplicates go. Absent or empty: none asked. */
export function parseScope(scope: string | undefined): readonly string[] {
  if (scope === undefined) return [];
  if (scope.length > 4096 || !SCOPE.test(scope)) throw new OAuthError('invalid_scope', 'scope-syntax');
  const tokens = [...new Set(scope.split(' ').filter((token) => token !== ''))];
  if (tokens.length > MAX_SCOPES) throw new OAuthError('invalid_scope', 'too-many-scopes');
  return tokens;
}

/**
 * Whether the tenant takes a scope of another system that means nothing here. What the tenant defines has a meaning,
 * whatever the list says.
 */
export function isLegacyScope(tenant: Tenant, scope: string): boolean {
  if (tenant.legacyScopes.length === 0 || tenant.scopes.has(scope)) return false;
  return tenant.legacyScopes.some((pattern) => (pattern.endsWith('*') ? scope.startsWith(pattern.slice(0, -1)) : scope === pattern));
}

/** Sets of roles whose permissions are kept, for each tenant. */
const MAX_ROLE_SETS = 50;
/** What is larger is gathered each time: users with hundreds of roles have sets of their own, and memory is bounded. */
const MAX_KEPT_PERMISSIONS = 500;
/** By version of the tenant's entries: every use of a token asks, and users have few sets of roles between them. */
const permissionsByRoles = new WeakMap<Tenant, LruMap<ReadonlySet<string>>>();

/** All permissions that these roles give; a role that the tenant does not define gives none. */
export function permissionsOf(tenant: Tenant, roles: readonly string[]): ReadonlySet<string> {
  const ofTenant = permissionsByRoles.get(tenant) ?? createLruMap<ReadonlySet<string>>(MAX_ROLE_SETS);
  permissionsByRoles.set(tenant, ofTenant);
  const key = JSON.stringify(roles);
  const known = ofTenant.get(key);
  if (known !== undefined) return known;
  const permissions = new Set(roles.flatMap((role) => tenant.roles.get(role)?.permissions ?? []));
  if (permissions.size <= MAX_KEPT_PERMISSIONS) ofTenant.set(key, permissions);
  return permissions;
}

/** Whether one of the held permissions is the needed one or stands above it in the tree. */
export function isPermitted(held: ReadonlySet<string>, needed: string): boolean {
  for (let end = needed.length; end > 0; end = needed.lastIndexOf('/', end - 1)) {
    if (held.has(needed.slice(0, end))) return true;
  }
  return false;
}

/** Whether any of the needed permissions is held; true where none is needed. */
export function isAnyPermitted(held: ReadonlySet<string>, needed: readonly string[]): boolean {
  return needed.length === 0 || needed.some((permission) => isPermitted(held, permission));
}

const isFreeScope = (tenant: Tenant, scope: string): boolean => FREE_SCOPES.has(scope) || isLegacyScope(tenant, scope);

function isScopePermitted(tenant: Tenant, scope: string, held: ReadonlySet<string> | undefined): boolean {
  const entry = tenant.scopes.get(scope);
  return entry !== undefined && (held === undefined || isAnyPermitted(held, entry.permissions));
}

/** Scopes of a token that these roles of its user permit today. */
export function permittedScopes(tenant: Tenant, scopes: readonly string[], roles: readonly string[]): readonly string[] {
  if (scopes.every((scope) => isFreeScope(tenant, scope))) return scopes;
  const held = permissionsOf(tenant, roles);
  return scopes.filter((scope) => isFreeScope(tenant, scope) || isScopePermitted(tenant, scope, held));
}

/** @throws OAuthError invalid_scope for a scope that the tenant does not define */
export function requireDefinedScopes(tenant: Tenant, asked: readonly string[]): void {
  for (const scope of asked) {
    if (scope !== 'SYSTEM' && !FREE_SCOPES.has(scope) && !tenant.scopes.has(scope) && !isLegacyScope(tenant, scope))
      throw new OAuthError('invalid_scope', 'undefined-scope');
  }
}

/**
 * The scopes that a request gets. A scope that the client or the user may not have is left out; one that the tenant
 * does not define is an error; none left is `default`. `SYSTEM` alone stands for all that may be had.
 *
 * @param roles of the user; undefined for an application's own token, which has no roles: its client entry decides alone
 * @throws OAuthError invalid_scope
 */
export function grantScopes(
  tenant: Tenant,
  client: Client,
  asked: readonly string[],
  roles: readonly string[] | undefined,
): readonly string[] {
  requireDefinedScopes(tenant, asked);
  const held = roles === undefined ? undefined : permissionsOf(tenant, roles);
  const isGranted = (scope: string): boolean =>
    isFreeScope(tenant, scope) || (client.scopes.includes(scope) && isScopePermitted(tenant, scope, held));
  const wanted = asked.includes('SYSTEM') ? [...new Set([...asked.filter((scope) => scope !== 'SYSTEM'), ...tenant.scopes.keys()])] : asked;
  const granted = wanted.filter(isGranted);
  return granted.length === 0 ? ['default'] : granted;
}
