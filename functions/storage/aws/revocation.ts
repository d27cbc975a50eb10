// Revocation by user, client and tenant (RFC 7009 speaks of single tokens; these are an operator's). A user's grants are
// deleted; a client or a tenant declares dead what was issued before a moment, which costs one write however many there are.

import * as v from 'valibot';
import { subjectOf } from '../../configuration/username.ts';
import type { DynamoDb } from './dynamodb.ts';
import { userKeyOf } from './token-keys.ts';

export interface RevocationTables {
  readonly TENANTS_TABLE: string;
  readonly CLIENTS_TABLE: string;
  readonly TOKENS_TABLE: string;
}

export interface Revocation {
  /**
   * Deletes all that a user has open, grants and sessions, by `sub`. Offline JWTs live on until they expire, as their
   * tenant has chosen.
   *
   * @returns how many there were
   */
  revokeUser(subject: string): Promise<number>;
  /**
   * The subjects of users of a tenant who have anything open. It reads the whole table, so that a user is found whom no
   * store knows any more.
   *
   * @param isMeant whether the user is one of those who are looked for
   */
  findSubjects(tenant: string, isMeant: (user: HolderName) => boolean): Promise<ReadonlySet<string>>;
  /** Tokens issued up to and including this second are dead once the configuration caches have been renewed. False: no such client. */
  revokeClient(clientId: string, nowSeconds: number): Promise<boolean>;
  /** Revokes like `revokeClient`, for all clients of a tenant. */
  revokeTenant(tenant: string, nowSeconds: number): Promise<boolean>;
}

/** A user by name, as an item of the Tokens table has it. */
export type HolderName = v.InferOutput<typeof holderName>;

const holderName = v.object({
  tenant: v.string(),
  domain: v.string(),
  username: v.string(),
  id: v.exactOptional(v.string()),
  subjectName: v.exactOptional(v.string()),
});

/** The index may be this much behind its table, so that a grant of a moment ago is seen at the second look. */
const INDEX_LAG_MS = 1000;
const MAX_LOOKS = 10;

/** @param wait replaces the pause between two looks, in milliseconds */
export function createRevocation(
  dynamoDb: DynamoDb,
  tables: RevocationTables,
  wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
): Revocation {
  /** Grants and sessions alike. */
  const listIdsOfUser = async (subject: string): Promise<readonly string[]> => {
    const items = await dynamoDb.query(tables.TOKENS_TABLE, 'byUser', ['userKey', userKeyOf(subject)]);
    return items.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  };

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
        const found = (await listIdsOfUser(subject)).filter((id) => !revoked.has(id));
        if (found.length === 0 && look > 0) break;
        for (const id of found) {
          await dynamoDb.delete(tables.TOKENS_TABLE, { id });
          revoked.add(id);
        }
      }
      return revoked.size;
    },
    async findSubjects(tenant, isMeant) {
      const subjects = new Set<string>();
      const condition = '#tenant = :tenant AND attribute_exists(#userKey)';
      for await (const { user } of dynamoDb.scan(tables.TOKENS_TABLE, { condition, names: ['tenant', 'userKey'], values: { tenant } })) {
        if (v.is(holderName, user) && isMeant(user)) subjects.add(subjectOf(user));
      }
      return subjects;
    },
    revokeClient: (clientId, nowSeconds) => declareDead(tables.CLIENTS_TABLE, { clientId }, 'clientId', nowSeconds),
    revokeTenant: (tenant, nowSeconds) => declareDead(tables.TENANTS_TABLE, { tenant, entry: 'tenant' }, 'tenant', nowSeconds),
  };
}
