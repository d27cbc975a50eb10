// What a tenant has in the Tokens table, for its deletion: no index leads from a tenant to its grants, so that the whole
// table is read.

import type { DynamoDb, ScannedPage } from './dynamodb.ts';

/** By what the keys begin with. */
type TenantItemKind = 'grant' | 'session' | 'consent' | 'feed' | 'other';

export interface TenantItem {
  readonly id: string;
  readonly kind: TenantItemKind;
}

export interface TenantItemStore {
  /**
   * Grants, sessions of the sign-in page, consents and the revocation feed of a tenant. Counts of failed logins and assertions that were used
   * name no tenant; they run out by themselves.
   *
   * @param onPage as of `DynamoDb.scan`
   */
  listItemsOfTenant(tenant: string, onPage?: (page: ScannedPage) => Promise<void>): Promise<readonly TenantItem[]>;
  deleteItems(ids: readonly string[]): Promise<void>;
}

/** As many as one call deletes. */
const DELETES_AT_ONCE = 25;
const KIND = /^(grant|session|consent|feed)#/;

export function createTenantItems(dynamoDb: DynamoDb, table: string): TenantItemStore {
  return {
    async listItemsOfTenant(tenant, onPage) {
      const items: TenantItem[] = [];
      const filter = { condition: '#tenant = :tenant', names: ['tenant'], values: { tenant } };
      for await (const { id } of dynamoDb.scan(table, filter, onPage))
        if (typeof id === 'string') items.push({ id, kind: (KIND.exec(id)?.[1] as TenantItemKind | undefined) ?? 'other' });
      return items;
    },
    async deleteItems(ids) {
      for (let from = 0; from < ids.length; from += DELETES_AT_ONCE) {
        const keys = ids.slice(from, from + DELETES_AT_ONCE).map((id) => ({ id }));
        await dynamoDb.writeBatch(table, [], keys);
      }
    },
  };
}
