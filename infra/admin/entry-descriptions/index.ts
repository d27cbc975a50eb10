// The descriptions of all attributes, by kind of entry; of userstores and issuers by `type`.

import type { EntryKind } from '../../../functions/configuration/entries/index.ts';
import {
  API_DESCRIPTIONS,
  API_OWNER_DESCRIPTIONS,
  HANDLER_DESCRIPTIONS,
  ROLE_DESCRIPTIONS,
  SCOPE_DESCRIPTIONS,
  TIER_DESCRIPTIONS,
} from './apis.ts';
import { CLIENT_DESCRIPTIONS, USER_DESCRIPTIONS } from './clients-and-users.ts';
import type { DescriptionTable } from './description.ts';
import { ISSUER_DESCRIPTIONS } from './issuers.ts';
import { TENANT_DESCRIPTIONS } from './tenant.ts';
import { USERSTORE_DESCRIPTIONS } from './userstores.ts';

/** What each kind is for. */
export const KIND_DESCRIPTIONS: Readonly<Record<EntryKind, string>> = {
  tenant: 'Tenants table: what holds for a whole tenant.',
  userstore: 'Tenants table: a directory or service that knows some of the tenant’s users.',
  issuer: 'Tenants table: somebody else whose tokens or assertions the tenant believes.',
  role: 'Tenants table: a role and the permissions that it gives.',
  scope: 'Tenants table: a scope and the permissions of which any suffices for it.',
  api: 'Tenants table: an API of API Gateway, who may call it, and the rules of its resources.',
  'api-owner': 'Tenants table, partition `#apis`, which platform operators alone write: whose an API of API Gateway is.',
  tier: 'Tenants table: how many requests in how many seconds.',
  handler: 'Tenants table: a function of your own that says who calls an API.',
  client: 'Clients table: an application that may ask for tokens.',
  user: 'Users table: a user of the primary userstore.',
};

type VariantKind = 'userstore' | 'issuer';

const BY_TYPE: { readonly [K in VariantKind]: Readonly<Record<string, DescriptionTable>> } = {
  userstore: USERSTORE_DESCRIPTIONS,
  issuer: ISSUER_DESCRIPTIONS,
};

const BY_KIND: { readonly [K in Exclude<EntryKind, VariantKind>]: DescriptionTable } = {
  tenant: TENANT_DESCRIPTIONS,
  role: ROLE_DESCRIPTIONS,
  scope: SCOPE_DESCRIPTIONS,
  api: API_DESCRIPTIONS,
  'api-owner': API_OWNER_DESCRIPTIONS,
  tier: TIER_DESCRIPTIONS,
  handler: HANDLER_DESCRIPTIONS,
  client: CLIENT_DESCRIPTIONS,
  user: USER_DESCRIPTIONS,
};

/** @param type of userstores and issuers, whose attributes it decides on */
export function descriptionsOf(kind: EntryKind, type = ''): DescriptionTable {
  return kind === 'userstore' || kind === 'issuer' ? (BY_TYPE[kind][type] ?? {}) : BY_KIND[kind];
}
