// The registry of entry kinds: what operators write, one line each.
// What an attribute means, in which unit, and what its absence means, stands in infra/admin/entry-descriptions/: no cold
// start reads that, and no attribute compiles without it.

import type * as v from 'valibot';
import { apiEntry } from './api-entry.ts';
import { apiOwnerEntry } from './api-owner-entry.ts';
import { clientEntry } from './client-entry.ts';
import { handlerName, scopeToken, text, userstoreDomain } from './fields.ts';
import { handlerEntry } from './handler-entry.ts';
import { issuerEntry } from './issuer-entry.ts';
import { roleEntry, scopeEntry, tierEntry } from './role-and-scope-entries.ts';
import { tenantEntry } from './tenant-entry.ts';
import { userEntry } from './user-entry.ts';
import { userstoreEntry } from './userstore-entry.ts';

/** Kinds of the Tenants table: what stands before `#` in the sort key, and how what follows is written. */
export const TENANT_ENTRY_KINDS = {
  tenant: { schema: tenantEntry, name: null },
  userstore: { schema: userstoreEntry, name: userstoreDomain },
  issuer: { schema: issuerEntry, name: text(1024) },
  role: { schema: roleEntry, name: text(128) },
  scope: { schema: scopeEntry, name: scopeToken },
  api: { schema: apiEntry, name: text(128) },
  tier: { schema: tierEntry, name: text(128) },
  handler: { schema: handlerEntry, name: handlerName },
} as const;

export type TenantEntryKind = keyof typeof TENANT_ENTRY_KINDS;

/** Every kind of entry that an operator writes, by the name that faults and JSON Schemas use. */
export const ENTRY_SCHEMAS = {
  tenant: tenantEntry,
  userstore: userstoreEntry,
  issuer: issuerEntry,
  role: roleEntry,
  scope: scopeEntry,
  api: apiEntry,
  'api-owner': apiOwnerEntry,
  tier: tierEntry,
  handler: handlerEntry,
  client: clientEntry,
  user: userEntry,
} as const;

export type EntryKind = keyof typeof ENTRY_SCHEMAS;
export type Entry<K extends EntryKind> = v.InferOutput<(typeof ENTRY_SCHEMAS)[K]>;
