// Maps the claims of issuers, and warns of a mapping that gives nothing and of roles that nobody has defined: a user without
// roles gets a 403 that says nothing of either.

import type { Tenant } from '../configuration/model.ts';
import { createTellUndefinedRoles } from '../configuration/undefined-roles.ts';
import type { Log } from '../shared/log.ts';
import { createLruMap } from '../shared/lru-map.ts';
import { type ClaimMapping, findClaim, type MappedClaims, mapClaims } from './map-claims.ts';

export type MapIssuerClaims = (
  from: { readonly tenant: Tenant; readonly issuer: string; readonly mapping: readonly ClaimMapping[] },
  claims: Readonly<Record<string, unknown>>,
) => MappedClaims;

const MAX_REMEMBERED = 2000;

/** One for each function: it remembers what it has said. */
export function createClaimMapper(log: Log): MapIssuerClaims {
  const tellUndefinedRoles = createTellUndefinedRoles(log);
  /** Mappings that have given something, or of which the log has spoken. */
  const settled = createLruMap<true>(MAX_REMEMBERED);
  return ({ tenant, issuer, mapping }, claims) => {
    const missing = new Set<ClaimMapping>();
    const mapped = mapClaims(
      (remote) => findClaim(claims, remote),
      mapping,
      (wanted) => missing.add(wanted),
    );
    for (const wanted of mapping) {
      const { remote, local } = wanted;
      const key = JSON.stringify([tenant.name, issuer, remote, local]);
      const isFirst = settled.get(key) === undefined;
      if (isFirst) settled.set(key, true);
      if (isFirst && missing.has(wanted))
        log('WARN', 'claim-never-matched', {
          tenant: tenant.name,
          issuer,
          remote: typeof remote === 'string' ? remote : [...remote],
          local,
        });
    }
    tellUndefinedRoles(tenant, { issuer }, mapped.roles);
    return mapped;
  };
}
