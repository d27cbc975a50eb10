// Finds whom a name means in the stores of a tenant that look users up without a password.

import type { EndUser } from '../../../functions/configuration/model.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import type { Operator } from './command.ts';

/** One user for each store that knows the name; of all stores, or of the one that was named. */
export async function findInStores(
  { tenants, userstores, report }: Operator,
  { domain, name, tenant: tenantName }: { readonly domain: string | undefined; readonly name: string; readonly tenant: string },
): Promise<readonly EndUser[]> {
  const tenant = await tenants.findTenant(tenantName);
  if (tenant === undefined) return [];
  const stores = [
    { label: 'PRIMARY', open: async () => userstores.primary(tenant) },
    ...tenant.userstores.map((store) => ({ label: store.domain, open: () => userstores.secondary(tenant, store) })),
  ].filter(({ label }) => domain === undefined || domain === label);
  const found = await Promise.all(
    stores.map(async ({ label, open }) => {
      try {
        const lookup = await (await open()).find?.(name);
        return lookup?.kind === 'active' ? [lookup.user] : [];
      } catch (error) {
        // What there is under the name itself is found without the store.
        report(`warning: ${label} of ${tenantName} can't be asked: ${error instanceof Unavailable ? error.reason : 'failed'}`);
        return [];
      }
    }),
  );
  return found.flat();
}
