// The Tenants table: one Query reads a tenant, one Query of the index `byApi` all entries of an API.

import * as v from 'valibot';
import { API_OWNERS, apiOwnerKey, parseApiOwnerKey } from '../../configuration/entries/api-owner-entry.ts';
import { assembleTenant } from '../../configuration/entries/assemble-tenant.ts';
import { apiId, tenantName } from '../../configuration/entries/fields.ts';
import { readApiClaims, readApiOwner } from '../../configuration/entries/read-api-claims.ts';
import type { EntryReport } from '../../configuration/entries/read-entry.ts';
import type { ApiClaim, Tenant } from '../../configuration/model.ts';
import { createCache, createRenewingCache } from '../../shared/cache.ts';
import { CONFIGURATION_CACHE_MS } from '../../shared/environment.ts';
import type { TenantStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { LogReports } from './entry-reports.ts';
import type { ReadValue } from './read-again.ts';
import type { EntryCaching } from './read-ahead.ts';

const MAX_TENANTS = 2000;
const MAX_APIS = 500;

export function createTenantTable(dynamoDb: DynamoDb, table: string, logReports: LogReports, { clock, ahead }: EntryCaching): TenantStore {
  /** Reads entries, and logs what is to be said of them. */
  function readReported<T>(scope: string, read: (report: (report: EntryReport) => void) => T): T {
    const reports: EntryReport[] = [];
    const found = read((report) => reports.push(report));
    logReports(scope, reports);
    return found;
  }

  const tenants = createRenewingCache(
    (name, last: ReadValue<Tenant | undefined> | undefined) =>
      dynamoDb.queryAgain({ table, key: ['tenant', name] }, last, (items) =>
        readReported(`tenant ${name}`, (report) => (items.length === 0 ? undefined : assembleTenant(name, items, table, report))),
      ),
    {
      ttlMs: CONFIGURATION_CACHE_MS,
      maxEntries: MAX_TENANTS,
      clock,
      extraMsOf: (tenant) => (tenant === undefined ? 0 : (ahead?.learn(tenant) ?? 0)),
    },
  );
  const claims = createRenewingCache(
    (id, last: ReadValue<readonly ApiClaim[]> | undefined) =>
      dynamoDb.queryAgain({ table, index: 'byApi', key: ['apiId', id] }, last, (items) =>
        readReported(`api ${id}`, (report) => readApiClaims(items, table, report)),
      ),
    {
      ttlMs: CONFIGURATION_CACHE_MS,
      maxEntries: MAX_APIS,
      clock,
      extraMsOf: (found) => ahead?.extraMsOf(found.map(({ owner }) => owner)) ?? 0,
    },
  );
  const owners = createCache(
    async (key) => {
      const item = await dynamoDb.get(table, { tenant: API_OWNERS, entry: key }, { isConsistent: false });
      return readReported(`api owner ${key}`, (report) => (item && readApiOwner(item, table, report))?.owner);
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
