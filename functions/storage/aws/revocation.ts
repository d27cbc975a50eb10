// Revocation by user, client and tenant (RFC 7009 speaks of single tokens; these are an operator's). A user's grants are
// deleted; a client or a tenant declares dead what was issued before a moment, which costs one write however many there are.

import type { DynamoDb } from './dynamodb.ts';
import { createGrants } from './grants.ts';

export interface RevocationTables {
  readonly TENANTS_TABLE: string;
  readonly CLIENTS_TABLE: string;
  readonly TOKENS_TABLE: string;
}

export interface Revocation {
  /**
   * Deletes every grant of a user, by `sub`. Offline JWTs live on until they expire, as their tenant has chosen.
   *
   * @returns how many there were
   */
  revokeUser(subject: string): Promise<number>;
  /** Tokens issued up to and including this second are dead once the configuration caches have been renewed. False: no such client. */
  revokeClient(clientId: string, nowSeconds: number): Promise<boolean>;
  /** As `revokeClient`, for all clients of a tenant. */
  revokeTenant(tenant: string, nowSeconds: number): Promise<boolean>;
}

/** The index may be this much behind its table, so that a grant of a moment ago is seen at the second look. */
const INDEX_LAG_MS = 1000;
const MAX_LOOKS = 10;

/** @param wait replaces the pause between two looks, in milliseconds */
export function createRevocation(
  dynamoDb: DynamoDb,
  tables: RevocationTables,
  wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
): Revocation {
  const grants = createGrants(dynamoDb, tables.TOKENS_TABLE);

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
    async revokeUser(subject) {
      const revoked = new Set<string>();
      for (let look = 0; look < MAX_LOOKS; look++) {
        if (look > 0) await wait(INDEX_LAG_MS);
        const found = (await grants.listGrantsOfUser(subject)).filter((id) => !revoked.has(id));
        if (found.length === 0 && look > 0) break;
        for (const id of found) {
          await grants.deleteGrant(id);
          revoked.add(id);
        }
      }
      return revoked.size;
    },
    revokeClient: (clientId, nowSeconds) => declareDead(tables.CLIENTS_TABLE, { clientId }, 'clientId', nowSeconds),
    revokeTenant: (tenant, nowSeconds) => declareDead(tables.TENANTS_TABLE, { tenant, entry: 'tenant' }, 'tenant', nowSeconds),
  };
}
