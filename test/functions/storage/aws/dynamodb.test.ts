import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import { errorFields } from '../../../../functions/shared/log.ts';
import { createAttempts } from '../../../../functions/storage/aws/attempts.ts';
import { createDynamoDb, type DynamoDb } from '../../../../functions/storage/aws/dynamodb.ts';
import { grantFromItem } from '../../../../functions/storage/aws/grant-item.ts';
import { createGrants } from '../../../../functions/storage/aws/grants.ts';
import { createReplays } from '../../../../functions/storage/aws/replays.ts';
import { createSessions } from '../../../../functions/storage/aws/sessions.ts';
import { attemptsKey, grantKey, placesKey, sessionKey } from '../../../../functions/storage/aws/token-keys.ts';
import { placesAfterSignIn } from '../../../../functions/storage/sign-in-places.ts';
import { newGrant } from '../../../contracts/grant-store.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { type Fault, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { TABLE_VARIABLES, useTestCredentials } from '../../../support/tables.ts';

const TOKENS = TABLE_VARIABLES.TOKENS_TABLE;
const NOW = 1_800_000_000;

let real: TestDynamoDb;
before(async () => {
  useTestCredentials();
  real = await startDynamoDb();
});
after(() => real.close());

/** The client of the functions, through a proxy with these faults. */
async function withFaults(
  faultOf: (operation: string, n: number) => Fault,
  use: (dynamoDb: DynamoDb, count: (operation: string) => number) => Promise<void>,
) {
  const proxy = await startFaultyProxy(real.endpoint, faultOf);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.endpoint;
  try {
    await use(createDynamoDb(), proxy.count);
  } finally {
    await proxy.close();
  }
}

const firstLost = (operation: string) => (called: string, n: number) => (called === operation && n === 0 ? 'lose' : 'none');

const isUnavailable = (reason: string) => (error: unknown) =>
  error instanceof Unavailable && error.dependency === 'dynamodb' && error.reason === reason;

test('a renewal whose answer was lost is known as our own at the second try, and one of somebody else is not', async () => {
  const from = newGrant(NOW);
  const to = { ...newGrant(NOW, { id: from.id }), generation: 1 };
  await createGrants(await direct(), TOKENS).insertGrant(from);
  await withFaults(firstLost('PutItem'), async (dynamoDb, count) => {
    const grants = createGrants(dynamoDb, TOKENS);
    assert.equal(await grants.rotateGrant(from, to), true);
    assert.equal(count('PutItem'), 2);
    assert.deepEqual(await grants.findGrant(from.id, NOW), to);
  });
  await withFaults(firstLost('PutItem'), async (dynamoDb) => {
    assert.equal(await createGrants(dynamoDb, TOKENS).rotateGrant(from, { ...newGrant(NOW, { id: from.id }), generation: 1 }), false);
  });
});

test('a claim whose answer was lost is still ours, and stays taken', async () => {
  await withFaults(firstLost('PutItem'), async (dynamoDb) => {
    const once = createReplays(dynamoDb, TOKENS, () => NOW * 1000);
    assert.equal(await once.claimOnce('jti#lost', NOW + 60), true);
    assert.equal(await once.claimOnce('jti#lost', NOW + 60), false);
  });
});

test('an attempt whose answer was lost counts at least once', async () => {
  await withFaults(firstLost('UpdateItem'), async (dynamoDb) => {
    const attempts = createAttempts(dynamoDb, TOKENS);
    const limit = { maxAttempts: 2, lockSeconds: 60 };
    assert.equal((await attempts.reserveAttempt('lost', limit, NOW * 1000)).kind, 'reserved');
    assert.equal((await attempts.reserveAttempt('lost', limit, NOW * 1000)).kind, 'locked');
  });
});

const SIGN_IN = { name: 'batch', places: placesAfterSignIn(new Map(), ['0123456789abcdef'], 'fedcba9876543210', NOW * 1000) };

test('what a batch leaves undone is written by the next; one that never ends is an outage', async () => {
  const grant = newGrant(NOW);
  await withFaults(
    (operation, n) => (operation === 'BatchWriteItem' && n < 2 ? 'unprocessed' : 'none'),
    async (dynamoDb, count) => {
      const grants = createGrants(dynamoDb, TOKENS);
      await grants.insertGrant(grant, SIGN_IN);
      assert.equal(count('BatchWriteItem'), 3);
      assert.deepEqual(await grants.findGrant(grant.id, NOW), grant);
    },
  );
  await withFaults(
    () => 'unprocessed',
    async (dynamoDb, count) => {
      await assert.rejects(createGrants(dynamoDb, TOKENS).insertGrant(grant, SIGN_IN), isUnavailable('throttled'));
      assert.equal(count('BatchWriteItem'), 5);
    },
  );
});

test('A83 what a batch leaves unread is read by the next, and is never taken for missing', async () => {
  const grant = newGrant(NOW);
  await createGrants(await direct(), TOKENS).insertGrant(grant);
  const keys = [
    [TOKENS, grantKey(grant.id)],
    [TABLE_VARIABLES.USERS_TABLE, { tenant: 'my_company', username: 'nobody' }],
  ] as const;
  await withFaults(
    (operation, n) => (operation === 'BatchGetItem' && n < 2 ? 'unprocessed' : 'none'),
    async (dynamoDb, count) => {
      const [item, none] = await dynamoDb.getEach(keys);
      assert.deepEqual([grantFromItem(item ?? {}), none], [grant, undefined]);
      assert.equal(count('BatchGetItem'), 3);
    },
  );
  await withFaults(
    () => 'unprocessed',
    async (dynamoDb) => assert.rejects(dynamoDb.getEach(keys), isUnavailable('throttled')),
  );
  await withFaults(
    () => ({ status: 400, type: 'com.amazon.coral.service#AccessDeniedException' }),
    async (dynamoDb) => assert.rejects(dynamoDb.getEach(keys), isUnavailable('access-denied')),
  );
});

test('A78 every failure is an outage with a reason', async () => {
  const final: readonly (readonly [string, string])[] = [
    ['com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', 'not-found'],
    ['com.amazon.coral.service#AccessDeniedException', 'access-denied'],
    ['com.amazon.coral.service#InvalidSignatureException', 'access-denied'],
    ['com.amazon.coral.validate#ValidationException', 'bad-request'],
  ];
  for (const [type, reason] of final) {
    await withFaults(
      () => ({ status: 400, type }),
      async (dynamoDb, count) => {
        const grants = createGrants(dynamoDb, TOKENS);
        await assert.rejects(grants.findGrant('any', NOW), isUnavailable(reason));
        await assert.rejects(grants.rotateGrant(newGrant(NOW), newGrant(NOW)), isUnavailable(reason));
        await assert.rejects(grants.listGrantsOfUser('userx@my_company'), isUnavailable(reason));
        await assert.rejects(grants.deleteGrant({ id: 'any', tenant: 'any' }), isUnavailable(reason));
        assert.equal(count('GetItem'), 1, 'what was answered is not tried again');
        const error = await grants.findGrant('any', NOW).catch((thrown: unknown) => thrown);
        assert.ok(!JSON.stringify(errorFields(error)).includes('a-secret-value'), 'A61 nothing of the answer is logged');
      },
    );
  }
});

test('A78 what may pass is tried three times, then it is an outage', async () => {
  const passing: readonly (readonly [Fault, string])[] = [
    [{ status: 400, type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException' }, 'throttled'],
    [{ status: 500, type: 'com.amazonaws.dynamodb.v20120810#InternalServerError' }, 'request-failed'],
  ];
  for (const [fault, reason] of passing) {
    await withFaults(
      () => fault,
      async (dynamoDb, count) => {
        await assert.rejects(createGrants(dynamoDb, TOKENS).findGrant('any', NOW), isUnavailable(reason));
        assert.equal(count('GetItem'), 3);
      },
    );
  }
});

test('A78 a table that never answers is an outage after three tries of a second', async () => {
  await withFaults(
    () => 'stall',
    async (dynamoDb, count) => {
      const startedMs = performance.now();
      await assert.rejects(createGrants(dynamoDb, TOKENS).findGrant('any', NOW), isUnavailable('timeout'));
      // On a busy machine a try may be over before the proxy has seen it.
      assert.ok(count('GetItem') >= 1 && count('GetItem') <= 3);
      const tookMs = performance.now() - startedMs;
      assert.ok(tookMs >= 2900 && tookMs < 30_000, `${tookMs} ms`);
    },
  );
});

test('a grant that nobody of ours wrote is an outage, not a revoked token', async () => {
  const dynamoDb = await direct();
  await dynamoDb.put(TOKENS, { id: 'grant#foreign', generation: 'one', expiresAt: NOW + 60 });
  await assert.rejects(createGrants(dynamoDb, TOKENS).findGrant('foreign', NOW), isUnavailable('grant-malformed'));
});

test('a count of attempts, places, and a session that nobody of ours wrote are outages', async () => {
  const dynamoDb = await direct();
  await dynamoDb.put(TOKENS, { ...placesKey('odd'), places: { '0123456789abcdef': { signedInAt: NOW } }, expiresAt: NOW + 600 });
  const atPlace = createAttempts(dynamoDb, TOKENS).reserveAtPlace('odd', ['0123456789abcdef'], { maxAttempts: 5, lockSeconds: 300 }, NOW);
  await assert.rejects(atPlace, isUnavailable('places-malformed'));
  await dynamoDb.put(TOKENS, { ...attemptsKey('odd'), count: 5, locks: 'none', lastAtMs: NOW * 1000, expiresAt: NOW + 600 });
  const reserved = createAttempts(dynamoDb, TOKENS).reserveAttempt('odd', { maxAttempts: 5, lockSeconds: 300 }, NOW * 1000);
  await assert.rejects(reserved, isUnavailable('attempts-malformed'));
  await dynamoDb.put(TOKENS, { ...sessionKey('odd'), expiresAt: NOW + 600 });
  await assert.rejects(createSessions(dynamoDb, TOKENS, () => NOW * 1000).findSession('odd'), isUnavailable('session-malformed'));
});

test('a Query that never comes to an end is given up', async () => {
  const page = { Items: [], LastEvaluatedKey: { id: { S: 'on and on' } } };
  await withFaults(
    () => ({ reply: page }),
    async (dynamoDb, count) => {
      await assert.rejects(dynamoDb.query(TOKENS, 'byUser', ['userKey', 'anybody']), isUnavailable('too-many-items'));
      assert.equal(count('Query'), 20);
    },
  );
});

/** Straight to dynalite. */
async function direct(): Promise<DynamoDb> {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = real.endpoint;
  const dynamoDb = createDynamoDb();
  // The SDK reads the endpoint at the first call.
  await dynamoDb.get(TOKENS, { id: 'any' }, { isConsistent: true });
  return dynamoDb;
}
