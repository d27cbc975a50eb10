// The Tenants table: one Query reads a tenant, one Query of the index `byApi` all entries of an API.

import * as v from 'valibot';
import { API_OWNERS, apiOwnerKey, parseApiOwnerKey } from '../../configuration/entries/api-owner-entry.ts';
import { assembleTenant } from '../../configuration/entries/assemble-tenant.ts';
import { apiId, tenantName } from '../../configuration/entries/fields.ts';
import { readApiClaims, readApiOwner } from '../../configuration/entries/read-api-claims.ts';
import type { EntryReport } from '../../configuration/entries/read-entry.ts';
import { createCache } from '../../shared/cache.ts';
import { CONFIGURATION_CACHE_MS } from '../../shared/environment.ts';
import type { TenantStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { LogReports } from './entry-reports.ts';

const MAX_TENANTS = 2000;
const MAX_APIS = 500;

/** @param clock milliseconds since the epoch */
export function createTenantTable(dynamoDb: DynamoDb, table: string, logReports: LogReports, clock: () => number): TenantStore {
  const tenants = createCache(
    async (name) => {
      const reports: EntryReport[] = [];
      const items = await dynamoDb.query(table, undefined, ['tenant', name]);
      const tenant = items.length === 0 ? undefined : assembleTenant(name, items, table, (report) => reports.push(report));
      logReports(`tenant ${name}`, reports);
      return tenant;
    },
    CONFIGURATION_CACHE_MS,
    MAX_TENANTS,
    clock,
  );
  const claims = createCache(
    async (id) => {
      const reports: EntryReport[] = [];
      const items = await dynamoDb.query(table, 'byApi', ['apiId', id]);
      const found = readApiClaims(items, table, (report) => reports.push(report));
      logReports(`api ${id}`, reports);
      return found;
    },
    CONFIGURATION_CACHE_MS,
    MAX_APIS,
    clock,
  );
  const owners = createCache(
    async (key) => {
      const item = await dynamoDb.get(table, { tenant: API_OWNERS, entry: key }, { isConsistent: false });
      const reports: EntryReport[] = [];
      const entry = item && readApiOwner(item, table, (report) => reports.push(report));
      logReports(`api owner ${key}`, reports);
      return entry?.owner;
    },
    CONFIGURATION_CACHE_MS,
    MAX_APIS,
    clock,
  );
  return {
    // A name that can't be a key is nobody's: it costs no call, and no place in the cache.
    findTenant: async (name) => (v.is(tenantName, name) ? tenants.get(name) : undefined),
    findApiClaims: async (id) => (v.is(apiId, id) ? claims.get(id) : []),
    async findApiOwner(id, stage) {
      const key = apiOwnerKey(id, stage);
      return parseApiOwnerKey(key) === undefined ? undefined : owners.get(key);
    },
  };
}
