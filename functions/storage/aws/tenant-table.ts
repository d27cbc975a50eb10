// The Tenants table: one Query reads a tenant, one Query of the index `byApi` all entries of an API.

import * as v from 'valibot';
import { API_OWNERS, apiOwnerKey, parseApiOwnerKey } from '../../configuration/entries/api-owner-entry.ts';
import { assembleTenant } from '../../configuration/entries/assemble-tenant.ts';
import { apiId, tenantName } from '../../configuration/entries/fields.ts';
import { readApiClaims, readApiOwner } from '../../configuration/entries/read-api-claims.ts';
import type { EntryReport, ReportEntry } from '../../configuration/entries/read-entry.ts';
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
/** Comes after every key that begins with `api#`, and before those of all kinds whose names come after. */
const AFTER_APIS = 'api$';

/** How entries are kept, and which. */
export interface TenantReading extends EntryCaching {
  /**
   * Leaves out the `api#` entries of a tenant, which are often most of it, and are read for nothing where APIs are asked for by
   * their ids alone. Such a tenant has no `resources`. Keys before them are left out too, which no kind of entry has: the token
   * function reports those. Default: false.
   */
  readonly skipsApis?: boolean;
}

export function createTenantTable(dynamoDb: DynamoDb, table: string, logReports: LogReports, reading: TenantReading): TenantStore {
  const { clock, ahead, skipsApis = false } = reading;
  const from = skipsApis ? (['entry', AFTER_APIS] as const) : undefined;

  /** Reads entries, and logs what is to be said of them. */
  function readReported<T>(scope: string, read: (report: ReportEntry) => T): T {
    const reports: EntryReport[] = [];
    const found = read((report) => reports.push(report));
    logReports(scope, reports);
    return found;
  }

  const tenants = createRenewingCache(
    (name, last: ReadValue<Tenant | undefined> | undefined) =>
      dynamoDb.queryAgain({ table, key: ['tenant', name], from }, last, (items) => {
        const read = (report: ReportEntry) => (items.length === 0 ? undefined : assembleTenant(name, items, table, report));
        const tenant = readReported(`tenant ${name}`, read);
        return tenant && skipsApis ? { ...tenant, resources: undefined } : tenant;
      }),
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
