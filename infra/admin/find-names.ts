// Names out of the tables for a shell's completion: few, quick, and none where nothing answers.

import { API_OWNERS } from '../../functions/configuration/entries/api-owner-entry.ts';
import type { NameKind } from './complete-words.ts';
import type { EntryTables } from './entry-tables.ts';

/** Of a whole table, which is read in one page: a key press must cost next to nothing. */
const MAX_LOOKED_AT = 500;

/** What a shell takes as it is. */
const PLAIN = /^[\w.@:+-]{1,255}$/;

const ENTRY_KINDS: Readonly<Partial<Record<NameKind, string>>> = {
  userstores: 'userstore',
  apis: 'api',
  roles: 'role',
  scopes: 'scope',
  tiers: 'tier',
  issuers: 'issuer',
  handlers: 'handler',
};

/** @param tenant whose names; of tenants and clients undefined is any */
export async function findNames(tables: EntryTables, of: NameKind, tenant: string | undefined): Promise<readonly string[]> {
  const names = await readNames(tables, of, tenant);
  return [...new Set(names)].filter((name) => PLAIN.test(name)).sort();
}

async function readNames(tables: EntryTables, of: NameKind, tenant: string | undefined): Promise<readonly string[]> {
  if (of === 'tenants')
    return (await tables.listSome('Tenants', MAX_LOOKED_AT)).map((item) => String(item.tenant)).filter((name) => name !== API_OWNERS);
  if (of === 'clients') {
    const clients = await (tenant === undefined ? tables.listSome('Clients', MAX_LOOKED_AT) : tables.listOfTenant('Clients', tenant));
    return clients.map(({ clientId }) => String(clientId));
  }
  if (tenant === undefined) return [];
  if (of === 'users') return (await tables.listOfTenant('Users', tenant)).map(({ username }) => String(username));
  const prefix = `${ENTRY_KINDS[of]}#`;
  return (await tables.listOfTenant('Tenants', tenant))
    .map(({ entry }) => String(entry))
    .flatMap((entry) => (entry.startsWith(prefix) ? [entry.slice(prefix.length)] : []));
}
