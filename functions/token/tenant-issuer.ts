// A tenant with an issuer of its own, `<issuer>/t/<tenant>`: the same endpoints below another path, over stores in which
// there is nothing but that tenant. So whatever belongs to another is at none of them.

import type { Client, Tenant } from '../configuration/model.ts';
import { ownIssuerOf } from '../shared/token-paths.ts';
import type { Grant } from '../storage/grant.ts';
import type { DocumentClients } from './client-documents/document-clients.ts';
import type { TokenDependencies } from './dependencies.ts';
import type { ClientDocuments } from './found-client.ts';

export interface TenantPath {
  readonly tenant: string;
  /** Path of the endpoint, as at the deployment's issuer. */
  readonly path: string;
}

const BELOW = /^\/t\/([a-z0-9][a-z0-9._-]{0,62})(\/.+)$/;
/** RFC 8414 section 3.1 puts the path of the issuer behind the well-known one, OpenID Connect Discovery in front of it. */
const BEHIND = /^(\/\.well-known\/(?:oauth-authorization-server|openid-configuration))\/t\/([a-z0-9][a-z0-9._-]{0,62})$/;

/** Parses a path of a tenant's own issuer; undefined for every other. */
export function parseTenantPath(path: string): TenantPath | undefined {
  const [, tenant, below] = BELOW.exec(path) ?? [];
  if (tenant !== undefined && below !== undefined) return { tenant, path: below };
  const [, document, issuer] = BEHIND.exec(path) ?? [];
  return document !== undefined && issuer !== undefined ? { tenant: issuer, path: document } : undefined;
}

/** Dependencies of the endpoints of one tenant's own issuer. @param documents one for the function, opened when it is needed */
export function dependenciesOfTenant(
  dependencies: TokenDependencies,
  name: string,
  documents: () => Promise<DocumentClients>,
): TokenDependencies {
  const { issuer, mutualTlsUrl, tenants, clients, grants, holders } = dependencies;
  const own = <T extends Client | Grant>(found: T | undefined): T | undefined => (found?.tenant === name ? found : undefined);
  return {
    ...dependencies,
    issuer: ownIssuerOf(issuer, name),
    sharedIssuer: issuer,
    ownTenant: name,
    mutualTlsUrl: mutualTlsUrl === undefined ? undefined : ownIssuerOf(mutualTlsUrl, name),
    tenants: {
      ...tenants,
      findTenant: async (asked): Promise<Tenant | undefined> => (asked === name ? tenants.findTenant(name) : undefined),
    },
    clients: { findClient: async (clientId) => own(await clients.findClient(clientId)) },
    documents: documentsOfTenant(tenants, name, documents),
    grants: { ...grants, findGrant: async (id, nowSeconds) => own(await grants.findGrant(id, nowSeconds)) },
    holders: {
      findHolder: async (grantId, user, nowSeconds) => {
        const { grant, user: found } = await holders.findHolder(grantId, user, nowSeconds);
        return { grant: own(grant), user: found };
      },
    },
  };
}

/** The URL of a client says no tenant: here it is known. */
function documentsOfTenant(
  tenants: TokenDependencies['tenants'],
  name: string,
  documents: () => Promise<DocumentClients>,
): ClientDocuments {
  return {
    async findClient(clientId) {
      const tenant = await tenants.findTenant(name);
      return tenant === undefined ? { kind: 'unknown', reason: 'unknown-client' } : (await documents()).findClient(tenant, clientId);
    },
    async findKeptClient(clientId) {
      const tenant = await tenants.findTenant(name);
      return tenant && (await documents()).findKeptClient(tenant, clientId);
    },
    withKeys: async (client, work) => (await documents()).withKeys(client, work),
  };
}
