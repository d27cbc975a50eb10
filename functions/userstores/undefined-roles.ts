// Roles that no entry of the tenant defines: they give no permission, and nothing else would tell an operator why, such as a list
// that came as one text. Said once of each.

import type { EndUser, Tenant } from '../configuration/model.ts';
import type { Log } from '../shared/log.ts';

/** A function that has told of so many tells of no more. */
const MAX_TOLD = 500;

export type TellUndefinedRoles = (tenant: Tenant, user: EndUser) => void;

export function createTellUndefinedRoles(log: Log): TellUndefinedRoles {
  const told = new Set<string>();
  return (tenant, { domain, roles }) => {
    const fresh = roles.filter((role) => !tenant.roles.has(role) && !told.has(JSON.stringify([tenant.name, domain, role])));
    if (fresh.length === 0 || told.size >= MAX_TOLD) return;
    for (const role of fresh) told.add(JSON.stringify([tenant.name, domain, role]));
    log('WARN', 'roles-without-entry', { tenant: tenant.name, userstore: domain, roles: fresh.slice(0, 20) });
  };
}
