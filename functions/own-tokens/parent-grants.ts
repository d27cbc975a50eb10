// The grants that one hangs on which was made by token exchange (RFC 8693).

import { isDeclaredDead } from '../configuration/declared-dead.ts';
import type { Tenant } from '../configuration/model.ts';
import type { Delegation } from '../storage/grant.ts';
import type { ClientStore, GrantStore } from '../storage/stores.ts';
import { findTokenClient } from './find-token-client.ts';

/** Whether all grants that one hangs on are there, and neither their tenant nor their clients have declared them dead (A143). */
export async function areParentsLive(
  { grants, clients }: { readonly grants: Pick<GrantStore, 'findGrant'>; readonly clients: ClientStore },
  { parentIds }: Delegation,
  tenant: Tenant | undefined,
  nowSeconds: number,
): Promise<boolean> {
  const parents = await Promise.all(parentIds.map((id) => grants.findGrant(id, nowSeconds)));
  const states = parents.map(async (parent) => {
    const client = parent && (await findTokenClient({ clients }, tenant, parent.clientId));
    if (parent === undefined || tenant === undefined || client?.status !== 'active') return false;
    return !isDeclaredDead(parent, tenant, client);
  });
  return (await Promise.all(states)).every(Boolean);
}
