// Somebody signs in where a session is open already: the same user goes on with it, and anybody else ends it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OutboundRequest } from '../../../../functions/outbound/outbound.ts';
import {
  authorizationQuery,
  type Browser,
  claimsOf,
  newPkce,
  openBrowser,
  openSignInApi,
  REDIRECT_URI,
  redeem,
  signIn,
} from '../../../support/sign-in-browser.ts';
import { demoClient, START_SECONDS, type TokenApi, type TokenApiOptions, USERX } from '../../../support/token-api.ts';

const AUTHORIZE = '/oauth2/authorize';
const SESSION = '__Host-gatehouse-session-my_company';
const OTHER = { username: 'other', password: 'other-pass' };

/** userx is signed in, and `first-app` has tokens. */
async function openSignedIn(options: TokenApiOptions = {}) {
  const told: OutboundRequest[] = [];
  const sendOutbound: TokenApiOptions['sendOutbound'] = async (_, request) => {
    told.push(request);
    return { status: 200, headers: {}, body: '' };
  };
  const api = openSignInApi({ sendOutbound, ...options });
  const client = {
    ...{ secrets: [], authMethods: ['none'], firstParty: true, redirectUris: [REDIRECT_URI] },
    grantTypes: ['authorization_code', 'refresh_token'],
  };
  api.stores.put('Clients', demoClient('first-app', '', { ...client, backchannelLogoutUri: 'https://app.example/backchannel' }));
  api.stores.put('Clients', demoClient('third-app', '', { ...client, firstParty: false }));
  api.users.users.set('other@my_company', { password: OTHER.password, user: { ...USERX, username: 'other', id: 'e-1002' } });
  const browser = openBrowser(api);
  const { verifier, challenge } = newPkce();
  const sent = await signIn(browser, authorizationQuery(challenge, { client_id: 'first-app' }));
  const { json } = await redeem(api, sent.sentBack.code, verifier, { client_id: 'first-app' });
  const renewFirst = () =>
    api.token({ grant_type: 'refresh_token', client_id: 'first-app', refresh_token: String(json.refresh_token) }, {});
  return { api, browser, told, renewFirst, idToken: String(json.id_token) };
}

/** Signs in anew at another client, and answers its ID token. */
async function signInAgain(
  api: TokenApi,
  browser: Browser,
  form: Readonly<Record<string, string>> = { username: 'userx', password: 'mypass' },
) {
  const { verifier, challenge } = newPkce();
  const page = await browser.get(AUTHORIZE, authorizationQuery(challenge, { prompt: 'login' }));
  const sent = await browser.post(AUTHORIZE, { ...page.hidden, ...form });
  return { sent, claims: claimsOf((await redeem(api, sent.sentBack.code, verifier)).json.id_token) };
}

describe('the same user signs in again', () => {
  test('the session goes on: the same sid, a new moment, and nobody is told to sign out', async () => {
    const { api, browser, told, renewFirst, idToken } = await openSignedIn();
    api.advance(600);
    const { claims } = await signInAgain(api, browser);
    assert.deepEqual([claims.sid, claims.auth_time], [claimsOf(idToken).sid, START_SECONDS + 600]);
    assert.equal(told.length, 0);
    assert.equal((await renewFirst()).status, 200, 'the grant of the other client goes on');
    await browser.get('/oauth2/logout', { id_token_hint: idToken });
    assert.deepEqual([told.length, (await renewFirst()).status], [1, 400], 'and ends with the session');
  });

  test('A122 the cookie is a new one, and the one before is worth nothing', async () => {
    const { api, browser } = await openSignedIn();
    const stolen = browser.jar.get(SESSION) ?? '';
    await signInAgain(api, browser);
    assert.notEqual(browser.jar.get(SESSION), stolen);
    const thief = openBrowser(api);
    thief.jar.set(SESSION, stolen);
    assert.equal(
      (await thief.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { prompt: 'none' }))).sentBack.error,
      'login_required',
    );
    assert.equal((await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { prompt: 'none' }))).sentBack.error, undefined);
  });

  test('two tabs at once: both end at their clients, in one session', async () => {
    const { api, browser, idToken } = await openSignedIn();
    const { verifier, challenge } = newPkce();
    const page = await browser.get(AUTHORIZE, authorizationQuery(challenge, { prompt: 'login' }));
    const form = { ...page.hidden, username: 'userx', password: 'mypass' };
    const sent = await Promise.all([browser.post(AUTHORIZE, form), browser.post(AUTHORIZE, form), browser.post(AUTHORIZE, form)]);
    for (const { sentBack } of sent) {
      const { json } = await redeem(api, sentBack.code, verifier);
      assert.equal(claimsOf(json.id_token).sid, claimsOf(idToken).sid);
    }
  });

  test('a sign-out between page and password: a session of its own begins, since clients were told of the end of the other', async () => {
    let between: (() => Promise<unknown>) | undefined;
    const { api, browser, told, idToken } = await openSignedIn({
      adapt: (stores) => ({
        ...stores,
        sessions: {
          ...stores.sessions,
          async renewSession(from, to) {
            await between?.();
            return stores.sessions.renewSession(from, to);
          },
        },
      }),
    });
    between = () => openBrowser(api).post('/oauth2/logout', { id_token_hint: idToken }, {});
    const { claims } = await signInAgain(api, browser);
    assert.notEqual(claims.sid, claimsOf(idToken).sid);
    assert.equal(told.length, 1);
  });

  test('A101 with a password that is new meanwhile: what began with the old one ends, and its clients are told', async () => {
    const { api, browser, told, renewFirst, idToken } = await openSignedIn();
    const user = { ...USERX, passwordState: 'after' };
    const known = api.users.users.get('userx@my_company');
    assert.ok(known !== undefined);
    // At this sign-in the store says both: what it was when the session began, and what it is.
    api.users.users.set('userx@my_company', { ...known, user: { ...known.user, passwordState: 'before' } });
    await signInAgain(api, browser);
    api.users.users.set('userx@my_company', { ...known, user });
    const { claims } = await signInAgain(api, browser);
    assert.notEqual(claims.sid, claimsOf(idToken).sid);
    assert.deepEqual([told.length, (await renewFirst()).json.error], [1, 'invalid_grant']);
  });
});

test('A101 a session that ends with its user’s password tells the clients too', async () => {
  const { api, browser, told, renewFirst } = await openSignedIn();
  api.users.recheckAnswer = { kind: 'refused', reason: 'password-changed' };
  const answer = await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { prompt: 'none' }));
  assert.equal(answer.sentBack.error, 'login_required');
  api.users.recheckAnswer = undefined;
  assert.deepEqual([told.length, (await renewFirst()).json.error], [1, 'invalid_grant']);
});

describe('another user signs in', () => {
  test('A122 the session before ends as by a sign-out: its grants, and its clients are told', async () => {
    const { api, browser, told, renewFirst, idToken } = await openSignedIn();
    const { sent, claims } = await signInAgain(api, browser, OTHER);
    assert.notEqual(claims.sid, claimsOf(idToken).sid);
    assert.equal(sent.line.endedSessionOf, 'EXTERNAL/e-1001@my_company');
    assert.equal((await renewFirst()).json.error, 'invalid_grant');
    const tokens = told.map(({ body }) => claimsOf(new URLSearchParams(body).get('logout_token')));
    assert.deepEqual(
      tokens.map(({ aud, sid }) => [aud, sid]),
      [['first-app', claimsOf(idToken).sid]],
    );
  });

  test('also where consent is asked first', async () => {
    const { api, browser, told, renewFirst } = await openSignedIn();
    const page = await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { prompt: 'login', client_id: 'third-app' }));
    assert.equal((await browser.post(AUTHORIZE, { ...page.hidden, ...OTHER })).status, 200);
    assert.deepEqual([told.length, (await renewFirst()).json.error], [1, 'invalid_grant']);
    assert.ok(api.lines.some(({ endedSessionOf }) => endedSessionOf !== undefined));
  });

  test('with a wrong password nothing ends', async () => {
    const { api, browser, told, renewFirst } = await openSignedIn();
    const page = await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { prompt: 'login' }));
    assert.equal((await browser.post(AUTHORIZE, { ...page.hidden, ...OTHER, password: 'wrong' })).status, 400);
    assert.deepEqual([told.length, (await renewFirst()).status], [0, 200]);
    assert.ok(!api.lines.some(({ endedSessionOf }) => endedSessionOf !== undefined));
  });
});
