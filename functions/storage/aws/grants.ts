// Grants in the Tokens table: each of issue, renew, revoke and check is one call on one item.

import type { GrantStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import { createFindGrant, readGrantItem } from './find-grant.ts';
import { grantFromItem, grantToItem } from './grant-item.ts';
import { writeWithSignIn } from './places.ts';
import { grantIdOf, userKeyOf } from './token-keys.ts';

/** @param clock as of `FeedTable` */
export function createGrants(dynamoDb: DynamoDb, table: string, clock?: () => number): GrantStore {
  return {
    async insertGrant(grant, signIn) {
      // The id is 128 random bits: there is nothing to overwrite, and no condition to check. A batch that stops
      // half way leaves a grant whose tokens nobody was given.
      if (signIn === undefined) await dynamoDb.put(table, grantToItem(grant));
      else await writeWithSignIn(dynamoDb, table, [grantToItem(grant)], signIn);
    },

    findGrant: createFindGrant(dynamoDb, table),

    async rotateGrant(from, to) {
      // Race: two renewals with the same refresh token, or a renewal and a revocation. The generation and the digest
      // are those of one moment; the first write changes both, so every other one fails, and so does one that comes
      // after the grant was deleted: it can't bring it back.
      const isAsRead = from.refresh === undefined ? 'attribute_not_exists(#refresh)' : '#refresh.#digest = :digest';
      const outcome = await dynamoDb.put(table, grantToItem(to), {
        condition: `#generation = :generation AND ${isAsRead}`,
        names: ['generation', 'refresh', ...(from.refresh === undefined ? [] : ['digest'])],
        values: { generation: from.generation, ...(from.refresh !== undefined && { digest: from.refresh.digest }) },
      });
      if (outcome !== 'refused-unsure') return outcome === 'written';
      // Race: our own first try was written and its answer lost, so that the second met our own write.
      const item = await readGrantItem(dynamoDb, table, to.id);
      const stored = item && grantFromItem(item);
      return stored?.access.digest === to.access.digest && stored.refresh?.digest === to.refresh?.digest;
    },

    // Loaded late: few requests end one.
    deleteGrant: async (grant) => (await import('./end-grants.ts')).endGrants({ dynamoDb, table, clock }, [grant]),

    async listGrantsOfUser(subject) {
      const items = await dynamoDb.query(table, 'byUser', ['userKey', userKeyOf(subject)]);
      // Sessions of the sign-in page stand in the index as well.
      return items.flatMap(({ id }) => (typeof id === 'string' && id.startsWith('grant#') ? [grantIdOf(id)] : []));
    },
  };
}
