// The Tenants table: one Query reads a tenant, one Query of the index `byApi` all entries of an API.

import * as v from 'valibot';
import { assembleTenant, readApis } from '../../configuration/entries/assemble-tenant.ts';
import { tenantName } from '../../configuration/entries/fields.ts';
import type { EntryReport } from '../../configuration/entries/read-entry.ts';
import { createCache } from '../../shared/cache.ts';
import { CONFIGURATION_CACHE_MS } from '../../shared/environment.ts';
import type { TenantStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { SettleReports } from './entry-reports.ts';

const MAX_TENANTS = 2000;
const MAX_APIS = 500;

const apiId = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9]{1,64}$/));

/** @param clock milliseconds since the epoch */
export function createTenantTable(dynamoDb: DynamoDb, table: string, settle: SettleReports, clock: () => number): TenantStore {
  const tenants = createCache(
    async (name) => {
      const reports: EntryReport[] = [];
      const items = await dynamoDb.query(table, undefined, ['tenant', name]);
      const tenant = items.length === 0 ? undefined : assembleTenant(name, items, table, (report) => reports.push(report));
      settle(`tenant ${name}`, reports);
      return tenant;
    },
    CONFIGURATION_CACHE_MS,
    MAX_TENANTS,
    clock,
  );
  const apis = createCache(
    async (id) => {
      const reports: EntryReport[] = [];
      const items = await dynamoDb.query(table, 'byApi', ['apiId', id]);
      const found = readApis(items, table, (report) => reports.push(report));
      settle(`api ${id}`, reports);
      return found;
    },
    CONFIGURATION_CACHE_MS,
    MAX_APIS,
    clock,
  );
  return {
    // A name that can't be a key is nobody's: it costs no call, and no place in the cache.
    findTenant: async (name) => (v.is(tenantName, name) ? tenants.get(name) : undefined),
    findApis: async (id) => (v.is(apiId, id) ? apis.get(id) : []),
  };
}
