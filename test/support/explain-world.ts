// What `explain` works with, on memory stores.

import type { UnverifiedItem } from '../../functions/configuration/entries/read-entry.ts';
import { subjectOf } from '../../functions/configuration/username.ts';
import type { Grant } from '../../functions/storage/grant.ts';
import { createTenantStores } from '../../functions/userstores/tenant-stores.ts';
import type { ExplainDependencies } from '../../infra/admin/explain/explain-dependencies.ts';
import type { MemoryStores } from './memory-stores.ts';

export interface ExplainWorldOptions {
  readonly stores: MemoryStores;
  /** As they stand in the Tenants table. */
  readonly apis: () => readonly UnverifiedItem[];
  readonly issuer: string;
  readonly clock: () => number;
  /** Of the users who have one open. */
  readonly openGrants?: readonly Grant[];
  readonly changes?: Partial<ExplainDependencies>;
}

export function openExplainWorld({ stores, apis, issuer, clock, openGrants = [], changes }: ExplainWorldOptions): ExplainDependencies {
  const noNetwork = () => Promise.reject(new Error('no network in this test'));
  return {
    ...stores,
    held: {
      findHolders: async (tenant, isMeant) =>
        new Map(
          openGrants
            .flatMap(({ user }) => (user === undefined || user.tenant !== tenant ? [] : [{ ...user, claims: { ...user.claims } }]))
            .filter(isMeant)
            .map((user) => [subjectOf(user), user]),
        ),
      listHeldItems: async (subject) => ({
        grants: openGrants.filter(({ user }) => user !== undefined && subjectOf(user) === subject),
        sessions: [],
        unreadable: [],
      }),
    },
    userstores: createTenantStores({
      ...stores,
      sendOutbound: noNetwork,
      tenantSecretsPrefix: 'Gatehouse/tenants/',
      clock,
      log: () => {},
    }),
    externalJwts: noNetwork,
    invokeFunction: noNetwork,
    readRequestCount: async (windowKey) => stores.readRequestCount(windowKey),
    listApis: async (of) =>
      apis().filter((item) => of.kind === 'all' || (of.kind === 'api' ? item.apiId === of.apiId : item.tenant === of.tenant)),
    issuer,
    region: 'us-east-1',
    clock,
    ...changes,
  };
}
