// A55: renewals of one refresh token at the same moment, in several instances of the function that share nothing but the
// tables, as on Lambda; and a revocation among them. test/contracts/refresh-races.test.ts races within one instance.
// GATEHOUSE_RACES says how often.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type AccessTokenCheck, createAccessTokenCheck } from '../../functions/own-tokens/access-token.ts';
import { createStores, type Stores } from '../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../functions/token/handler.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { missingDynamoDbLocal, startDynamoDbLocal } from '../support/dynamodb-local.ts';
import { openKnownUsers } from '../support/known-users.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { putEntry } from '../support/put-entry.ts';
import { skipWithout } from '../support/required-part.ts';
import { TABLE_VARIABLES, useTablesAt } from '../support/tables.ts';
import { DEMO_GRANT_TYPES, ISSUER, PASSWORD_GRANT, secretDigest, USERX } from '../support/token-api.ts';
import { basic, tokenEvent } from '../support/token-events.ts';

const ROUNDS = Number(process.env.GATEHOUSE_RACES ?? 5);
const CONCURRENT = 50;
const INSTANCES = 5;
const NOW_MS = 1_900_000_000_000;

const SUBJECTS = [
  { name: 'dynalite', missing: undefined, start: startDynamoDb },
  { name: 'DynamoDB Local', missing: missingDynamoDbLocal(), start: startDynamoDbLocal },
];

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** Instances of the token function that share nothing but the tables. */
interface Race {
  readonly stores: Stores;
  readonly check: AccessTokenCheck;
  login(): Promise<Answer>;
  /** The `n`-th caller goes to the `n`-th instance, and round. */
  renew(refreshToken: unknown, n?: number): Promise<Answer>;
  revoke(refreshToken: unknown): Promise<Answer>;
}

async function openRace(dynamoDb: TestDynamoDb, tenant: { readonly refreshGraceSeconds: number }): Promise<Race> {
  useTablesAt(dynamoDb.endpoint);
  await putEntry(dynamoDb, 'Tenants', { tenant: 'my_company', entry: 'tenant', ...tenant });
  await putEntry(dynamoDb, 'Clients', {
    clientId: 'demo-app',
    tenant: 'my_company',
    secrets: [{ sha256: secretDigest('demo-app-secret') }],
    grantTypes: DEMO_GRANT_TYPES,
  });
  const clock = () => NOW_MS;
  const log = () => {};
  const { signingKeys } = openMemoryStores({ clock });
  const instances = Array.from({ length: INSTANCES }, () => {
    const stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log });
    const userstores = openKnownUsers(stores.tenants);
    userstores.users.set('userx@my_company', { password: 'mypass', user: USERX });
    const sendOutbound = () => Promise.reject(new Error('no network in this test'));
    return { stores, handler: createTokenHandler({ ...stores, signingKeys, userstores, sendOutbound, issuer: ISSUER, clock, log }) };
  });
  const post = async (path: string, form: Readonly<Record<string, string>>, n = 0): Promise<Answer> => {
    for (let attempt = 0; ; attempt++) {
      const { statusCode, body } = await at(n).handler(tokenEvent({ path, form, headers: basic('demo-app', 'demo-app-secret') }));
      if (statusCode !== 503 || attempt === 20) return { status: statusCode, body: body === '' ? {} : JSON.parse(body) };
      // An emulator that is out of breath: any client tries again. The first try may or may not have been written.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const at = (n: number) => {
    const instance = instances[n % INSTANCES];
    assert.ok(instance);
    return instance;
  };
  const { stores } = at(0);
  return {
    stores,
    check: createAccessTokenCheck({ ...stores, signingKeys, issuer: ISSUER }),
    login: () => post('/oauth2/token', PASSWORD_GRANT),
    renew: (refreshToken, n) => post('/oauth2/token', { grant_type: 'refresh_token', refresh_token: String(refreshToken) }, n),
    revoke: (refreshToken) => post('/oauth2/revoke', { token: String(refreshToken) }),
  };
}

const renewAtOnce = (race: Race, refreshToken: unknown) =>
  Promise.all(Array.from({ length: CONCURRENT }, (_, n) => race.renew(refreshToken, n)));

/** How many of these refresh tokens renew the grant, tried one after the other from the last. */
async function countLive(race: Race, tokens: readonly unknown[]): Promise<number> {
  let live = 0;
  for (const token of tokens) if ((await race.renew(token)).status === 200) live++;
  return live;
}

const distinct = (values: readonly unknown[]): unknown[] => [...new Set(values)];

for (const subject of SUBJECTS) {
  suite(`renewals at the same moment on ${subject.name}`, { skip: skipWithout(subject.missing) }, () => {
    let dynamoDb: TestDynamoDb;
    before(async () => {
      dynamoDb = await subject.start();
    });
    after(() => dynamoDb.close());

    test(`A55 with the grace, ${CONCURRENT} get one and the same successor, ${ROUNDS} times over`, async () => {
      const race = await openRace(dynamoDb, { refreshGraceSeconds: 10 });
      let successors = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const first = await race.login();
        const answers = await renewAtOnce(race, first.body.refresh_token);
        assert.deepEqual(distinct(answers.map(({ status }) => status)), [200], `round ${round}`);
        const access = distinct(answers.map(({ body }) => body.access_token));
        const refresh = distinct(answers.map(({ body }) => body.refresh_token));
        assert.deepEqual([access.length, refresh.length], [1, 1], `round ${round}`);
        assert.equal((await race.check(String(access[0]), NOW_MS / 1000)).kind, 'live');
        successors += await countLive(race, refresh);
      }
      assert.equal(successors, ROUNDS, 'live successors');
    });

    test(`A55 a revocation among ${CONCURRENT} renewals leaves nothing alive, ${ROUNDS} times over`, async () => {
      const race = await openRace(dynamoDb, { refreshGraceSeconds: 10 });
      for (let round = 0; round < ROUNDS; round++) {
        const first = await race.login();
        const [answers, revocation] = await Promise.all([
          renewAtOnce(race, first.body.refresh_token),
          race.revoke(first.body.refresh_token),
        ]);
        assert.equal(revocation.status, 200);
        for (const { body } of answers) {
          if (body.access_token === undefined) continue;
          assert.equal((await race.check(String(body.access_token), NOW_MS / 1000)).kind, 'dead', `round ${round}`);
        }
        const refresh = distinct(answers.map(({ body }) => body.refresh_token).filter((token) => token !== undefined));
        assert.equal(await countLive(race, [...refresh, first.body.refresh_token]), 0, `round ${round}`);
      }
    });
  });
}
