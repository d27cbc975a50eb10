// From the click to the tokens: the page, the session, the code (RFC 6749 section 4.1, RFC 7636, OpenID Connect Core).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  authorizationQuery,
  claimsOf,
  newPkce,
  openBrowser,
  openSignInApi,
  REDIRECT_URI,
  redeem,
  signIn,
} from '../../../support/sign-in-browser.ts';
import { demoClient, ISSUER, START_SECONDS } from '../../../support/token-api.ts';

describe('the sign-in page', () => {
  test('asks for name and password, and nothing is stored before they were right', async () => {
    const api = openSignInApi();
    const page = await openBrowser(api).get('/oauth2/authorize', authorizationQuery(newPkce().challenge));
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>Sign in to My Company<\/title>/);
    assert.match(page.text, /to continue to Web App/);
    assert.match(page.text, /autocomplete="username"/);
    assert.match(page.text, /autocomplete="current-password"/);
    assert.doesNotMatch(page.text, /<script|<form[^>]*action="http/);
    assert.ok(page.text.length < 10_240, `${page.text.length} bytes`);
    assert.equal(page.cookies.length, 1);
    assert.match(page.cookies[0] ?? '', /^__Host-gatehouse-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  });

  test('leads to a code, to tokens, to the user', async () => {
    const api = openSignInApi();
    const { verifier, challenge } = newPkce();
    const browser = openBrowser(api);
    const sent = await signIn(browser, authorizationQuery(challenge));
    assert.equal(sent.status, 303);
    assert.ok(sent.headers.Location?.startsWith(`${REDIRECT_URI}?code=gac_`));
    assert.deepEqual([sent.sentBack.state, sent.sentBack.iss], ['st-1', ISSUER]);
    assert.match(
      sent.cookies[0] ?? '',
      /^__Host-gatehouse-session-my_company=[\w-]{43}\.[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    const tokens = await redeem(api, sent.sentBack.code, verifier);
    assert.equal(tokens.status, 200, tokens.text);
    assert.equal(tokens.json.scope, 'openid order:write');
    assert.match(String(tokens.json.refresh_token), /^grt_/);
    const { sid, ...claims } = claimsOf(tokens.json.id_token);
    assert.deepEqual(claims, {
      iss: ISSUER,
      sub: 'EXTERNAL/e-1001@my_company',
      aud: 'web-app',
      azp: 'web-app',
      exp: START_SECONDS + 3600,
      iat: START_SECONDS,
      auth_time: START_SECONDS,
      nonce: 'n-1',
      amr: ['pwd'],
      acr: 'urn:gatehouse:acr:password',
    });
    assert.match(String(sid), /^[\w-]{22}$/);
    const info = await api.call({
      method: 'GET',
      path: '/oauth2/userinfo',
      headers: { Authorization: `Bearer ${tokens.json.access_token}` },
    });
    assert.equal(info.json.sub, claims.sub);
    const renewed = await api.token(
      { grant_type: 'refresh_token', client_id: 'web-app', refresh_token: String(tokens.json.refresh_token) },
      {},
    );
    assert.equal(renewed.status, 200, renewed.text);
  });

  test('the next client needs no password', async () => {
    const api = openSignInApi();
    api.stores.put(
      'Clients',
      demoClient('second-app', '', {
        secrets: [],
        authMethods: ['none'],
        firstParty: true,
        grantTypes: ['authorization_code'],
        redirectUris: [REDIRECT_URI],
      }),
    );
    const browser = openBrowser(api);
    await signIn(browser, authorizationQuery(newPkce().challenge));
    api.advance(600);
    const { verifier, challenge } = newPkce();
    const sent = await browser.get('/oauth2/authorize', authorizationQuery(challenge, { client_id: 'second-app', prompt: 'none' }));
    assert.equal(sent.status, 303);
    const tokens = await redeem(api, sent.sentBack.code, verifier, { client_id: 'second-app' });
    const { auth_time, iat } = claimsOf(tokens.json.id_token);
    assert.deepEqual([auth_time, iat], [START_SECONDS, START_SECONDS + 600]);
  });
});
