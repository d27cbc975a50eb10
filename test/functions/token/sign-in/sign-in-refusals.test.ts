// What the sign-in page and the redemption of its codes refuse: the code that the client gets, and the word in the log.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorizationQuery, newPkce, openBrowser, openSignInApi, REDIRECT_URI, redeem, signIn } from '../../../support/sign-in-browser.ts';
import { demoClient } from '../../../support/token-api.ts';

describe('an authorization request goes back to the client with', () => {
  const REQUESTS: readonly (readonly [changes: Readonly<Record<string, string>>, error: string, reason: string])[] = [
    [{ response_type: '' }, 'invalid_request', 'missing-response-type'],
    [{ response_type: 'token' }, 'unsupported_response_type', 'unknown-response-type'],
    [{ response_type: 'code id_token' }, 'unsupported_response_type', 'unknown-response-type'],
    [{ response_mode: 'fragment' }, 'invalid_request', 'unknown-response-mode'],
    [{ request: 'eyJ' }, 'request_not_supported', 'request-object'],
    [{ request_uri: 'https://app.example/request' }, 'request_uri_not_supported', 'request-object'],
    [{ state: 's'.repeat(2049) }, 'invalid_request', 'state-too-long'],
    [{ id_token_hint: 'h'.repeat(20_000) }, 'invalid_request', 'request-too-long'],
    [{ nonce: 'n'.repeat(2049) }, 'invalid_request', 'nonce-too-long'],
    [{ prompt: 'create' }, 'invalid_request', 'unknown-prompt'],
    [{ prompt: 'none login' }, 'invalid_request', 'unknown-prompt'],
    [{ max_age: '-1' }, 'invalid_request', 'malformed-max-age'],
    [{ max_age: '1.5' }, 'invalid_request', 'malformed-max-age'],
    [{ scope: 'nonsense' }, 'invalid_scope', 'undefined-scope'],
    [{ prompt: 'none' }, 'login_required', 'no-session'],
  ];

  for (const [changes, error, reason] of REQUESTS) {
    test(`${error}, ${reason}: ${JSON.stringify(changes).slice(0, 50)}`, async () => {
      const api = openSignInApi();
      const answer = await openBrowser(api).get('/oauth2/authorize', authorizationQuery(newPkce().challenge, changes));
      assert.deepEqual([answer.status, answer.sentBack.error, answer.line.reason], [303, error, reason]);
    });
  }
});

describe('consent', () => {
  const openThirdParty = () => {
    const api = openSignInApi();
    const changes = { secrets: [], authMethods: ['none'], grantTypes: ['authorization_code'], redirectUris: [REDIRECT_URI] };
    api.stores.put('Clients', demoClient('third-party', '', changes));
    return { browser: openBrowser(api), query: authorizationQuery(newPkce().challenge, { client_id: 'third-party' }) };
  };

  test('that nobody could ask for is consent_required', async () => {
    const { browser, query } = openThirdParty();
    await signIn(browser, query);
    const silent = await browser.get('/oauth2/authorize', { ...query, prompt: 'none' });
    assert.deepEqual([silent.sentBack.error, silent.line.reason], ['consent_required', 'no-consent']);
  });

  test('that the user does not give is access_denied', async () => {
    const { browser, query } = openThirdParty();
    const asked = await signIn(browser, query);
    assert.equal(asked.status, 200);
    const denied = await browser.post('/oauth2/authorize', { ...asked.hidden, decision: 'deny' });
    assert.deepEqual([denied.sentBack.error, denied.line.reason], ['access_denied', 'consent-denied']);
  });
});

describe('a form that no page of ours sent is an error page, and nobody is sent anywhere:', () => {
  const send = async (form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) => {
    const browser = openBrowser(openSignInApi());
    const { hidden } = await browser.get('/oauth2/authorize', authorizationQuery(newPkce().challenge));
    const answer = await browser.post('/oauth2/authorize', { ...hidden, username: 'userx', password: 'mypass', ...form }, headers);
    assert.deepEqual([answer.status, answer.headers.Location], [400, undefined]);
    return answer.line.reason;
  };

  test('its seal is not ours', async () => {
    assert.equal(await send({ sealed_request: 'bm90IG91cnM' }, { Origin: 'null' }), 'sealed-request-unreadable');
  });

  test('it comes from another site', async () => {
    assert.equal(await send({}, { Origin: 'https://evil.example' }), 'foreign-origin');
    assert.equal(await send({}, { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }), 'foreign-origin');
  });
});

describe('a code is not redeemed:', () => {
  const openCode = async () => {
    const api = openSignInApi();
    const { verifier, challenge } = newPkce();
    const browser = openBrowser(api);
    const { sentBack } = await signIn(browser, authorizationQuery(challenge));
    return { api, browser, verifier, code: sentBack.code ?? '' };
  };

  test('there is none', async () => {
    const { api, verifier, code } = await openCode();
    assert.equal((await redeem(api, '', verifier)).line.reason, 'missing-code');
    assert.equal((await redeem(api, 'nonsense', verifier)).line.reason, 'no-such-code');
    assert.equal((await redeem(api, `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`, verifier)).line.reason, 'forged-code');
  });

  test('the verifier is another one, or none by its form', async () => {
    const { api, code } = await openCode();
    assert.equal((await redeem(api, code, newPkce().verifier)).line.reason, 'wrong-code-verifier');
    assert.equal((await redeem(api, code, 'short')).line.reason, 'malformed-code-verifier');
  });

  test('its minute is over', async () => {
    const { api, code, verifier } = await openCode();
    api.advance(60);
    assert.equal((await redeem(api, code, verifier)).line.reason, 'no-such-code');
  });

  test('the client has moved to another tenant', async () => {
    const { api, code, verifier } = await openCode();
    api.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
    const changes = {
      tenant: 'other',
      secrets: [],
      authMethods: ['none'],
      grantTypes: ['authorization_code'],
      redirectUris: [REDIRECT_URI],
    };
    api.stores.put('Clients', demoClient('web-app', '', changes));
    assert.equal((await redeem(api, code, verifier)).line.reason, 'code-of-another-tenant');
  });
});

test('a grant of the page is not renewed when its session has been idle for too long', async () => {
  const api = openSignInApi({ signIn: { sessionIdleSeconds: 600 } });
  const { verifier, challenge } = newPkce();
  const sent = await signIn(openBrowser(api), authorizationQuery(challenge));
  const { json } = await redeem(api, sent.sentBack.code, verifier);
  api.advance(601);
  const renewal = await api.token({ grant_type: 'refresh_token', client_id: 'web-app', refresh_token: String(json.refresh_token) }, {});
  assert.deepEqual([renewal.json.error, renewal.line.reason], ['invalid_grant', 'session-ended']);
});
