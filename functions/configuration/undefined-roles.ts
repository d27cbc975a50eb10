// Roles that no entry of the tenant defines: they give no permission, and nothing else would tell an operator why, such as a
// list that came as one text. Said once of each.

import type { Log } from '../shared/log.ts';
import { createLruMap } from '../shared/lru-map.ts';
import type { Tenant } from './model.ts';

/** Where the roles come from: the domain of a store, or an issuer. */
type RoleSource = { readonly userstore: string } | { readonly issuer: string };

export type TellUndefinedRoles = (tenant: Tenant, source: RoleSource, roles: readonly string[]) => void;

const MAX_SOURCES = 2000;
/** Of one source: a directory may have thousands of groups, and the first few say what is wrong. */
const MAX_TOLD = 20;
const MAX_SHOWN_CHARACTERS = 128;

/** One for each function: it remembers what it has told. */
export function createTellUndefinedRoles(log: Log): TellUndefinedRoles {
  const toldBySource = createLruMap<ReadonlySet<string>>(MAX_SOURCES);
  return (tenant, source, roles) => {
    const key = JSON.stringify([tenant.name, source]);
    const told = toldBySource.get(key) ?? new Set();
    const fresh = roles.filter((role) => !tenant.roles.has(role) && !told.has(role)).slice(0, MAX_TOLD - told.size);
    if (fresh.length === 0) return;
    toldBySource.set(key, new Set([...told, ...fresh]));
    const shown = fresh.map((role) => role.slice(0, MAX_SHOWN_CHARACTERS));
    log('WARN', 'roles-without-entry', { tenant: tenant.name, ...source, roles: shown });
  };
}
