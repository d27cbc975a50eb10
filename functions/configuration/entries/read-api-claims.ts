// Claims to an API of API Gateway: the `api#…` entries of all tenants that name it, right and wrong ones, and what the
// platform's operator says of whose it is.

import * as v from 'valibot';
import type { ApiClaim } from '../model.ts';
import { API_OWNERS, type ApiOwnerEntry, apiOwnerKeyFault, parseApiOwnerKey } from './api-owner-entry.ts';
import { readEntryKey } from './assemble-tenant.ts';
import { tenantName } from './fields.ts';
import { unverifiedMeantValue } from './meant-value.ts';
import { type EntryLocation, type ReportEntry, readEntry, type UnverifiedItem } from './read-entry.ts';

/** @param items all of the index `byApi` under one id */
export function readApiClaims(items: readonly UnverifiedItem[], table: string, report: ReportEntry): readonly ApiClaim[] {
  const owners = new Map(items.filter(({ tenant }) => tenant === API_OWNERS).flatMap((item) => ownerOfStage(item, table, report)));
  const claims = items.filter(({ tenant }) => tenant !== API_OWNERS).flatMap((item) => readClaim(item, table, report));
  return claims.filter(({ owner, name, stage }) => {
    const owned = owners.get(stage ?? '');
    if (owned === undefined || owned === owner) return true;
    const expected = `the id of an API of this tenant; ${API_OWNERS} says that it is one of another`;
    report({ table, key: `${owner} / api#${name}`, outcome: 'refused', faults: [{ path: 'apiId', expected }] });
    return false;
  });
}

/** What an item of the partition `#apis` says; undefined where it is wrong, which is reported. */
export function readApiOwner(item: UnverifiedItem, table: string, report: ReportEntry): ApiOwnerEntry | undefined {
  const place = { table, key: `${API_OWNERS} / ${String(item.entry)}` };
  const isKey = parseApiOwnerKey(item.entry) !== undefined;
  const entry = isKey ? readEntry('api-owner', item, place, report) : undefined;
  const fault = isKey ? entry && apiOwnerKeyFault(item.entry, entry) : { path: 'entry', expected: '<apiId>/<stage>' };
  if (fault === undefined) return entry;
  report({ ...place, outcome: 'refused', faults: [fault] });
  return undefined;
}

function ownerOfStage(item: UnverifiedItem, table: string, report: ReportEntry): [string, string][] {
  const entry = readApiOwner(item, table, report);
  const key = parseApiOwnerKey(item.entry);
  return entry === undefined || key === undefined ? [] : [[key.stage, entry.owner]];
}

function readClaim(item: UnverifiedItem, table: string, report: ReportEntry): ApiClaim[] {
  const key = readEntryKey(item, table, report);
  if (key?.kind !== 'api') return [];
  const { name, place } = key;
  if (!v.is(tenantName, item.tenant)) {
    report({ ...place, outcome: 'refused', faults: [{ path: 'tenant', expected: 'a tenant name' }] });
    return [];
  }
  return [readClaimOf({ owner: item.tenant, name }, item, place, report)];
}

function readClaimOf(
  { owner, name }: Pick<ApiClaim, 'owner' | 'name'>,
  item: UnverifiedItem,
  place: EntryLocation,
  report: ReportEntry,
): ApiClaim {
  const entry = readEntry('api', item, place, report);
  if (entry === undefined) return { owner, name, ...placeOfWrongEntry(item), api: undefined };
  const api = { ...entry, context: entry.context ?? '', name, owner };
  return { owner, name, stage: api.stage, context: api.context, api };
}

/** Place where a wrong entry was meant to stand, read as kindly as can be: what it guards is then opened by no other entry. */
function placeOfWrongEntry(item: UnverifiedItem): Pick<ApiClaim, 'stage' | 'context'> {
  const stage = unverifiedMeantValue('api', item, 'stage');
  const context = unverifiedMeantValue('api', item, 'context');
  const segments = typeof context === 'string' ? context.split('/').filter((segment) => segment !== '') : [];
  return { stage: typeof stage === 'string' ? stage : undefined, context: segments.map((segment) => `/${segment}`).join('') };
}
