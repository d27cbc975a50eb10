// Attacks on the authorization code and on the redirect URI.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorizationQuery, newPkce, openBrowser, openSignInApi, REDIRECT_URI, redeem, signIn } from '../support/sign-in-browser.ts';
import { demoClient, ISSUER } from '../support/token-api.ts';

const publicClient = { secrets: [], authMethods: ['none'], firstParty: true, grantTypes: ['authorization_code', 'refresh_token'] };

async function openCode(changes: Readonly<Record<string, string>> = {}) {
  const api = openSignInApi();
  const { verifier, challenge } = newPkce();
  const sent = await signIn(openBrowser(api), authorizationQuery(challenge, changes));
  return { api, verifier, code: sent.sentBack.code };
}

describe('authorization code', () => {
  test('A113 a code is good once, and its second use ends what the first one made', async () => {
    const { api, code, verifier } = await openCode();
    const first = await redeem(api, code, verifier);
    assert.equal(first.status, 200);
    const second = await redeem(api, code, verifier);
    assert.deepEqual(
      [second.status, second.json.error, second.line.reason, second.line.audit],
      [400, 'invalid_grant', 'code-reused', 'code-reuse'],
    );
    const renewal = await api.token(
      { grant_type: 'refresh_token', client_id: 'web-app', refresh_token: String(first.json.refresh_token) },
      {},
    );
    assert.equal(renewal.line.reason, 'no-such-grant');
    const info = await api.call({
      method: 'GET',
      path: '/oauth2/userinfo',
      headers: { Authorization: `Bearer ${first.json.access_token}` },
    });
    assert.equal(info.status, 401);
  });

  test('A113 of fifty redemptions at once one gets tokens', async () => {
    for (let race = 0; race < 20; race++) {
      const { api, code, verifier } = await openCode();
      const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(api, code, verifier)));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      assert.ok(answers.every(({ status }) => status === 200 || status === 400));
    }
  });

  test('A113 a code ends after a minute', async () => {
    for (const [seconds, status] of [
      [59, 200],
      [60, 400],
    ] as const) {
      const { api, code, verifier } = await openCode();
      api.advance(seconds);
      assert.equal((await redeem(api, code, verifier)).status, status);
    }
  });

  test('A114 another client can neither redeem a code nor burn it', async () => {
    const { api, code, verifier } = await openCode();
    api.stores.put('Clients', demoClient('thief', '', { ...publicClient, redirectUris: [REDIRECT_URI] }));
    for (let attempt = 0; attempt < 3; attempt++) {
      const stolen = await redeem(api, code, verifier, { client_id: 'thief' });
      assert.deepEqual([stolen.status, stolen.line.reason], [400, 'code-of-another-client']);
    }
    assert.equal((await redeem(api, code, verifier)).status, 200);
  });

  test('A115 a code is redeemed with the redirect URI of its request, character for character', async () => {
    const { api, code, verifier } = await openCode();
    for (const redirect_uri of [
      `${REDIRECT_URI}/`,
      `${REDIRECT_URI}?`,
      'https://APP.example/callback',
      'https://app.example:443/callback',
      'http://127.0.0.1/callback',
    ]) {
      assert.equal((await redeem(api, code, verifier, { redirect_uri })).line.reason, 'another-redirect-uri', redirect_uri);
    }
    assert.equal((await redeem(api, code, verifier, { redirect_uri: '' })).line.reason, 'another-redirect-uri');
    assert.equal((await redeem(api, code, verifier)).status, 200);
  });

  test('A116 a code is worth nothing without its verifier', async () => {
    const { api, code, verifier } = await openCode();
    for (const wrong of [newPkce().verifier, `${verifier}a`, verifier.toUpperCase(), 'short', 'ä'.repeat(43)]) {
      const answer = await redeem(api, code, wrong);
      assert.deepEqual([answer.status, answer.json.error], [400, 'invalid_grant'], wrong);
    }
    assert.equal((await redeem(api, code, '')).line.reason, 'missing-code-verifier');
    assert.equal((await redeem(api, code, verifier)).status, 200);
  });

  test('A116 every client must send a challenge, by S256 alone', async () => {
    const { challenge } = newPkce();
    for (const [changes, reason] of [
      [{ code_challenge: '' }, 'missing-code-challenge'],
      [{ code_challenge_method: 'plain' }, 'code-challenge-method'],
      [{ code_challenge_method: '' }, 'code-challenge-method'],
      [{ code_challenge_method: 's256' }, 'code-challenge-method'],
      [{ code_challenge: `${challenge}=` }, 'malformed-code-challenge'],
      [{ code_challenge: challenge.slice(1) }, 'malformed-code-challenge'],
    ] as const) {
      const answer = await openBrowser(openSignInApi()).get('/oauth2/authorize', authorizationQuery(challenge, changes));
      assert.deepEqual(
        [answer.status, answer.sentBack.error, answer.sentBack.state, answer.line.reason],
        [303, 'invalid_request', 'st-1', reason],
      );
    }
  });

  test('A117 every answer says which server it comes from, errors too', async () => {
    const api = openSignInApi();
    const ok = await signIn(openBrowser(api), authorizationQuery(newPkce().challenge));
    const refused = await openBrowser(api).get('/oauth2/authorize', authorizationQuery(newPkce().challenge, { prompt: 'none' }));
    assert.deepEqual([ok.sentBack.iss, refused.sentBack.iss, refused.sentBack.error], [ISSUER, ISSUER, 'login_required']);
  });

  test('A105 a code is no access token, no refresh token and no token to ask about', async () => {
    const { api, code = '' } = await openCode();
    const info = await api.call({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${code}` } });
    const renewal = await api.token({ grant_type: 'refresh_token', client_id: 'web-app', refresh_token: code }, {});
    const introspected = await api.call({
      path: '/oauth2/introspect',
      form: { token: code },
      headers: { Authorization: `Basic ${btoa('demo-app:demo-app-secret')}` },
    });
    assert.deepEqual([info.status, renewal.line.reason, introspected.json.active], [401, 'not-a-refresh-token', false]);
  });
});

describe('redirect URI', () => {
  const registered = [
    'https://app.example/callback',
    'https://app.example/a?b=c',
    'http://127.0.0.1/callback',
    'com.example.app:/callback',
  ];
  const ask = (redirect_uri: string) => {
    const api = openSignInApi();
    api.stores.put('Clients', demoClient('web-app', '', { ...publicClient, redirectUris: registered }));
    return openBrowser(api).get('/oauth2/authorize', authorizationQuery(newPkce().challenge, { redirect_uri, prompt: 'none' }));
  };
  const isPage = ({ status, headers }: { status: number; headers: Readonly<Record<string, string>> }) =>
    status === 400 && headers.Location === undefined;

  test('A64 A118 only what is registered, character for character, is ever redirected to', async () => {
    for (const uri of registered) assert.equal((await ask(uri)).status, 303, uri);
    for (const uri of [
      'https://app.example/callback/',
      'https://app.example/callback?x=1',
      'https://app.example/callback#x',
      'https://app.example/Callback',
      'HTTPS://app.example/callback',
      'https://app.example:443/callback',
      'https://app.example./callback',
      'https://user@app.example/callback',
      'https://app.example@evil.example/callback',
      'https://evil.app.example/callback',
      'https://app.example.evil.example/callback',
      'https://app.example/x/../callback',
      'https://app.example/%63allback',
      'https://app.example/callback%00',
      'https://app.example\\@evil.example/callback',
      'http://app.example/callback',
      'https://app.example/a?b=c&d=e',
      'com.example.app:/callback2',
      'javascript:alert(1)',
      '//app.example/callback',
      '/callback',
    ]) {
      const answer = await ask(uri);
      assert.ok(isPage(answer), `${uri}: ${answer.status}`);
      assert.equal(answer.line.reason, 'redirect-uri-not-registered');
    }
  });

  test('A118 the port is free for loopback addresses alone', async () => {
    assert.equal((await ask('http://127.0.0.1:49152/callback')).status, 303);
    for (const uri of [
      'http://127.0.0.1:49152/callback2',
      'http://127.0.0.1:99999/callback',
      'http://127.0.0.1:/callback',
      'http://127.0.0.2:1/callback',
      'http://localhost:1/callback',
      'http://[::1]:1/callback',
      'http://127.0.0.1:1@evil.example/callback',
      'https://app.example:8443/callback',
    ])
      assert.ok(isPage(await ask(uri)), uri);
  });

  test('A119 what is wrong with the client or its address is a page, and goes nowhere', async () => {
    const api = openSignInApi();
    for (const [changes, reason] of [
      [{ client_id: '' }, 'missing-client-id'],
      [{ client_id: 'nobody' }, 'unknown-client'],
      [{ client_id: 'n'.repeat(300) }, 'unknown-client'],
      [{ client_id: 'demo-app' }, 'grant-not-of-this-client'],
      [{ redirect_uri: 'https://evil.example/' }, 'redirect-uri-not-registered'],
      [{ redirect_uri: '' }, 'missing-redirect-uri'],
    ] as const) {
      const answer = await openBrowser(api).get('/oauth2/authorize', authorizationQuery(newPkce().challenge, changes));
      assert.ok(isPage(answer));
      assert.equal(answer.line.reason, reason);
    }
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant' });
    const off = await openBrowser(api).get('/oauth2/authorize', authorizationQuery(newPkce().challenge));
    assert.deepEqual([off.status, off.line.reason], [400, 'sign-in-off']);
  });
});
