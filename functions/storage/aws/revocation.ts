// Revocation by client and tenant (RFC 7009 speaks of single tokens; these are an operator's): what was issued before a
// moment is declared dead, which costs one write however many there are.

import { CONFIGURATION_CACHE_MS } from '../../shared/environment.ts';
import type { DynamoDb } from './dynamodb.ts';

export interface RevocationTables {
  readonly TENANTS_TABLE: string;
  readonly CLIENTS_TABLE: string;
}

export interface Revocation {
  /** Tokens issued up to and including this second are dead once the configuration caches have been renewed. False: no such client. */
  revokeClient(clientId: string, nowSeconds: number): Promise<boolean>;
  /** Revokes like `revokeClient` what a client has of this tenant whose id is the URL of a document. False: no such tenant. */
  revokeClientOfDocument(tenant: string, clientId: string, nowSeconds: number): Promise<boolean>;
  /** Revokes like `revokeClient`, for all clients of a tenant, and its sessions of the sign-in page. */
  revokeTenant(tenant: string, nowSeconds: number): Promise<boolean>;
  /**
   * Suspends a tenant, and where a moment is given declares dead all that it was issued before, as well as what a function
   * may still issue that has not read the entry again. False: no such tenant.
   */
  suspendTenant(tenant: string, nowSeconds: number | undefined): Promise<boolean>;
  /** False: no such tenant. */
  activateTenant(tenant: string): Promise<boolean>;
}

/** As long as the token function may run (infra/gatehouse/settings.ts). */
const LONGEST_REQUEST_MS = 20_000;
/** Who has read the entry just before it changed may begin a request until the cache ends, and issue when that one ends. */
const STALE_SECONDS = (CONFIGURATION_CACHE_MS + LONGEST_REQUEST_MS) / 1000;

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

  const tenantKey = (tenant: string) => ({ tenant, entry: 'tenant' });

  async function setStatus(tenant: string, status: 'active' | 'suspended'): Promise<boolean> {
    const outcome = await dynamoDb.update(tables.TENANTS_TABLE, tenantKey(tenant), 'SET #status = :status', {
      condition: 'attribute_exists(#tenant)',
      names: ['tenant', 'status'],
      values: { status },
    });
    return outcome === 'written';
  }

  return {
    revokeClient: (clientId, nowSeconds) => declareDead(tables.CLIENTS_TABLE, { clientId }, 'clientId', nowSeconds),
    async revokeClientOfDocument(tenant, clientId, nowSeconds) {
      const key = tenantKey(tenant);
      const made = await dynamoDb.update(
        tables.TENANTS_TABLE,
        key,
        'SET #clientTokensNotBefore = if_not_exists(#clientTokensNotBefore, :none)',
        {
          condition: 'attribute_exists(#tenant)',
          names: ['tenant', 'clientTokensNotBefore'],
          values: { none: {} },
        },
      );
      if (made !== 'written') return false;
      await dynamoDb.update(tables.TENANTS_TABLE, key, 'SET #clientTokensNotBefore.#client = :moment', {
        // Race: as above, the later moment stays.
        condition: 'attribute_not_exists(#clientTokensNotBefore.#client) OR #clientTokensNotBefore.#client < :moment',
        names: ['clientTokensNotBefore', ['client', clientId]],
        values: { moment: nowSeconds + 1 },
      });
      return true;
    },
    revokeTenant: (tenant, nowSeconds) => declareDead(tables.TENANTS_TABLE, tenantKey(tenant), 'tenant', nowSeconds),
    async suspendTenant(tenant, nowSeconds) {
      if (!(await setStatus(tenant, 'suspended'))) return false;
      // Race: a login that a function lets in meanwhile, by the entry that it read before.
      return nowSeconds === undefined || declareDead(tables.TENANTS_TABLE, tenantKey(tenant), 'tenant', nowSeconds + STALE_SECONDS);
    },
    activateTenant: (tenant) => setStatus(tenant, 'active'),
  };
}
