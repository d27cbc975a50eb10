// A113: redemptions of one code at the same moment, in several instances of the function that share nothing but the
// tables, as on Lambda; and a sign-out among them. GATEHOUSE_RACES says how often.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { TestDynamoDb } from '../support/dynamodb.ts';
import { putEntry } from '../support/put-entry.ts';
import { skipWithout } from '../support/required-part.ts';
import { authorizationQuery, type Browser, newPkce, openBrowser, REDIRECT_URI, signIn } from '../support/sign-in-browser.ts';
import type { TokenAnswer } from '../support/token-api.ts';
import { openTokenInstances, RACE_NOW_MS, RACE_TABLES } from '../support/token-instances.ts';

const ROUNDS = Number(process.env.GATEHOUSE_RACES ?? 3);
const CONCURRENT = 50;

interface Race {
  readonly browser: Browser;
  /** The `n`-th caller goes to the `n`-th instance, and round. */
  redeem(code: string, verifier: string, n: number): Promise<TokenAnswer>;
  isLive(token: unknown): Promise<boolean>;
}

async function openRace(dynamoDb: TestDynamoDb): Promise<Race> {
  const { call, check } = openTokenInstances(dynamoDb);
  const tenant = 'my_company';
  await putEntry(dynamoDb, 'Tenants', { tenant, entry: 'tenant', signIn: {} });
  const grantTypes = ['authorization_code', 'refresh_token'];
  await putEntry(dynamoDb, 'Clients', {
    clientId: 'web-app',
    tenant,
    authMethods: ['none'],
    firstParty: true,
    grantTypes,
    redirectUris: [REDIRECT_URI],
  });
  return {
    browser: openBrowser({ call }),
    redeem: (code, verifier, n) =>
      call(
        {
          path: '/oauth2/token',
          form: { grant_type: 'authorization_code', client_id: 'web-app', code, redirect_uri: REDIRECT_URI, code_verifier: verifier },
        },
        n,
      ),
    isLive: async (token) => (await check(String(token), RACE_NOW_MS / 1000)).kind === 'live',
  };
}

for (const subject of RACE_TABLES) {
  suite(`redemptions at the same moment on ${subject.name}`, { skip: skipWithout(subject.missing) }, () => {
    let dynamoDb: TestDynamoDb;
    before(async () => {
      dynamoDb = await subject.start();
    });
    after(() => dynamoDb.close());

    test(`A113 of ${CONCURRENT} redemptions of one code one gets tokens, and the others end them, ${ROUNDS} times over`, async () => {
      const race = await openRace(dynamoDb);
      for (let round = 0; round < ROUNDS; round++) {
        const { verifier, challenge } = newPkce();
        const { code = '' } = (await signIn(race.browser, authorizationQuery(challenge, { prompt: 'login', scope: 'openid' }))).sentBack;
        const answers = await Promise.all(Array.from({ length: CONCURRENT }, (_, n) => race.redeem(code, verifier, n)));
        const tokens = answers.filter(({ status }) => status === 200);
        assert.ok(tokens.length <= 1, `round ${round}: ${tokens.length} sets of tokens`);
        assert.ok(
          answers.every(({ status, json }) => status === 200 || json.error === 'invalid_grant'),
          `round ${round}`,
        );
        for (const { json } of tokens)
          assert.equal(await race.isLive(json.access_token), false, `round ${round}: a second use ends what the first one made`);
      }
    });

    test(`a sign-out while a code is redeemed leaves nothing alive, ${ROUNDS} times over`, async () => {
      const race = await openRace(dynamoDb);
      for (let round = 0; round < ROUNDS; round++) {
        const { verifier, challenge } = newPkce();
        const { code = '' } = (await signIn(race.browser, authorizationQuery(challenge, { prompt: 'login', scope: 'openid' }))).sentBack;
        const question = await race.browser.get('/oauth2/logout', { client_id: 'web-app' });
        const [answer] = await Promise.all([
          race.redeem(code, verifier, round),
          race.browser.post('/oauth2/logout', { ...question.hidden, decision: 'allow' }),
        ]);
        if (answer.status === 200) assert.equal(await race.isLive(answer.json.access_token), false, `round ${round}`);
        else assert.equal(answer.json.error, 'invalid_grant', `round ${round}`);
      }
    });
  });
}
