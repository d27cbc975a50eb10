// Revocation by client and tenant (RFC 7009 speaks of single tokens; these are an operator's): what was issued before a
// moment is declared dead, which costs one write however many there are.

import type { DynamoDb } from './dynamodb.ts';

export interface RevocationTables {
  readonly TENANTS_TABLE: string;
  readonly CLIENTS_TABLE: string;
}

export interface Revocation {
  /** Tokens issued up to and including this second are dead once the configuration caches have been renewed. False: no such client. */
  revokeClient(clientId: string, nowSeconds: number): Promise<boolean>;
  /** Revokes like `revokeClient`, for all clients of a tenant, and its sessions of the sign-in page. */
  revokeTenant(tenant: string, nowSeconds: number): Promise<boolean>;
}

export function createRevocation(dynamoDb: DynamoDb, tables: RevocationTables): Revocation {
  async function declareDead(table: string, key: Readonly<Record<string, string>>, keyName: string, nowSeconds: number): Promise<boolean> {
    // Race: two operators at once, or one whose clock is behind. The later moment stays: nothing that was dead comes back.
    const outcome = await dynamoDb.update(table, key, 'SET #tokensNotBefore = :moment', {
      condition: `attribute_exists(#${keyName}) AND (attribute_not_exists(#tokensNotBefore) OR #tokensNotBefore < :moment)`,
      names: [keyName, 'tokensNotBefore'],
      // A token of this very second may be one that is to be revoked.
      values: { moment: nowSeconds + 1 },
    });
    if (outcome === 'written') return true;
    return (await dynamoDb.get(table, key, { isConsistent: true })) !== undefined;
  }

  return {
    revokeClient: (clientId, nowSeconds) => declareDead(tables.CLIENTS_TABLE, { clientId }, 'clientId', nowSeconds),
    revokeTenant: (tenant, nowSeconds) => declareDead(tables.TENANTS_TABLE, { tenant, entry: 'tenant' }, 'tenant', nowSeconds),
  };
}
