// From a path to the endpoint that answers there: one of the deployment's issuer, or of a tenant's own (`tenant-issuer.ts`).

import { lazy } from '../shared/lazy.ts';
import { createLruMap } from '../shared/lru-map.ts';
import type { TokenDependencies } from './dependencies.ts';
import type { Route } from './route.ts';
import { createRoutes } from './routes.ts';

export interface Endpoint {
  readonly route: Route;
  readonly issuer: string;
}

/** @throws Unavailable where nobody can say whether a tenant has an issuer of its own */
export type FindEndpoint = (path: string) => Promise<Endpoint | undefined>;

/** Tenants whose endpoints one function keeps; those of another are made anew in less than a millisecond. */
const MAX_TENANTS = 200;

const loadTenantIssuer = lazy(() => import('./tenant-issuer.ts'));

type Endpoints = (path: string) => Endpoint | undefined;

export function createFindEndpoint(dependencies: TokenDependencies): FindEndpoint {
  const shared = endpointsOf(dependencies);
  const byTenant = createLruMap<Endpoints>(MAX_TENANTS);
  const documents = lazy(async () => (await import('./client-documents/document-clients.ts')).createDocumentClients(dependencies));
  return async (path) => {
    const endpoint = shared(path);
    if (endpoint !== undefined || !path.includes('/t/')) return endpoint;
    const { parseTenantPath, dependenciesOfTenant } = await loadTenantIssuer();
    const asked = parseTenantPath(path);
    if (asked === undefined) return undefined;
    // Before anything of the tenant is kept: a name that is made up costs one cached read, and no memory.
    const tenant = await dependencies.tenants.findTenant(asked.tenant);
    if (tenant?.issuer !== 'own') return undefined;
    const own = byTenant.get(tenant.name) ?? endpointsOf(dependenciesOfTenant(dependencies, tenant.name, documents));
    byTenant.set(tenant.name, own);
    return own(asked.path);
  };
}

function endpointsOf(dependencies: TokenDependencies): Endpoints {
  const byPath = new Map(createRoutes(dependencies).flatMap((route) => route.paths.map((path) => [path, route] as const)));
  const { issuer } = dependencies;
  return (path) => {
    const route = byPath.get(path);
    return route && { route, issuer };
  };
}
