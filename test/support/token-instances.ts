// Instances of the token function that share nothing but the tables, as on Lambda, for races between them.

import assert from 'node:assert/strict';
import type { AccessTokenCheck } from '../../functions/own-tokens/access-token.ts';
import { createAccessTokenCheck } from '../../functions/own-tokens/check-access-token.ts';
import { createStores, type Stores } from '../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../functions/token/handler.ts';
import { startDynamoDb, type TestDynamoDb } from './dynamodb.ts';
import { missingDynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';
import { openKnownUsers } from './known-users.ts';
import { openMemoryStores } from './memory-stores.ts';
import { TABLE_VARIABLES, useTablesAt } from './tables.ts';
import { answerOf, ISSUER, type TokenAnswer, USERX } from './token-api.ts';
import { type TokenCall, tokenEvent } from './token-events.ts';

const INSTANCES = 5;
/** Milliseconds since the epoch: the clock stands still. */
export const RACE_NOW_MS = 1_900_000_000_000;

/** Both emulators: what races on one may not on the other. */
export const RACE_TABLES = [
  { name: 'dynalite', missing: undefined, start: startDynamoDb },
  { name: 'DynamoDB Local', missing: missingDynamoDbLocal(), start: startDynamoDbLocal },
];

export interface TokenInstances {
  /** Of the first instance. */
  readonly stores: Stores;
  readonly check: AccessTokenCheck;
  /** The `n`-th caller goes to the `n`-th instance, and round. */
  call(request: TokenCall, n?: number): Promise<TokenAnswer>;
}

/** userx of my_company can log in with `mypass`. */
export function openTokenInstances(dynamoDb: TestDynamoDb): TokenInstances {
  useTablesAt(dynamoDb.endpoint, dynamoDb.credentials);
  const clock = () => RACE_NOW_MS;
  const log = () => {};
  const { signingKeys } = openMemoryStores({ clock });
  const instances = Array.from({ length: INSTANCES }, () => {
    const stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log });
    const userstores = openKnownUsers(stores.tenants);
    userstores.users.set('userx@my_company', { password: 'mypass', user: USERX });
    const sendOutbound = () => Promise.reject(new Error('no network in this test'));
    return { stores, handler: createTokenHandler({ ...stores, signingKeys, userstores, sendOutbound, issuer: ISSUER, clock, log }) };
  });
  const at = (n: number) => {
    const instance = instances[n % INSTANCES];
    assert.ok(instance);
    return instance;
  };
  const { stores } = at(0);
  return {
    stores,
    check: createAccessTokenCheck({ ...stores, signingKeys, issuer: ISSUER }),
    async call(request, n = 0) {
      for (let attempt = 0; ; attempt++) {
        const answer = answerOf(await at(n).handler(tokenEvent(request)), undefined);
        if (answer.status !== 503 || attempt === 20) return answer;
        // An emulator that is out of breath: any client tries again. The first try may or may not have been written.
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
  };
}
