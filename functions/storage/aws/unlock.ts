// Unlock: forgets the failed logins of a name, for an operator whose user should not have to wait. Places where the user is
// at home stay known.

import * as v from 'valibot';
import { nameKey, unknownOutcomeKey, userIdKey } from '../attempt-keys.ts';
import type { DynamoDb } from './dynamodb.ts';
import { createPlaces } from './places.ts';
import { attemptsKey } from './token-keys.ts';

/** A user as a store knows the name that is to be unlocked. */
interface UnlockedUser {
  readonly domain: string;
  readonly id: string;
}

export interface Unlock {
  /**
   * Forgets every failed login of a name in a tenant, in whatever spelling and for whichever store.
   *
   * @param users that stores know by the name, whose other names are counted with it
   * @returns how many there were
   */
  unlock(tenant: string, name: string, users: readonly UnlockedUser[]): Promise<number>;
}

const counted = v.object({ count: v.number() });

export function createUnlock(dynamoDb: DynamoDb, table: string): Unlock {
  const places = createPlaces(dynamoDb, table);

  async function forget(key: string): Promise<number> {
    const item = await dynamoDb.get(table, attemptsKey(key), { isConsistent: true });
    if (item === undefined) return 0;
    // Whatever is in it: an item that nobody can read locks its user out as well.
    await dynamoDb.delete(table, attemptsKey(key));
    return v.is(counted, item) ? item.count : 0;
  }

  return {
    async unlock(tenant, name, users) {
      const key = nameKey(tenant, name);
      const known = await places.forgetAttempts(key);
      const counts = [
        forget(key),
        ...[undefined, ...known.keys()].map((place) => forget(unknownOutcomeKey(key, place))),
        ...users.map(({ domain, id }) => forget(userIdKey(tenant, domain, id))),
      ];
      const ofPlaces = [...known.values()].map(({ attempts }) => attempts.count);
      return [...(await Promise.all(counts)), ...ofPlaces].reduce((sum, count) => sum + count, 0);
    },
  };
}
