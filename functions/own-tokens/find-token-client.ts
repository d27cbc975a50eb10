// The client that a token was issued to, as of now. Of one that a document describes the tenant's entry and its URL say
// enough: no use of a token ever fetches anything, or costs a call more.

import { isClientUrl } from '../configuration/client-url.ts';
import type { Client, Tenant } from '../configuration/model.ts';
import { lazy } from '../shared/lazy.ts';
import type { ClientStore, TenantStore } from '../storage/stores.ts';

const loadDocumentClient = lazy(() => import('../configuration/document-client.ts'));

/** @param tenant the token's; undefined: there is none */
export async function findTokenClient(
  { clients }: { readonly clients: ClientStore },
  tenant: Tenant | undefined,
  clientId: string,
): Promise<Client | undefined> {
  if (!isClientUrl(clientId)) return clients.findClient(clientId);
  if (tenant === undefined) return undefined;
  const { findClientByUrl } = await loadDocumentClient();
  const found = findClientByUrl(tenant, clientId);
  return found.kind === 'found' ? found.client : undefined;
}

/** Tenant and client of a grant, read at once where both are stored. */
export async function findTenantAndClient(
  stores: { readonly tenants: TenantStore; readonly clients: ClientStore },
  grant: { readonly tenant: string; readonly clientId: string },
): Promise<{ readonly tenant: Tenant | undefined; readonly client: Client | undefined }> {
  const loading = stores.tenants.findTenant(grant.tenant);
  if (isClientUrl(grant.clientId)) {
    const tenant = await loading;
    return { tenant, client: await findTokenClient(stores, tenant, grant.clientId) };
  }
  const [tenant, client] = await Promise.all([loading, stores.clients.findClient(grant.clientId)]);
  return { tenant, client };
}
