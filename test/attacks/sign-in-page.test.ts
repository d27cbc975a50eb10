// Attacks on the sign-in page: what a hostile site, another browser, another tenant or a text of somebody's can't do.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorizationQuery, newPkce, openBrowser, openSignInApi, REDIRECT_URI, redeem, signIn } from '../support/sign-in-browser.ts';
import { demoClient, USERX } from '../support/token-api.ts';

const AUTHORIZE = '/oauth2/authorize';
const credentials = { username: 'userx', password: 'mypass' };
const query = (changes: Readonly<Record<string, string>> = {}) => authorizationQuery(newPkce().challenge, changes);
const thirdParty = {
  name: 'Third Party',
  secrets: [],
  authMethods: ['none'],
  grantTypes: ['authorization_code'],
  scopes: ['order:write'],
  redirectUris: [REDIRECT_URI],
};

describe('what leaks', () => {
  test('A120 no page is stored or tells where it was, the way back is a 303, and no log has a code or a password', async () => {
    const api = openSignInApi();
    const browser = openBrowser(api);
    const page = await browser.get(AUTHORIZE, query());
    const sent = await browser.post(AUTHORIZE, { ...page.hidden, ...credentials });
    for (const { headers } of [page, sent])
      assert.deepEqual([headers['Cache-Control'], headers['Referrer-Policy']], ['no-store', 'no-referrer']);
    assert.match(
      page.headers['Content-Security-Policy'] ?? '',
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; base-uri 'none'; frame-ancestors 'none'$/,
    );
    assert.doesNotMatch(page.text, /src="http|href="http|url\(/);
    assert.equal(sent.status, 303);
    const log = JSON.stringify(api.lines);
    for (const secret of ['mypass', sent.sentBack.code ?? '', ...browser.jar.values(), page.hidden.sealed_request ?? ''])
      assert.ok(secret !== '' && !log.includes(secret));
  });

  test('A120 what is stored holds neither the code, nor the cookie, nor the password', async () => {
    const written: unknown[] = [];
    const api = openSignInApi({
      adapt: (stores) => ({
        ...stores,
        sessions: {
          ...stores.sessions,
          saveSignIn(write) {
            written.push(write);
            return stores.sessions.saveSignIn(write);
          },
        },
      }),
    });
    const browser = openBrowser(api);
    const sent = await signIn(browser, query());
    const stored = JSON.stringify(written);
    assert.equal(written.length, 1);
    for (const secret of ['mypass', sent.sentBack.code ?? '', ...browser.jar.values()])
      assert.ok(secret !== '' && !stored.includes(secret));
  });
});

describe('who sends the form', () => {
  test('A121 a form of another browser signs nobody in, and its password is not even looked at', async () => {
    const api = openSignInApi();
    const attacker = await openBrowser(api).get(AUTHORIZE, query());
    const victim = openBrowser(api);
    await victim.get(AUTHORIZE, query());
    for (const browser of [victim, openBrowser(api)]) {
      const answer = await browser.post(AUTHORIZE, { ...attacker.hidden, ...credentials });
      assert.equal(answer.status, 400);
      assert.match(answer.text, /did not send the cookie/);
      assert.ok(![...browser.jar.keys()].some((name) => name.includes('session')));
    }
    assert.equal(api.users.calls.authenticate.length, 0);
  });

  test('A121 a form that a page of another site sends is refused, whatever it holds', async () => {
    const api = openSignInApi();
    const browser = openBrowser(api);
    const page = await browser.get(AUTHORIZE, query());
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'https://issuer.example.evil.example' },
    ]) {
      const answer = await browser.post(AUTHORIZE, { ...page.hidden, ...credentials }, headers);
      assert.deepEqual([answer.status, answer.line.reason], [400, 'foreign-origin']);
    }
    const own = await browser.post(
      AUTHORIZE,
      { ...page.hidden, ...credentials },
      { Origin: 'https://issuer.example', 'Sec-Fetch-Site': 'same-origin' },
    );
    assert.equal(own.status, 303);
  });

  test('A121 a sealed request can be neither made up nor changed', async () => {
    const api = openSignInApi();
    const browser = openBrowser(api);
    const { sealed_request: sealed = '' } = (await browser.get(AUTHORIZE, query())).hidden;
    const at = sealed.indexOf('.') + 30;
    const flipped = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
    for (const forged of [
      flipped,
      sealed.slice(0, -1),
      `x${sealed}`,
      sealed.slice(sealed.indexOf('.')),
      'x',
      `${'a'.repeat(20)}.${'A'.repeat(60)}`,
      'A'.repeat(30_000),
    ]) {
      const answer = await browser.post(AUTHORIZE, { sealed_request: forged, ...credentials });
      assert.deepEqual([answer.status, answer.line.reason], [400, 'sealed-request-unreadable'], forged.slice(0, 40));
    }
    assert.equal(api.users.calls.authenticate.length, 0);
  });

  test('A122 a cookie that was planted before the sign-in is worth nothing after it', async () => {
    const api = openSignInApi();
    const victim = openBrowser(api);
    const planted = `${'A'.repeat(43)}.${'B'.repeat(43)}`;
    victim.jar.set('__Host-gatehouse-session-my_company', planted);
    await signIn(victim, query());
    assert.notEqual(victim.jar.get('__Host-gatehouse-session-my_company'), planted);
    const attacker = openBrowser(api);
    attacker.jar.set('__Host-gatehouse-session-my_company', planted);
    attacker.jar.set('__Host-gatehouse-browser', victim.jar.get('__Host-gatehouse-browser') ?? '');
    assert.equal((await attacker.get(AUTHORIZE, query({ prompt: 'none' }))).sentBack.error, 'login_required');
  });

  test('A122 a second sign-in ends the session of the first one', async () => {
    const api = openSignInApi();
    const browser = openBrowser(api);
    await signIn(browser, query());
    const first = new Map(browser.jar);
    await signIn(browser, query({ prompt: 'login' }));
    const old = openBrowser(api);
    for (const [name, value] of first) old.jar.set(name, value);
    assert.equal((await old.get(AUTHORIZE, query({ prompt: 'none' }))).sentBack.error, 'login_required');
    assert.equal((await browser.get(AUTHORIZE, query({ prompt: 'none' }))).sentBack.error, undefined);
  });

  test('A122 a cookie that another site of the domain tosses beside ours makes nobody somebody else', async () => {
    const api = openSignInApi();
    api.users.users.set('mallory@my_company', { password: 'mallory-pass', user: { ...USERX, username: 'mallory', id: 'e-666' } });
    const mallory = openBrowser(api);
    const page = await mallory.get(AUTHORIZE, query());
    await mallory.post(AUTHORIZE, { ...page.hidden, username: 'mallory', password: 'mallory-pass' });
    const victim = openBrowser(api);
    await signIn(victim, query());
    const name = '__Host-gatehouse-session-my_company';
    const [own, tossed] = [victim.jar.get(name), mallory.jar.get(name)];
    for (const Cookie of [
      `${name}=${own}; ${name}=${tossed}`,
      `${name}=${tossed}; ${name}=${own}`,
      // Halves of two sessions, other spellings, and what no cookie of ours looks like.
      `${name}=${own?.split('.')[0]}.${tossed?.split('.')[1]}`,
      `${name}=${tossed?.split('.')[0]}.${own?.split('.')[1]}`,
      `${name.toLowerCase()}=${tossed}`,
      `gatehouse-session-my_company=${tossed}`,
      `${name}=${own}.x`,
      `${name}="${own}"`,
    ]) {
      const answer = await api.call({ method: 'GET', path: AUTHORIZE, query: query({ prompt: 'none' }), headers: { Cookie } });
      const sentBack = new URL(answer.headers.Location ?? '').searchParams;
      assert.deepEqual([sentBack.get('error'), answer.line.subject], ['login_required', undefined], Cookie);
    }
  });

  test('A123 no page may stand in a frame', async () => {
    const api = openSignInApi();
    api.stores.put('Clients', demoClient('third', '', thirdParty));
    const browser = openBrowser(api);
    const signInPage = await browser.get(AUTHORIZE, query({ client_id: 'third' }));
    const consent = await browser.post(AUTHORIZE, { ...signInPage.hidden, ...credentials });
    const error = await browser.get(AUTHORIZE, {});
    const logout = await browser.get('/oauth2/logout', { client_id: 'third' });
    for (const { headers, text } of [signInPage, consent, error, logout]) {
      assert.match(headers['Content-Security-Policy'] ?? '', /frame-ancestors 'none'/);
      assert.equal(headers['X-Frame-Options'], 'DENY');
      assert.match(text, /^<!doctype html>/);
    }
  });

  test('A124 two tabs sign in to two clients, each ends at its own', async () => {
    const api = openSignInApi();
    api.stores.put('Clients', demoClient('other', '', { ...thirdParty, firstParty: true, redirectUris: ['https://other.example/cb'] }));
    const browser = openBrowser(api);
    const one = await browser.get(AUTHORIZE, query({ state: 'one' }));
    const two = await browser.get(AUTHORIZE, query({ state: 'two', client_id: 'other', redirect_uri: 'https://other.example/cb' }));
    const second = await browser.post(AUTHORIZE, { ...two.hidden, ...credentials });
    const first = await browser.post(AUTHORIZE, { ...one.hidden, ...credentials });
    assert.ok(first.headers.Location?.startsWith(`${REDIRECT_URI}?`) && second.headers.Location?.startsWith('https://other.example/cb?'));
    assert.deepEqual([first.sentBack.state, second.sentBack.state], ['one', 'two']);
  });

  test('A124 the form again after the back button signs in again, and is no error', async () => {
    const api = openSignInApi();
    const browser = openBrowser(api);
    const page = await browser.get(AUTHORIZE, query());
    for (let time = 0; time < 3; time++) assert.equal((await browser.post(AUTHORIZE, { ...page.hidden, ...credentials })).status, 303);
  });

  test('A125 a session of one tenant is none at another', async () => {
    const api = openSignInApi();
    api.stores.put('Tenants', { tenant: 'other_company', entry: 'tenant', signIn: {} });
    api.stores.put('Clients', demoClient('other', '', { ...thirdParty, tenant: 'other_company', firstParty: true }));
    const browser = openBrowser(api);
    await signIn(browser, query());
    const secret = browser.jar.get('__Host-gatehouse-session-my_company') ?? '';
    browser.jar.set('__Host-gatehouse-session-other_company', secret);
    const answer = await browser.get(AUTHORIZE, query({ client_id: 'other', prompt: 'none', scope: 'openid' }));
    assert.equal(answer.sentBack.error, 'login_required');
    const page = await browser.get(AUTHORIZE, query({ client_id: 'other', scope: 'openid' }));
    assert.equal((await browser.post(AUTHORIZE, { ...page.hidden, ...credentials, username: 'userx@my_company' })).status, 400);
  });
});

describe('consent', () => {
  const open = () => {
    const api = openSignInApi();
    api.stores.put('Clients', demoClient('third', '', thirdParty));
    return {
      api,
      browser: openBrowser(api),
      ask: (changes: Readonly<Record<string, string>> = {}) => query({ client_id: 'third', ...changes }),
    };
  };

  test('A126 a client that is not of the house is asked for, with its name, where it goes back to, and what for', async () => {
    const { api, browser, ask } = open();
    const page = await signIn(browser, ask());
    assert.equal(page.status, 200);
    assert.match(page.text, /Allow Third Party to act for you\?/);
    assert.match(page.text, /<code>app\.example<\/code>/);
    assert.match(page.text, /<li>order:write<\/li>/);
    const allowed = await browser.post(AUTHORIZE, { ...page.hidden, decision: 'allow' });
    assert.equal(allowed.status, 303);
    assert.equal((await browser.get(AUTHORIZE, ask({ prompt: 'none' }))).sentBack.error, undefined, 'remembered');
    assert.equal(
      (await browser.get(AUTHORIZE, ask({ prompt: 'none', scope: 'openid order:write profile' }))).sentBack.error,
      'consent_required',
    );
    assert.equal((await browser.get(AUTHORIZE, ask({ prompt: 'consent' }))).status, 200, 'asked again where the client wants it');
    api.stores.put('Clients', demoClient('fourth', '', { ...thirdParty, redirectUris: ['http://127.0.0.1/callback'] }));
    const loopback = await browser.get(AUTHORIZE, ask({ client_id: 'fourth', redirect_uri: 'http://127.0.0.1:4000/callback' }));
    assert.match(loopback.text, /program on this device/);
  });

  test('A126 what was not shown is asked again, though the user has said yes to the rest', async () => {
    const { api, browser, ask } = open();
    const known = api.users.users.get('userx@my_company');
    assert.ok(known !== undefined);
    api.users.users.set('userx@my_company', { ...known, user: { ...known.user, roles: [] } });
    const page = await signIn(browser, ask());
    assert.doesNotMatch(page.text, /<li>order:write<\/li>/);
    // The role comes while the page is open.
    api.users.users.set('userx@my_company', known);
    const again = await browser.post(AUTHORIZE, { ...page.hidden, decision: 'allow' });
    assert.equal(again.status, 200);
    assert.match(again.text, /<li>order:write<\/li>/);
    assert.equal((await browser.post(AUTHORIZE, { ...again.hidden, decision: 'allow' })).status, 303);
  });

  test('A126 deny is an answer to the client, and is not remembered', async () => {
    const { browser, ask } = open();
    const page = await signIn(browser, ask());
    const denied = await browser.post(AUTHORIZE, { ...page.hidden, decision: 'deny' });
    assert.deepEqual([denied.status, denied.sentBack.error, denied.sentBack.code], [303, 'access_denied', undefined]);
    assert.equal((await browser.get(AUTHORIZE, ask())).status, 200);
  });

  test('A126 a decision without its page counts for nothing', async () => {
    const { browser, ask } = open();
    await signIn(browser, ask());
    const signInForm = await browser.get(AUTHORIZE, ask({ prompt: 'login' }));
    // The sealed request of the other page, and one of a session that is over.
    assert.equal((await browser.post(AUTHORIZE, { ...signInForm.hidden, decision: 'allow' })).sentBack.code, undefined);
    const consent = await browser.get(AUTHORIZE, ask());
    await signIn(browser, ask({ prompt: 'login' }));
    const late = await browser.post(AUTHORIZE, { ...consent.hidden, decision: 'allow' });
    assert.deepEqual([late.status, late.sentBack.code], [200, undefined]);
  });

  test('A126 a yes from before what an operator has declared dead counts no more', async () => {
    const { api, browser, ask } = open();
    const page = await signIn(browser, ask());
    await browser.post(AUTHORIZE, { ...page.hidden, decision: 'allow' });
    api.advance(60);
    api.stores.put('Clients', demoClient('third', '', { ...thirdParty, tokensNotBefore: api.nowSeconds() }));
    const again = await browser.get(AUTHORIZE, ask());
    assert.match(again.text, /Allow Third Party to act for you\?/);
    await browser.post(AUTHORIZE, { ...again.hidden, decision: 'allow' });
    assert.match((await browser.get(AUTHORIZE, ask({ prompt: 'none' }))).sentBack.code ?? '', /^gac_/);
  });

  test('A126 consent is not asked with prompt=none, and none of one client counts for another', async () => {
    const { api, browser, ask } = open();
    const page = await signIn(browser, ask());
    await browser.post(AUTHORIZE, { ...page.hidden, decision: 'allow' });
    api.stores.put('Clients', demoClient('fourth', '', thirdParty));
    assert.equal((await browser.get(AUTHORIZE, ask({ client_id: 'fourth', prompt: 'none' }))).sentBack.error, 'consent_required');
  });
});

describe('markup', () => {
  test('A127 no text of anybody becomes markup', async () => {
    const evil = `"><script>alert(1)</script><b a='`;
    const api = openSignInApi();
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', displayName: evil, signIn: { helpText: evil } });
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'scope#menu:read', description: evil });
    api.stores.put('Clients', demoClient('third', '', { ...thirdParty, name: evil, scopes: ['menu:read'] }));
    const browser = openBrowser(api);
    const page = await browser.get(AUTHORIZE, query({ client_id: 'third', login_hint: evil, scope: 'menu:read', state: evil }));
    const again = await browser.post(AUTHORIZE, { ...page.hidden, username: evil, password: 'wrong' });
    const consent = await browser.post(AUTHORIZE, { ...page.hidden, ...credentials });
    const error = await browser.get(AUTHORIZE, { client_id: evil });
    const formPost = await openBrowser(api).get(AUTHORIZE, query({ response_mode: 'form_post', state: evil, prompt: 'none' }));
    for (const { text } of [page, again, consent, error, formPost]) {
      assert.doesNotMatch(text, /<script|<b a|alert\(1\)<\/script/i);
      assert.match(text, /^<!doctype html>/);
    }
    assert.match(formPost.text, /name="state" value="&quot;&gt;&lt;script&gt;/);
  });

  test('A127 a colour or a logo that is none is refused in the entry', async () => {
    for (const signInSettings of [
      { colour: 'red;}body{display:none' },
      { logo: 'https://evil.example/x.png' },
      { logo: 'data:text/html;base64,AAAA' },
      { html: '<b>' },
    ]) {
      const api = openSignInApi({ signIn: signInSettings });
      const page = await openBrowser(api).get(AUTHORIZE, query());
      assert.deepEqual([page.status, page.line.reason], [400, 'tenant-not-active']);
    }
  });
});

test('A92 A94 a wrong password and an unknown user look the same, and guesses go through the same gate', async () => {
  const api = openSignInApi();
  const browser = openBrowser(api, { sourceAddress: '203.0.113.9' });
  const page = await browser.get(AUTHORIZE, query());
  const wrong = await browser.post(AUTHORIZE, { ...page.hidden, username: 'userx', password: 'wrong' });
  const unknown = await browser.post(AUTHORIZE, { ...page.hidden, username: 'nobody', password: 'wrong' });
  const shown = ({ status, text }: { status: number; text: string }) => [status, text.replaceAll(/value="[^"]*"/g, '')];
  assert.deepEqual(shown(wrong), shown(unknown));
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /The user name or the password is wrong/);
  assert.deepEqual(
    api.users.calls.authenticate.map(({ sourceAddress, requiredTenant }) => [sourceAddress, requiredTenant]),
    [
      ['203.0.113.9', 'my_company'],
      ['203.0.113.9', 'my_company'],
    ],
  );
  api.users.locked = 61;
  const locked = await browser.post(AUTHORIZE, { ...page.hidden, ...credentials });
  assert.deepEqual([locked.status, locked.headers['Retry-After']], [429, '61']);
});

test('A93 a lock that passes leaves the session as it is', async () => {
  const api = openSignInApi();
  const browser = openBrowser(api);
  await signIn(browser, query());
  api.users.recheckAnswer = { kind: 'refused', reason: 'account-locked' };
  assert.equal((await browser.get(AUTHORIZE, query({ prompt: 'none' }))).sentBack.error, 'login_required');
  api.users.recheckAnswer = undefined;
  assert.equal((await browser.get(AUTHORIZE, query({ prompt: 'none' }))).sentBack.error, undefined);
});

test('who signs in as somebody else than the client expects is told to the client; what is no hint keeps nobody out', async () => {
  const api = openSignInApi();
  const browser = openBrowser(api);
  const { verifier, challenge } = newPkce();
  const sent = await signIn(browser, authorizationQuery(challenge));
  const { id_token: idToken } = (await redeem(api, sent.sentBack.code, verifier)).json;
  api.users.users.set('other@my_company', { password: 'pass', user: { ...USERX, username: 'other', id: 'e-1002' } });
  const other = openBrowser(api);
  const page = await other.get(AUTHORIZE, query({ id_token_hint: String(idToken) }));
  const answer = await other.post(AUTHORIZE, { ...page.hidden, username: 'other', password: 'pass' });
  assert.deepEqual([answer.sentBack.error, answer.line.reason], ['login_required', 'other-user-than-hint']);
  assert.equal((await signIn(openBrowser(api), query({ id_token_hint: 'garbage' }))).sentBack.error, undefined);
  assert.equal((await other.get(AUTHORIZE, query({ id_token_hint: 'garbage', prompt: 'none' }))).sentBack.error, 'login_required');
});

test('A90 a grant is as old as its code: what was revoked between them is revoked', async () => {
  const api = openSignInApi();
  const { verifier, challenge } = newPkce();
  const issuedAtSeconds = api.nowSeconds();
  const sent = await signIn(openBrowser(api), authorizationQuery(challenge, { scope: 'openid offline_access' }));
  api.advance(5);
  // By a function that has not yet read the new entry.
  const { json } = await redeem(api, sent.sentBack.code, verifier);
  const entry = { tenant: 'my_company', entry: 'tenant', displayName: 'My Company', signIn: {} };
  api.stores.put('Tenants', { ...entry, tokensNotBefore: issuedAtSeconds + 2 });
  api.advance(120);
  const form = { grant_type: 'refresh_token', client_id: 'web-app', refresh_token: String(json.refresh_token) };
  assert.equal((await api.token(form, {})).line.reason, 'before-tokens-not-before');
});

test('max_age=0 asks for a sign-in now, also in the second of the last one', async () => {
  const api = openSignInApi();
  const browser = openBrowser(api);
  await signIn(browser, query());
  assert.equal((await browser.get(AUTHORIZE, query({ max_age: '0', prompt: 'none' }))).sentBack.error, 'login_required');
  assert.match((await signIn(browser, query({ max_age: '0' }))).sentBack.code ?? '', /^gac_/);
  assert.match((await browser.get(AUTHORIZE, query({ max_age: '1', prompt: 'none' }))).sentBack.code ?? '', /^gac_/);
});

test('A90 a grant is as old as its sign-in: a function that does not know yet can not make a new one of a dead session', async () => {
  const api = openSignInApi();
  const browser = openBrowser(api);
  await signIn(browser, query());
  const signedInSeconds = api.nowSeconds();
  api.advance(10);
  // The operator has just revoked the tenant; this function works with the entry of before for some seconds yet.
  const { verifier, challenge } = newPkce();
  const { sentBack } = await browser.get(AUTHORIZE, authorizationQuery(challenge, { scope: 'openid offline_access' }));
  const { json } = await redeem(api, sentBack.code, verifier);
  const waiting = newPkce();
  const { sentBack: late } = await browser.get(AUTHORIZE, authorizationQuery(waiting.challenge, { scope: 'openid offline_access' }));
  const entry = { tenant: 'my_company', entry: 'tenant', displayName: 'My Company', signIn: {} };
  api.stores.put('Tenants', { ...entry, tokensNotBefore: signedInSeconds + 5 });
  assert.equal((await redeem(api, late.code, waiting.verifier)).line.reason, 'before-tokens-not-before');
  const info = { method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${json.access_token}` } } as const;
  assert.equal((await api.call(info)).line.reason, 'before-tokens-not-before');
  const form = { client_id: 'web-app', refresh_token: String(json.refresh_token) };
  assert.equal((await api.token({ grant_type: 'refresh_token', ...form }, {})).line.reason, 'before-tokens-not-before');
  assert.equal((await browser.get(AUTHORIZE, query({ prompt: 'none' }))).sentBack.error, 'login_required');
  const renewed = newPkce();
  const again = await signIn(browser, authorizationQuery(renewed.challenge));
  assert.equal((await redeem(api, again.sentBack.code, renewed.verifier)).status, 200, 'who signs in anew is welcome');
});

test('A101 a session ends with the account, and codes and renewals of it with the session', async () => {
  const api = openSignInApi();
  const browser = openBrowser(api);
  const { verifier, challenge } = newPkce();
  const sent = await signIn(browser, authorizationQuery(challenge));
  const tokens = await redeem(api, sent.sentBack.code, verifier);
  const waiting = newPkce();
  const code = (await browser.get(AUTHORIZE, authorizationQuery(waiting.challenge))).sentBack.code;
  api.users.recheckAnswer = { kind: 'refused', reason: 'password-changed' };
  assert.equal((await browser.get(AUTHORIZE, query({ prompt: 'none' }))).sentBack.error, 'login_required');
  api.users.recheckAnswer = undefined;
  assert.equal((await browser.get(AUTHORIZE, query({ prompt: 'none' }))).sentBack.error, 'login_required', 'for good');
  assert.equal((await redeem(api, code, waiting.verifier)).line.reason, 'no-such-code', 'gone with the session');
  const renewal = await api.token(
    { grant_type: 'refresh_token', client_id: 'web-app', refresh_token: String(tokens.json.refresh_token) },
    {},
  );
  assert.equal(renewal.line.reason, 'no-such-grant');
});
