// Replay store in the Tokens table: the `jti` of an assertion, the ID of a SAML one, may be used once (A35, A52).

import { randomUUID } from 'node:crypto';
import type { ReplayStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import { replayKey } from './token-keys.ts';

/** @param clock milliseconds since the epoch */
export function createReplays(dynamoDb: DynamoDb, table: string, clock: () => number): ReplayStore {
  return {
    async claimOnce(key, expiresAtSeconds) {
      const claim = randomUUID();
      // Race: the same assertion sent twice at once. The item that is there, and not expired, refuses the second (A82).
      const outcome = await dynamoDb.put(
        table,
        { ...replayKey(key), expiresAt: expiresAtSeconds, claim },
        {
          condition: 'attribute_not_exists(#id) OR #expiresAt <= :now',
          names: ['id', 'expiresAt'],
          values: { now: Math.floor(clock() / 1000) },
        },
      );
      if (outcome !== 'refused-unsure') return outcome === 'written';
      // Race: our own first try was written and its answer lost.
      return (await dynamoDb.get(table, replayKey(key), { isConsistent: true }))?.claim === claim;
    },
  };
}
