// Names of entries that are not there: tenants, scopes, roles, permissions, tiers, APIs, handlers.

import { isScopeOfNobody, isScopeOfTenant } from './defined-scopes.ts';
import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

export function findDanglingReferences(index: EntryIndex): Finding[] {
  return [
    ...missingTenants(index),
    ...index.all('client').flatMap((client) => ofClient(index, client)),
    ...index.all('user').flatMap(({ label, tenant, entry }) => missingRoles(index, label, 'roles', tenant, entry.roles)),
    ...index
      .all('userstore')
      .flatMap(({ label, tenant, entry }) =>
        entry.type === 'ldap' ? missingRoles(index, label, 'roles', tenant, Object.values(entry.roles)) : [],
      ),
    ...index.all('api').flatMap((api) => ofApi(index, api)),
    ...index
      .all('scope')
      .flatMap(({ label, tenant, entry }) => unheldPermissions(index, label, 'permissions', [tenant], entry.permissions)),
    ...index
      .all('api-owner')
      .filter(({ entry }) => index.find('tenant', entry.owner, '') === undefined)
      .map(({ label, entry }) => notThere(label, 'owner', entry.owner, 'tenant')),
  ];
}

const notThere = (label: string, path: string, tenant: string, entry: string): Finding =>
  doubtful(label, path, `Tenants, ${tenant} / ${entry}, which is not there`);

function missingTenants(index: EntryIndex): Finding[] {
  const kinds = ['userstore', 'issuer', 'role', 'scope', 'api', 'tier', 'handler', 'client', 'user'] as const;
  return kinds.flatMap((kind) =>
    index
      .all(kind)
      .filter(({ tenant }) => index.find('tenant', tenant, '') === undefined)
      .map(({ label, tenant }) => notThere(label, 'tenant', tenant, 'tenant')),
  );
}

function missingRoles(index: EntryIndex, label: string, path: string, tenant: string, roles: readonly string[]): Finding[] {
  const missing = new Set(roles.filter((role) => index.find('role', tenant, role) === undefined));
  return [...missing].map((role) => notThere(label, path, tenant, `role#${role}`));
}

function ofClient(index: EntryIndex, { label, tenant, entry }: IndexedEntry<'client'>): Finding[] {
  const scopes = entry.scopes.filter((scope) => !isScopeOfTenant(index, tenant, scope));
  const isTier = (tier: string): boolean => tier === 'Unlimited' || index.find('tier', tenant, tier) !== undefined;
  const apis = new Set(
    index
      .all('api')
      .filter((api) => mayCall(api, tenant))
      .map(({ name }) => name),
  );
  return [
    ...scopes.map((scope) => notThere(label, 'scopes', tenant, `scope#${scope}`)),
    ...(isTier(entry.applicationTier) ? [] : [notThere(label, 'applicationTier', tenant, `tier#${entry.applicationTier}`)]),
    ...Object.entries(entry.subscriptions).flatMap(([api, tier]) => [
      ...(apis.has(api) ? [] : [doubtful(label, `subscriptions.${api}`, `the name of an api entry that ${tenant} may call`)]),
      ...(isTier(tier) ? [] : [notThere(label, `subscriptions.${api}`, tenant, `tier#${tier}`)]),
    ]),
  ];
}

function mayCall({ tenant: owner, entry: { tenants } }: IndexedEntry<'api'>, tenant: string): boolean {
  return tenants === undefined ? owner === tenant : tenants === '*' || tenants.includes('*') || tenants.includes(tenant);
}

function ofApi(index: EntryIndex, api: IndexedEntry<'api'>): Finding[] {
  const { label, tenant: owner, entry } = api;
  const listed = Array.isArray(entry.tenants) ? entry.tenants.filter((tenant) => tenant !== '*') : [];
  const callers = index
    .all('tenant')
    .map(({ tenant }) => tenant)
    .filter((tenant) => mayCall(api, tenant));
  return [
    ...listed
      .filter((tenant) => index.find('tenant', tenant, '') === undefined)
      .map((tenant) => notThere(label, 'tenants', tenant, 'tenant')),
    ...entry.resources.flatMap((rule, at) => [
      ...rule.scopes
        .filter((scope) => isScopeOfNobody(index, callers, scope))
        .map((scope) => notThere(label, `resources.${at}.scopes`, owner, `scope#${scope}`)),
      ...unheldPermissions(index, label, `resources.${at}.permissions`, callers, rule.permissions),
      ...(rule.handlers === 'all' ? [] : rule.handlers)
        .filter((handler) => handler.startsWith('lambda:'))
        .map((handler) => handler.slice('lambda:'.length))
        .filter((name) => index.find('handler', owner, name) === undefined)
        .map((name) => notThere(label, `resources.${at}.handlers`, owner, `handler#${name}`)),
    ]),
  ];
}

/** Any one suffices, so that what nobody holds is a fault only where nobody holds any. */
function unheldPermissions(
  index: EntryIndex,
  label: string,
  path: string,
  tenants: readonly string[],
  permissions: readonly string[],
): Finding[] {
  const held = index
    .all('role')
    .filter(({ tenant }) => tenants.includes(tenant))
    .flatMap(({ entry }) => entry.permissions);
  const isHeld = (needed: string): boolean => held.some((permission) => needed === permission || needed.startsWith(`${permission}/`));
  if (permissions.length === 0 || permissions.some(isHeld)) return [];
  return [doubtful(label, path, 'a permission that a role gives: no role gives one of these, so that no user has it')];
}
