// The revocation feed on real tables: the token function and two authorizers, each with stores of its own, and a clock that
// the test moves. What a call waits for, what it costs, and how long after its end a token is believed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAuthorizer } from '../../functions/authorizer/authorize.ts';
import { createCheckByFeed } from '../../functions/own-tokens/check-by-feed.ts';
import { openFeed } from '../../functions/revocation-feed/open-feed.ts';
import { lazy } from '../../functions/shared/lazy.ts';
import type { LogFields } from '../../functions/shared/log.ts';
import type { CreateAwsClient } from '../../functions/storage/aws/aws-call.ts';
import { createAwsClient } from '../../functions/storage/aws/aws-client.ts';
import { createStores } from '../../functions/storage/aws/index.ts';
import { createReadAhead } from '../../functions/storage/aws/read-ahead.ts';
import { createTokenHandler } from '../../functions/token/handler.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { hashByArgon2id } from '../../functions/userstores/password-hashes/argon2.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { putEntry } from '../support/put-entry.ts';
import { TABLE_VARIABLES, useTablesAt } from '../support/tables.ts';
import { demoClient } from '../support/token-api.ts';
import { basic, tokenEvent } from '../support/token-events.ts';
import { API_ID, restRequest, STAGE } from './authorizer/authorizer-world.ts';

const ISSUER = 'https://issuer.example';
/** What functions/revocation-feed/README.md promises. */
const BOUND_MS = 10_000;
const STEP_MS = 500;
const tenant = 'my_company';
const TENANT = { tenant, entry: 'tenant', jwtRevocation: 'feed' };
const CLIENT = demoClient('demo-jwt-app', 'demo-jwt-app-secret', { scopes: [], tokenFormat: 'jwt' });
const noNetwork = () => Promise.reject(new Error('no network in this test'));

let dynamoDb: TestDynamoDb;
let nowMs = 1_900_000_000_000;
const clock = () => nowMs;
const { signingKeys } = openMemoryStores({ clock });
let user: Readonly<Record<string, string>>;
let call: (path: string, form: Readonly<Record<string, string>>) => Promise<Readonly<Record<string, unknown>>>;
let functions: ReturnType<typeof openAuthorizer>[];

before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  user = { tenant, username: 'publisher', id: 'u-1', passwordHash: await hashByArgon2id('publisher-pass') };
  await restore();
  const api = { apiId: API_ID, stage: STAGE, context: '/pizzashack/1.0.0', resources: [{ path: '/menu' }] };
  await putEntry(dynamoDb, 'Tenants', { tenant, entry: 'api#pizzashack', ...api });
  const stores = openStores(createAwsClient);
  const log = () => {};
  const userstores = createUserstores({ ...stores, sendOutbound: noNetwork, tenantSecretsPrefix: 'x/', clock, log });
  const handler = createTokenHandler({ ...stores, userstores, sendOutbound: noNetwork, issuer: ISSUER, clock, log });
  call = async (path, form) => {
    const event = tokenEvent({ path, form, headers: basic('demo-jwt-app', 'demo-jwt-app-secret') });
    const { statusCode, body } = await handler(event);
    assert.equal(statusCode, 200, body);
    return body === '' ? {} : JSON.parse(body);
  };
  functions = [openAuthorizer(), openAuthorizer()];
  // The feed begins with the first call. What is issued long after that is known to be younger.
  for (const each of functions) await each.says(await login());
  nowMs += 600_000;
});
after(() => dynamoDb.close());

const restore = async () => {
  await putEntry(dynamoDb, 'Tenants', TENANT);
  await putEntry(dynamoDb, 'Clients', CLIENT);
  await putEntry(dynamoDb, 'Users', user);
};
const openStores = (createClient: CreateAwsClient) => ({
  ...createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log: () => {}, createClient, ahead: createReadAhead() }),
  signingKeys,
});
const login = async () => {
  const { access_token } = await call('/oauth2/token', {
    grant_type: 'password',
    username: `publisher@${tenant}`,
    password: 'publisher-pass',
  });
  return String(access_token);
};

/** An authorizer as it starts, whose calls to DynamoDB are seen, and can be held back. */
function openAuthorizer() {
  const calls: string[] = [];
  const ages: number[] = [];
  const state = { gate: Promise.resolve(), underWay: 0 };
  const createClient: CreateAwsClient = (service, settings) => {
    const send = createAwsClient(service, settings);
    return async (operation, input) => {
      calls.push(operation);
      state.underWay += 1;
      await state.gate;
      return send(operation, input).finally(() => {
        state.underWay -= 1;
      });
    };
  };
  const stores = openStores(createClient);
  const log = (_level: string, _event: string, { feedAgeSeconds }: LogFields) => {
    if (typeof feedAgeSeconds === 'number') ages.push(feedAgeSeconds);
  };
  const checkByFeed = lazy(async () => createCheckByFeed(stores, openFeed({ store: await stores.feed(), log, clock, monotonic: () => 0 })));
  const authorize = createAuthorizer({
    ...stores,
    checkByFeed,
    userstores: noNetwork,
    externalJwts: noNetwork,
    issuer: ISSUER,
    authorizerCacheSeconds: 60,
    simpleResponseApis: new Set(),
    clock,
    log,
  });
  return {
    calls,
    ages,
    state,
    says: (token: string): Promise<'allowed' | 'refused' | 'outage'> =>
      authorize(restRequest({ authorization: `Bearer ${token}` })).then(
        () => 'allowed',
        ({ message }: Error) => (message === 'Unauthorized' ? 'refused' : 'outage'),
      ),
    /** Until what was begun in the background has come. */
    async settle(): Promise<void> {
      while (state.underWay > 0) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a call waits for no table, whether its token was seen before or not', async () => {
  const [one] = functions;
  assert.ok(one);
  const tokens = [await login(), await login()];
  for (const token of tokens) assert.equal(await one.says(token), 'allowed');
  one.calls.length = 0;
  for (const token of [...tokens, await login()]) assert.equal(await one.says(token), 'allowed');
  assert.deepEqual(one.calls, []);
  // From five to eight seconds everything is read again, and nobody waits for it.
  const { promise, resolve } = Promise.withResolvers<void>();
  one.state.gate = promise;
  for (const ms of [5500, 1000, 1000]) {
    nowMs += ms;
    for (const token of tokens) assert.equal(await one.says(token), 'allowed');
  }
  assert.deepEqual(one.calls.toSorted(), ['BatchGetItem', 'BatchGetItem', 'GetItem', 'Query', 'Query']);
  resolve();
  one.state.gate = Promise.resolve();
  await one.settle();
});

test('a minute of a busy function costs 15 reads of the feed and 15 of the user, and an idle one nothing', async (t) => {
  const [one] = functions;
  assert.ok(one);
  const token = await login();
  await one.says(token);
  one.calls.length = 0;
  for (let ms = 0; ms < 60_000; ms += 250) {
    assert.equal(await one.says(token), 'allowed');
    await one.settle();
    nowMs += 250;
  }
  const count = (operation: string) => one.calls.filter((made) => made === operation).length;
  t.diagnostic(['BatchGetItem', 'Query', 'GetItem'].map((operation) => `${count(operation)} ${operation}`).join(', '));
  assert.ok(count('BatchGetItem') >= 20 && count('BatchGetItem') <= 31, one.calls.join(' '));
  assert.ok(count('Query') <= 25 && count('GetItem') <= 13, one.calls.join(' '));
  one.calls.length = 0;
  nowMs += 3_600_000;
  await one.settle();
  assert.deepEqual(one.calls, []);
});

const ENDS: Readonly<Record<string, (token: string) => Promise<unknown>>> = {
  'a revocation by the client': (token) => call('/oauth2/revoke', { token }),
  'a client that is suspended by hand': () => putEntry(dynamoDb, 'Clients', { ...CLIENT, status: 'suspended' }),
  'tokensNotBefore of the client': () => putEntry(dynamoDb, 'Clients', { ...CLIENT, tokensNotBefore: Math.floor(nowMs / 1000) + 1 }),
  'a tenant that is suspended by hand': () => putEntry(dynamoDb, 'Tenants', { ...TENANT, status: 'suspended' }),
  'tokensNotBefore of the tenant': () => putEntry(dynamoDb, 'Tenants', { ...TENANT, tokensNotBefore: Math.floor(nowMs / 1000) + 1 }),
  'a user who is disabled by hand': () => putEntry(dynamoDb, 'Users', { ...user, status: 'disabled' }),
};
for (const [what, end] of Object.entries(ENDS)) {
  test(`A83 ${what} reaches both authorizers within ten seconds`, async (t) => {
    await restore();
    nowMs += 20_000;
    const token = await login();
    const others = [await login()];
    const seen = async (each: (typeof functions)[number]) => {
      const said = await each.says(token);
      for (const other of others) await each.says(other);
      await each.settle();
      return said;
    };
    for (let steps = 0; steps < 15; steps++) {
      for (const each of functions) assert.equal(await seen(each), 'allowed');
      nowMs += STEP_MS;
    }
    await end(token);
    const endedMs = nowMs;
    const refusedAfterMs = functions.map(() => Number.POSITIVE_INFINITY);
    while (nowMs < endedMs + BOUND_MS + 2000) {
      for (const [at, each] of functions.entries()) {
        if ((await seen(each)) === 'allowed') refusedAfterMs[at] = Number.POSITIVE_INFINITY;
        else refusedAfterMs[at] = Math.min(refusedAfterMs[at] ?? 0, nowMs - endedMs);
      }
      nowMs += STEP_MS;
    }
    t.diagnostic(`${what}: refused after ${refusedAfterMs.join(' and ')} ms, asked every ${STEP_MS} ms`);
    for (const ms of refusedAfterMs) assert.ok(ms <= BOUND_MS, `${ms} ms`);
    for (const { ages } of functions) assert.ok(Math.max(...ages) < BOUND_MS / 1000, 'what FeedAgeSeconds says');
  });
}

test('A78 a feed that can’t be read is an outage after the bound, and API Gateway keeps nothing', async () => {
  await restore();
  nowMs += 20_000;
  const [one] = functions;
  assert.ok(one);
  const token = await login();
  assert.equal(await one.says(token), 'allowed');
  await one.settle();
  one.state.gate = Promise.reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
  one.state.gate.catch(() => {});
  for (const [ms, said] of [
    [4500, 'allowed'],
    [3000, 'allowed'],
    [2500, 'outage'],
    [60_000, 'outage'],
  ] as const) {
    nowMs += ms;
    assert.equal(await one.says(token), said);
    one.state.underWay = 0;
    await one.settle();
  }
  one.state.gate = Promise.resolve();
  assert.equal(await one.says(token), 'allowed');
});

test('a revocation costs one write more than without a feed', async () => {
  const [one] = functions;
  assert.ok(one && dynamoDb.calls);
  const token = await login();
  dynamoDb.calls.length = 0;
  await call('/oauth2/revoke', { token });
  const made = dynamoDb.calls.filter((operation) => operation !== 'Query');
  assert.deepEqual(made, ['GetItem', 'UpdateItem', 'DeleteItem']);
});
