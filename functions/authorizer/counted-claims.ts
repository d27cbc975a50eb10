// Claims of APIs that count for a request. An API of API Gateway has one owner: where two tenants claim a path, nobody
// gets in, since either could open what is the other's, until the platform's operator says whose it is (A108).

import type { ApiClaim } from '../configuration/model.ts';
import type { TenantStore } from '../storage/stores.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import { findClaimsTo } from './match-rules.ts';

export type CountedClaims =
  /** Claims that cover the path are one tenant's. */
  | { readonly kind: 'counted'; readonly claims: readonly ApiClaim[] }
  | { readonly kind: 'claimed-twice'; readonly entries: readonly string[] };

/** @throws Unavailable */
export async function findCountedClaims(tenants: TenantStore, request: AuthorizerRequest): Promise<CountedClaims> {
  const { apiId, stage } = request;
  const claims = await tenants.findApiClaims(apiId);
  if (!isOfSeveralTenants(claims, stage)) return { kind: 'counted', claims };
  const owner = await tenants.findApiOwner(apiId, stage);
  if (owner !== undefined) return { kind: 'counted', claims: claims.filter((claim) => claim.owner === owner) };
  const claimsToPath = findClaimsTo(claims, request);
  if (!isOfSeveralTenants(claimsToPath, stage)) return { kind: 'counted', claims };
  return { kind: 'claimed-twice', entries: claimsToPath.map((claim) => `${claim.owner} / api#${claim.name}`) };
}

/** Wrong entries too: whoever else has claimed the API must not get it by the owner's slip. */
function isOfSeveralTenants(claims: readonly ApiClaim[], stage: string): boolean {
  let first: string | undefined;
  for (const claim of claims) {
    if (claim.stage !== undefined && claim.stage !== stage) continue;
    if (first !== undefined && claim.owner !== first) return true;
    first = claim.owner;
  }
  return false;
}
