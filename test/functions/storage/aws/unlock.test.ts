// What an operator unlocks: every count of a name, and nothing that is known of its user's places.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nameKey, placeKey, unknownOutcomeKey, userIdKey } from '../../../../functions/storage/attempt-keys.ts';
import { createAttempts } from '../../../../functions/storage/aws/attempts.ts';
import { createDynamoDb, type DynamoDb } from '../../../../functions/storage/aws/dynamodb.ts';
import { attemptsKey } from '../../../../functions/storage/aws/token-keys.ts';
import { createUnlock } from '../../../../functions/storage/aws/unlock.ts';
import { placesAfterSignIn } from '../../../../functions/storage/sign-in-places.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { TABLE_VARIABLES, useTablesAt } from '../../../support/tables.ts';

const TOKENS = TABLE_VARIABLES.TOKENS_TABLE;
const NOW_MS = 1_800_000_000_000;
const LIMIT = { maxAttempts: 2, lockSeconds: 300 };

let started: TestDynamoDb;
let dynamoDb: DynamoDb;
before(async () => {
  started = await startDynamoDb();
  useTablesAt(started.endpoint);
  dynamoDb = createDynamoDb();
});
after(() => started.close());

test('all that is counted for a name is forgotten, by any spelling, and its places stay known', async () => {
  const attempts = createAttempts(dynamoDb, TOKENS);
  const { unlock } = createUnlock(dynamoDb, TOKENS);
  const name = nameKey('t', 'joe');
  const home = placeKey(name, 'network', '198.51.100.7');
  const keys = [name, unknownOutcomeKey(name, undefined), unknownOutcomeKey(name, home), userIdKey('t', 'LDAP', 'id-of-joe')];
  const others = [nameKey('t', 'ann'), nameKey('other', 'joe'), userIdKey('t', 'LDAP', 'id-of-ann')];
  await attempts.rememberSignIn({ name, places: placesAfterSignIn(new Map(), [home], 'fedcba9876543210', NOW_MS) });
  const atHome = () => attempts.reserveAtPlace(name, [home], LIMIT, NOW_MS);
  const reserve = (key: string) => attempts.reserveAttempt(key, LIMIT, NOW_MS);
  for (let at = 0; at < 3; at += 1) {
    await atHome();
    for (const key of [...keys, ...others]) await reserve(key);
  }
  assert.equal(await unlock('t', 'JOÉ', [{ domain: 'LDAP', id: 'id-of-joe' }]), 2 * (keys.length + 1));
  for (const key of keys) assert.equal((await reserve(key)).kind, 'reserved');
  assert.equal((await atHome()).kind, 'reserved');
  for (const key of others) assert.equal((await reserve(key)).kind, 'locked');
});

test('a name of which nothing is counted, and a count that nobody can read', async () => {
  const { unlock } = createUnlock(dynamoDb, TOKENS);
  assert.equal(await unlock('t', 'nobody', []), 0);
  await dynamoDb.put(TOKENS, { ...attemptsKey(nameKey('t', 'odd')), count: 'many' });
  assert.equal(await unlock('t', 'odd', []), 0);
  assert.equal((await createAttempts(dynamoDb, TOKENS).reserveAttempt(nameKey('t', 'odd'), LIMIT, NOW_MS)).kind, 'reserved');
});
