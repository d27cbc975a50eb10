// A113: redemptions of one code at the same moment, in several instances of the function that share nothing but the
// tables, as on Lambda; and a sign-out among them. GATEHOUSE_RACES says how often.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { createAccessTokenCheck } from '../../functions/own-tokens/access-token.ts';
import { createStores } from '../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../functions/token/handler.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { missingDynamoDbLocal, startDynamoDbLocal } from '../support/dynamodb-local.ts';
import { openKnownUsers } from '../support/known-users.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { putEntry } from '../support/put-entry.ts';
import { skipWithout } from '../support/required-part.ts';
import { authorizationQuery, type Browser, newPkce, openBrowser, REDIRECT_URI, signIn } from '../support/sign-in-browser.ts';
import { TABLE_VARIABLES, useTablesAt } from '../support/tables.ts';
import { answerOf, ISSUER, type TokenAnswer, USERX } from '../support/token-api.ts';
import { type TokenCall, tokenEvent } from '../support/token-events.ts';

const ROUNDS = Number(process.env.GATEHOUSE_RACES ?? 3);
const CONCURRENT = 50;
const INSTANCES = 5;
const NOW_MS = 1_900_000_000_000;

const SUBJECTS = [
  { name: 'dynalite', missing: undefined, start: startDynamoDb },
  { name: 'DynamoDB Local', missing: missingDynamoDbLocal(), start: startDynamoDbLocal },
];

interface Race {
  readonly browser: Browser;
  /** The `n`-th caller goes to the `n`-th instance, and round. */
  redeem(code: string, verifier: string, n: number): Promise<TokenAnswer>;
  isLive(token: unknown): Promise<boolean>;
}

async function openRace(dynamoDb: TestDynamoDb): Promise<Race> {
  useTablesAt(dynamoDb.endpoint);
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
  const at = (n: number) => {
    const instance = instances[n % INSTANCES];
    assert.ok(instance);
    return instance;
  };
  const call = async (request: TokenCall, n = 0): Promise<TokenAnswer> => {
    for (let attempt = 0; ; attempt++) {
      const answer = answerOf(await at(n).handler(tokenEvent(request)), undefined);
      if (answer.status !== 503 || attempt === 20) return answer;
      // An emulator that is out of breath: any client tries again.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const check = createAccessTokenCheck({ ...at(0).stores, signingKeys, issuer: ISSUER });
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
    isLive: async (token) => (await check(String(token), NOW_MS / 1000)).kind === 'live',
  };
}

for (const subject of SUBJECTS) {
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
