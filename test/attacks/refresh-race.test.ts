// A55: renewals of one refresh token at the same moment, in several instances of the function that share nothing but the
// tables, as on Lambda; and a revocation among them. test/contracts/refresh-races.test.ts races within one instance.
// GATEHOUSE_RACES says how often.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { AccessTokenCheck } from '../../functions/own-tokens/access-token.ts';
import type { Stores } from '../../functions/storage/aws/index.ts';
import type { TestDynamoDb } from '../support/dynamodb.ts';
import { putEntry } from '../support/put-entry.ts';
import { skipWithout } from '../support/required-part.ts';
import { DEMO_GRANT_TYPES, PASSWORD_GRANT, secretDigest, type TokenAnswer } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';
import { openTokenInstances, RACE_NOW_MS, RACE_TABLES } from '../support/token-instances.ts';

const ROUNDS = Number(process.env.GATEHOUSE_RACES ?? 5);
const CONCURRENT = 50;

/** Instances of the token function that share nothing but the tables. */
interface Race {
  readonly stores: Stores;
  readonly check: AccessTokenCheck;
  login(): Promise<TokenAnswer>;
  /** The `n`-th caller goes to the `n`-th instance, and round. */
  renew(refreshToken: unknown, n?: number): Promise<TokenAnswer>;
  revoke(refreshToken: unknown): Promise<TokenAnswer>;
}

async function openRace(dynamoDb: TestDynamoDb, tenant: { readonly refreshGraceSeconds: number }): Promise<Race> {
  const { stores, check, call } = openTokenInstances(dynamoDb);
  await putEntry(dynamoDb, 'Tenants', { tenant: 'my_company', entry: 'tenant', ...tenant });
  await putEntry(dynamoDb, 'Clients', {
    clientId: 'demo-app',
    tenant: 'my_company',
    secrets: [{ sha256: secretDigest('demo-app-secret') }],
    grantTypes: DEMO_GRANT_TYPES,
  });
  const post = (path: string, form: Readonly<Record<string, string>>, n?: number) =>
    call({ path, form, headers: basic('demo-app', 'demo-app-secret') }, n);
  return {
    stores,
    check,
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

for (const subject of RACE_TABLES) {
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
        const answers = await renewAtOnce(race, first.json.refresh_token);
        assert.deepEqual(distinct(answers.map(({ status }) => status)), [200], `round ${round}`);
        const access = distinct(answers.map(({ json }) => json.access_token));
        const refresh = distinct(answers.map(({ json }) => json.refresh_token));
        assert.deepEqual([access.length, refresh.length], [1, 1], `round ${round}`);
        assert.equal((await race.check(String(access[0]), RACE_NOW_MS / 1000)).kind, 'live');
        successors += await countLive(race, refresh);
      }
      assert.equal(successors, ROUNDS, 'live successors');
    });

    test(`A55 a revocation among ${CONCURRENT} renewals leaves nothing alive, ${ROUNDS} times over`, async () => {
      const race = await openRace(dynamoDb, { refreshGraceSeconds: 10 });
      for (let round = 0; round < ROUNDS; round++) {
        const first = await race.login();
        const [answers, revocation] = await Promise.all([
          renewAtOnce(race, first.json.refresh_token),
          race.revoke(first.json.refresh_token),
        ]);
        assert.equal(revocation.status, 200);
        for (const { json } of answers) {
          if (json.access_token === undefined) continue;
          assert.equal((await race.check(String(json.access_token), RACE_NOW_MS / 1000)).kind, 'dead', `round ${round}`);
        }
        const refresh = distinct(answers.map(({ json }) => json.refresh_token).filter((token) => token !== undefined));
        assert.equal(await countLive(race, [...refresh, first.json.refresh_token]), 0, `round ${round}`);
      }
    });
  });
}
