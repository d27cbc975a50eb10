// Counters of tiers in the Tokens table: one conditional write a request, each window an item of its own that TTL
// forgets (A82: a window's key is never used again, so nothing depends on when).

import { type RequestCountStore, requestWindow } from '../request-counts.ts';
import type { DynamoDb } from './dynamodb.ts';
import { requestsKey } from './token-keys.ts';

const KEPT_SECONDS = 60;

export function createRequestCounts(dynamoDb: DynamoDb, table: string): RequestCountStore {
  return {
    async countRequest(key, tier, nowSeconds) {
      const { windowKey, endSeconds, retryAfterSeconds } = requestWindow(key, tier, nowSeconds);
      // Race: many requests at once. Each write sees what the one before it left, so the count never passes the tier.
      // Where the answer to a write was lost and its repetition is refused, one request too few is let through.
      const outcome = await dynamoDb.update(
        table,
        requestsKey(windowKey),
        'SET #count = if_not_exists(#count, :none) + :one, #expiresAt = :until',
        {
          condition: 'attribute_not_exists(#id) OR #count < :max',
          names: ['id', 'count', 'expiresAt'],
          values: { none: 0, one: 1, max: tier.requests, until: endSeconds + KEPT_SECONDS },
        },
      );
      return outcome === 'written' ? { kind: 'counted' } : { kind: 'over', retryAfterSeconds };
    },
  };
}
