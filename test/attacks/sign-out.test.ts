// Attacks on sign-out: who may end whose session, where the browser goes, and whom the clients believe.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OutboundRequest } from '../../functions/outbound/outbound.ts';
import { Unavailable } from '../../functions/shared/errors.ts';
import {
  authorizationQuery,
  claimsOf,
  newPkce,
  openBrowser,
  openSignInApi,
  REDIRECT_URI,
  redeem,
  signIn,
} from '../support/sign-in-browser.ts';
import { demoClient, type TokenApiOptions } from '../support/token-api.ts';

const LOGOUT = '/oauth2/logout';
const BYE = 'https://app.example/bye';

async function openSignedIn(options: TokenApiOptions = {}, client: Readonly<Record<string, unknown>> = {}) {
  const api = openSignInApi(options);
  api.stores.put(
    'Clients',
    demoClient('web-app', '', {
      secrets: [],
      authMethods: ['none'],
      firstParty: true,
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: [REDIRECT_URI],
      postLogoutRedirectUris: [BYE],
      ...client,
    }),
  );
  const browser = openBrowser(api);
  const { verifier, challenge } = newPkce();
  const sent = await signIn(browser, authorizationQuery(challenge));
  const { json } = await redeem(api, sent.sentBack.code, verifier);
  const isSignedIn = async () =>
    (await browser.get('/oauth2/authorize', authorizationQuery(newPkce().challenge, { prompt: 'none' }))).sentBack.error === undefined;
  return {
    api,
    browser,
    isSignedIn,
    idToken: String(json.id_token),
    accessToken: String(json.access_token),
    refreshToken: String(json.refresh_token),
  };
}

describe('who may end a session', () => {
  test('a form that the page of an application posts ends it too, though it brings no cookie', async () => {
    let looks = 0;
    const { api, isSignedIn, idToken, refreshToken } = await openSignedIn({
      adapt: (stores) => ({
        ...stores,
        grants: {
          ...stores.grants,
          listGrantsOfUser(subject) {
            looks += 1;
            return stores.grants.listGrantsOfUser(subject);
          },
        },
      }),
    });
    const crossSite = { Origin: 'https://app.example', 'Sec-Fetch-Site': 'cross-site' };
    const answer = await openBrowser(api).post(LOGOUT, { id_token_hint: idToken, post_logout_redirect_uri: BYE }, crossSite);
    assert.deepEqual([answer.status, answer.headers.Location], [303, BYE]);
    assert.equal(looks, 1, 'the grants of the user are read once');
    assert.equal(await isSignedIn(), false);
    assert.equal((await api.token({ grant_type: 'refresh_token', client_id: 'web-app', refresh_token: refreshToken }, {})).status, 400);
  });

  test('a form without a hint that another site posts asks once more by GET, so that the session is seen', async () => {
    const { api, browser, isSignedIn } = await openSignedIn();
    const form = { client_id: 'web-app', post_logout_redirect_uri: BYE, state: 'a b' };
    const posted = await openBrowser(api).post(LOGOUT, form, { Origin: 'https://app.example', 'Sec-Fetch-Site': 'cross-site' });
    assert.deepEqual([posted.status, posted.cookies, posted.sentBack], [303, [], form]);
    const asked = await browser.get(LOGOUT, posted.sentBack);
    assert.match(asked.text, /Sign out of My Company\?/);
    assert.equal(await isSignedIn(), true);
  });

  test('a request without a client asks of the session that lives, whatever cookies of others are left', async () => {
    const { browser, isSignedIn } = await openSignedIn();
    browser.jar.set('__Host-gatehouse-session-other', `${'A'.repeat(43)}.${'B'.repeat(43)}`);
    const asked = await browser.get(LOGOUT, {});
    assert.match(asked.text, /Sign out of My Company\?/);
    assert.equal(await isSignedIn(), true);
  });

  test('A113 a code with offline_access that nobody has redeemed is worth nothing after it', async () => {
    const { api, browser, idToken } = await openSignedIn();
    const { verifier, challenge } = newPkce();
    const { sentBack } = await browser.get('/oauth2/authorize', authorizationQuery(challenge, { scope: 'openid offline_access' }));
    await browser.get(LOGOUT, { id_token_hint: idToken });
    assert.equal((await redeem(api, sentBack.code, verifier)).json.error, 'invalid_grant');
  });

  test('an ID token of the session ends it at once, with its grants, and the browser goes back', async () => {
    const { api, browser, isSignedIn, idToken, accessToken, refreshToken } = await openSignedIn();
    const answer = await browser.get(LOGOUT, { id_token_hint: idToken, post_logout_redirect_uri: BYE, state: 's/1' });
    assert.deepEqual([answer.status, answer.headers.Location], [303, `${BYE}?state=s%2F1`]);
    assert.equal(await isSignedIn(), false);
    assert.equal(
      (await api.call({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${accessToken}` } })).status,
      401,
    );
    assert.equal((await api.token({ grant_type: 'refresh_token', client_id: 'web-app', refresh_token: refreshToken }, {})).status, 400);
  });

  test('one that has expired is good still', async () => {
    const { api, browser, isSignedIn, idToken } = await openSignedIn();
    api.advance(7200);
    assert.equal((await browser.get(LOGOUT, { id_token_hint: idToken, post_logout_redirect_uri: BYE })).status, 303);
    assert.equal(await isSignedIn(), false);
  });

  test('A128 without a valid hint of this session the page asks, and nothing has ended', async () => {
    const { browser, isSignedIn, idToken, accessToken } = await openSignedIn();
    const other = await openSignedIn();
    const forged = `${idToken.slice(0, -4)}AAAA`;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${idToken.split('.')[1]}.`;
    for (const hint of [forged, unsigned, accessToken, 'x', other.idToken]) {
      const answer = await browser.get(LOGOUT, { id_token_hint: hint, client_id: 'web-app', post_logout_redirect_uri: BYE });
      assert.equal(answer.status, 200, hint);
      assert.match(answer.text, /Sign out of My Company\?/);
      assert.equal(await isSignedIn(), true);
    }
  });

  test('A128 the answer counts from the browser that was asked, for the session that was asked about', async () => {
    const { api, browser, isSignedIn } = await openSignedIn();
    const question = await browser.get(LOGOUT, { client_id: 'web-app', post_logout_redirect_uri: BYE, state: 'z' });
    assert.equal(
      (await openBrowser(api).post(LOGOUT, { ...question.hidden, decision: 'allow' })).headers.Location,
      `${BYE}?state=z`,
      'there was nothing to end there',
    );
    assert.equal(await isSignedIn(), true);
    assert.equal(
      (await browser.post(LOGOUT, { ...question.hidden, decision: 'allow' }, { Origin: 'https://evil.example' })).line.reason,
      'foreign-origin',
    );
    assert.equal((await browser.post(LOGOUT, { ...question.hidden, decision: 'deny' })).status, 200);
    assert.equal(await isSignedIn(), true);
    const signInForm = await browser.get('/oauth2/authorize', authorizationQuery(newPkce().challenge, { prompt: 'login' }));
    assert.equal((await browser.post(LOGOUT, { ...signInForm.hidden, decision: 'allow' })).line.reason, 'sealed-request-unreadable');
    const done = await browser.post(LOGOUT, { ...question.hidden, decision: 'allow' });
    assert.deepEqual([done.status, done.headers.Location], [303, `${BYE}?state=z`]);
    assert.equal(await isSignedIn(), false);
  });

  test('A105 an access token is no hint, and an ID token is no access token', async () => {
    const { api, idToken } = await openSignedIn();
    const info = await api.call({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${idToken}` } });
    assert.equal(info.status, 401);
    const introspected = await api.call({
      path: '/oauth2/introspect',
      form: { token: idToken },
      headers: { Authorization: `Basic ${btoa('demo-app:demo-app-secret')}` },
    });
    assert.equal(introspected.json.active, false);
  });

  test('a grant with offline_access outlives the session', async () => {
    const { api, browser } = await openSignedIn();
    const { verifier, challenge } = newPkce();
    const sent = await browser.get('/oauth2/authorize', authorizationQuery(challenge, { scope: 'openid offline_access' }));
    const tokens = await redeem(api, sent.sentBack.code, verifier);
    await browser.get(LOGOUT, { id_token_hint: String(tokens.json.id_token), client_id: 'web-app' });
    assert.equal(
      (await api.token({ grant_type: 'refresh_token', client_id: 'web-app', refresh_token: String(tokens.json.refresh_token) }, {})).status,
      200,
    );
  });
});

test('A129 nobody is sent to an address that the client has not registered', async () => {
  for (const uri of [
    'https://evil.example/',
    `${BYE}/`,
    `${BYE}?x`,
    'https://app.example/bye2',
    'javascript:alert(1)',
    '//evil.example',
    REDIRECT_URI,
  ]) {
    const { browser, idToken } = await openSignedIn();
    const answer = await browser.get(LOGOUT, { id_token_hint: idToken, post_logout_redirect_uri: uri });
    assert.deepEqual([answer.status, answer.headers.Location], [200, undefined], uri);
    assert.match(answer.text, /You are signed out/);
  }
  const { browser } = await openSignedIn();
  assert.equal((await browser.get(LOGOUT, { post_logout_redirect_uri: BYE })).headers.Location, undefined, 'of no client');
});

test('a state that is too long is refused before anything has ended', async () => {
  const { browser, isSignedIn, idToken } = await openSignedIn();
  const asked = { id_token_hint: idToken, post_logout_redirect_uri: BYE };
  const answer = await browser.get(LOGOUT, { ...asked, state: 's'.repeat(2049) });
  assert.deepEqual([answer.status, answer.line.reason, await isSignedIn()], [400, 'state-too-long', true]);
  assert.match(answer.text, /state is longer than 2048 characters/);
  assert.equal((await browser.get(LOGOUT, { ...asked, state: 's'.repeat(2048) })).status, 303);
});

describe('back-channel logout', () => {
  const uri = 'https://app.example/backchannel';

  test('A130 a logout token goes to the client, to a public address, without redirects, within a deadline', async () => {
    const calls: OutboundRequest[] = [];
    const sendOutbound: TokenApiOptions['sendOutbound'] = async (_, request) => {
      calls.push(request);
      return { status: 200, headers: {}, body: '' };
    };
    const { browser, idToken } = await openSignedIn({ sendOutbound }, { backchannelLogoutUri: uri });
    await browser.get(LOGOUT, { id_token_hint: idToken });
    assert.equal(calls.length, 1);
    const [call] = calls;
    assert.deepEqual(
      [call?.url, call?.method, call?.allowPrivateAddress, call?.allowPlaintext, call?.timeoutMs],
      [uri, 'POST', false, false, 3000],
    );
    const token = new URLSearchParams(call?.body).get('logout_token') ?? '';
    const { events, nonce, sid, aud, sub } = claimsOf(token);
    assert.deepEqual(
      [events, nonce, sid, aud, sub],
      [{ 'http://schemas.openid.net/event/backchannel-logout': {} }, undefined, claimsOf(idToken).sid, 'web-app', claimsOf(idToken).sub],
    );
    assert.equal(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).typ, 'logout+jwt');
  });

  test('A130 whatever becomes of the delivery, the session has ended; it is tried once more, and logged', async () => {
    for (const fail of [
      async () => ({ status: 500, headers: {}, body: '' }),
      async () => Promise.reject(new Unavailable('back-channel logout of web-app', 'refused-address')),
    ]) {
      let tries = 0;
      const sendOutbound = () => {
        tries += 1;
        return fail();
      };
      const { api, browser, isSignedIn, idToken } = await openSignedIn({ sendOutbound }, { backchannelLogoutUri: uri });
      assert.equal((await browser.get(LOGOUT, { id_token_hint: idToken, post_logout_redirect_uri: BYE })).status, 303);
      assert.deepEqual([tries, await isSignedIn()], [2, false]);
      assert.equal(api.lines.filter(({ event }) => event === 'back-channel-logout-failed').length, 2);
    }
  });
});
