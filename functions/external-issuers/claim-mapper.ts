// Maps the claims of issuers, and warns of a mapping that gives nothing and of roles that nobody has defined: a user without
// roles gets a 403 that says nothing of either.

import type { Tenant } from '../configuration/model.ts';
import type { Log } from '../shared/log.ts';
import { createLruMap } from '../shared/lru-map.ts';
import { type ClaimMapping, findClaim, type MappedClaims, mapClaims } from './map-claims.ts';

export type MapIssuerClaims = (
  from: { readonly tenant: Tenant; readonly issuer: string; readonly mapping: readonly ClaimMapping[] },
  claims: Readonly<Record<string, unknown>>,
) => MappedClaims;

const MAX_REMEMBERED = 2000;
/** Undefined roles of one issuer that are named: its groups may be thousands, and the first few say what is wrong. */
const MAX_UNDEFINED_ROLES = 20;
const MAX_SHOWN_CHARACTERS = 128;

/** One for each function: it remembers what it has said. */
export function createClaimMapper(log: Log): MapIssuerClaims {
  const settled = createLruMap<true>(MAX_REMEMBERED);
  const undefinedRoles = createLruMap<Set<string>>(MAX_REMEMBERED);

  /** True for the first of its kind. */
  function isFirst(key: readonly unknown[]): boolean {
    const text = JSON.stringify(key);
    if (settled.get(text) === true) return false;
    settled.set(text, true);
    return true;
  }

  function warnOfRoles(tenant: Tenant, issuer: string, roles: readonly string[]): void {
    const key = JSON.stringify([tenant.name, issuer]);
    const said = undefinedRoles.get(key) ?? new Set();
    const fresh = roles.filter((role) => !tenant.roles.has(role) && !said.has(role)).slice(0, MAX_UNDEFINED_ROLES - said.size);
    if (fresh.length === 0) return;
    undefinedRoles.set(key, new Set([...said, ...fresh]));
    log('WARN', 'roles-not-defined', { tenant: tenant.name, issuer, roles: fresh.map((role) => role.slice(0, MAX_SHOWN_CHARACTERS)) });
  }

  return ({ tenant, issuer, mapping }, claims) => {
    const missing = new Set<ClaimMapping>();
    const mapped = mapClaims(
      (remote) => findClaim(claims, remote),
      mapping,
      (wanted) => missing.add(wanted),
    );
    for (const wanted of mapping) {
      const { remote, local } = wanted;
      // Of a mapping that has given something once there is nothing to say.
      if (isFirst([tenant.name, issuer, remote, local]) && missing.has(wanted))
        log('WARN', 'claim-never-matched', {
          tenant: tenant.name,
          issuer,
          remote: typeof remote === 'string' ? remote : [...remote],
          local,
        });
    }
    warnOfRoles(tenant, issuer, mapped.roles);
    return mapped;
  };
}
