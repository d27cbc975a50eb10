// The test modules of the OpenID Foundation's conformance suite for the profiles that we have, by their names: Basic OP,
// Config OP, RP-Initiated Logout OP and Back-Channel Logout OP. Each test asserts what the module of its name does; the suite
// itself needs Java, a database and a browser. Those that don't apply are listed below, each with its reason.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import {
  authorizationQuery,
  type Browser,
  claimsOf,
  newPkce,
  openBrowser,
  openSignInApi,
  REDIRECT_URI,
  redeem,
  type Shown,
  signIn,
} from '../support/sign-in-browser.ts';
import { demoClient, ISSUER, START_SECONDS, secretDigest, type TokenAnswer, type TokenApi } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

const AUTHORIZE = '/oauth2/authorize';
const LOGOUT = '/oauth2/logout';
const BYE = 'https://app.example/bye';
const SUBJECT = 'EXTERNAL/e-1001@my_company';

/** Modules of the plans that ask for something that is not offered, as the metadata say. */
const NOT_APPLICABLE = {
  'oidcc-idtoken-unsigned': 'ID tokens are always signed: `none` is not in id_token_signing_alg_values_supported.',
  'oidcc-scope-address': 'The scope is not in scopes_supported.',
  'oidcc-scope-phone': 'The scope is not in scopes_supported.',
  'oidcc-ensure-request-object-with-redirect-uri': 'Request objects are not supported, as the metadata say.',
} as const;

interface World {
  readonly api: TokenApi;
  readonly browser: Browser;
  /** A whole flow of the client `op-client`, by `client_secret_basic`. */
  flow(
    changes?: Readonly<Record<string, string>>,
  ): Promise<{ readonly sent: Shown; readonly tokens: TokenAnswer; readonly claims: Record<string, unknown> }>;
}

function open(client: Readonly<Record<string, unknown>> = {}): World {
  const api = openSignInApi();
  const common = {
    firstParty: true,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [REDIRECT_URI],
    postLogoutRedirectUris: [BYE],
  };
  api.stores.put('Clients', demoClient('op-client', '', { ...common, secrets: [{ sha256: secretDigest('op-secret') }], ...client }));
  const browser = openBrowser(api);
  return {
    api,
    browser,
    async flow(changes = {}) {
      const { verifier, challenge } = newPkce();
      const query = authorizationQuery(challenge, { client_id: 'op-client', scope: 'openid', ...changes });
      const shown = await browser.get(AUTHORIZE, query);
      const sent = shown.status === 303 ? shown : await browser.post(AUTHORIZE, { ...shown.hidden, username: 'userx', password: 'mypass' });
      assert.equal(sent.status, 303, sent.text);
      const form = {
        grant_type: 'authorization_code',
        code: sent.sentBack.code ?? '',
        redirect_uri: REDIRECT_URI,
        code_verifier: verifier,
      };
      const tokens = await api.token(form, basic('op-client', 'op-secret'));
      return { sent, tokens, claims: tokens.json.id_token === undefined ? {} : claimsOf(tokens.json.id_token) };
    },
  };
}

const userInfo = (api: TokenApi, token: unknown) =>
  api.call({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${token}` } });

/** What a request that is as good as any other leads to. */
async function succeeds(changes: Readonly<Record<string, string>>): Promise<void> {
  const { sent, claims } = await open().flow(changes);
  assert.equal(sent.sentBack.error, undefined);
  assert.deepEqual([claims.iss, claims.sub, claims.aud, claims.nonce], [ISSUER, SUBJECT, 'op-client', changes.nonce ?? 'n-1']);
}

describe('OpenID Foundation, Basic OP', () => {
  test('oidcc-server: the flow, with the claims of the ID token and of userinfo', async () => {
    const { api, flow } = open();
    const { sent, tokens, claims } = await flow();
    assert.deepEqual([sent.sentBack.state, tokens.json.token_type, tokens.headers['Cache-Control']], ['st-1', 'Bearer', 'no-store']);
    assert.ok(Number(claims.exp) > START_SECONDS && claims.iat === START_SECONDS);
    assert.equal((await userInfo(api, tokens.json.access_token)).json.sub, claims.sub);
  });

  test('oidcc-response-type-missing: an error, not a code', async () => {
    const { browser } = open();
    const { response_type: _, ...query } = authorizationQuery(newPkce().challenge, { client_id: 'op-client' });
    const { sentBack } = await browser.get(AUTHORIZE, query);
    assert.deepEqual([sentBack.error, sentBack.state, sentBack.code], ['invalid_request', 'st-1', undefined]);
  });

  test('oidcc-idtoken-signature: by RS256 and a key that is published with its kid', async () => {
    const { api, flow } = open();
    const { tokens } = await flow();
    const keys = await api.call({ method: 'GET', path: '/oauth2/jwks' });
    const { protectedHeader } = await jwtVerify(String(tokens.json.id_token), createLocalJWKSet(JSON.parse(keys.text) as JSONWebKeySet), {
      issuer: ISSUER,
      audience: 'op-client',
      currentDate: new Date(START_SECONDS * 1000),
    });
    assert.equal(protectedHeader.alg, 'RS256');
    assert.ok(protectedHeader.kid !== undefined);
  });

  test('oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body: the same claims by each', async () => {
    const { api, flow } = open();
    const { tokens } = await flow();
    const token = String(tokens.json.access_token);
    const answers = [
      await userInfo(api, token),
      await api.call({ path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${token}` } }),
      await api.call({ path: '/oauth2/userinfo', form: { access_token: token } }),
    ];
    for (const { status, json } of answers) assert.deepEqual([status, json.sub], [200, SUBJECT]);
  });

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
    const { claims } = await open().flow({ nonce: '' });
    assert.deepEqual([claims.sub, claims.nonce], [SUBJECT, undefined]);
  });

  test('oidcc-scope-profile, oidcc-scope-email, oidcc-scope-all: the claims that the scopes name', async () => {
    for (const [scope, expected] of [
      ['openid profile', { given_name: 'Uma', preferred_username: 'EXTERNAL/userx@my_company' }],
      ['openid email', { email: 'uma@example.org' }],
      ['openid profile email', { given_name: 'Uma', email: 'uma@example.org' }],
    ] as const) {
      const { api, flow } = open();
      const { tokens } = await flow({ scope });
      const { json } = await userInfo(api, tokens.json.access_token);
      for (const [name, value] of Object.entries(expected)) assert.equal(json[name], value, `${scope}: ${name}`);
    }
  });

  test('oidcc-alternate-happy-flow: the scopes in another order', async () => {
    const { tokens } = await open().flow({ scope: 'email profile openid' });
    assert.equal(tokens.json.scope, 'email profile openid');
    assert.ok(tokens.json.id_token !== undefined);
  });

  for (const [name, changes] of Object.entries({
    'oidcc-display-page': { display: 'page' },
    'oidcc-display-popup': { display: 'popup' },
    'oidcc-ensure-request-with-unknown-parameter-succeeds': { extra: 'foobar' },
    'oidcc-login-hint': { login_hint: 'userx' },
    'oidcc-ui-locales': { ui_locales: 'se fr' },
    'oidcc-claims-locales': { claims_locales: 'se' },
    'oidcc-ensure-request-with-acr-values-succeeds': { acr_values: '1 2' },
    'oidcc-claims-essential': { claims: '{"userinfo":{"name":{"essential":true}}}' },
    'oidcc-ensure-request-with-valid-pkce-succeeds': {},
  }))
    test(`${name}: the flow succeeds`, () => succeeds(changes));

  test('oidcc-prompt-login: the user is asked again, and auth_time is later', async () => {
    const { api, browser, flow } = open();
    const first = await flow();
    api.advance(2);
    const page = await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { client_id: 'op-client', prompt: 'login' }));
    assert.equal(page.status, 200);
    const second = await flow({ prompt: 'login' });
    assert.ok(Number(second.claims.auth_time) > Number(first.claims.auth_time));
    assert.equal(second.claims.sub, first.claims.sub);
  });

  test('oidcc-prompt-none-not-logged-in: login_required', async () => {
    const { browser } = open();
    const { sentBack } = await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { client_id: 'op-client', prompt: 'none' }));
    assert.deepEqual([sentBack.error, sentBack.state], ['login_required', 'st-1']);
  });

  test('oidcc-prompt-none-logged-in: the same user and the same auth_time', async () => {
    const { api, flow } = open();
    const first = await flow();
    api.advance(1);
    const second = await flow({ prompt: 'none' });
    assert.deepEqual([second.claims.sub, second.claims.auth_time], [first.claims.sub, first.claims.auth_time]);
  });

  test('oidcc-max-age-1: a sign-in that is older is not enough', async () => {
    const { api, browser, flow } = open();
    await flow();
    api.advance(2);
    const page = await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { client_id: 'op-client', max_age: '1' }));
    assert.equal(page.status, 200);
    const { claims } = await flow({ max_age: '1' });
    assert.equal(claims.auth_time, START_SECONDS + 2);
  });

  test('oidcc-max-age-10000: one that is younger is', async () => {
    const { api, flow } = open();
    await flow();
    api.advance(2);
    const { claims } = await flow({ max_age: '10000', prompt: 'none' });
    assert.equal(claims.auth_time, START_SECONDS);
  });

  test('oidcc-id-token-hint: with prompt=none, the user of the hint', async () => {
    const { flow } = open();
    const first = await flow();
    const second = await flow({ prompt: 'none', id_token_hint: String(first.tokens.json.id_token) });
    assert.equal(second.claims.sub, first.claims.sub);
  });

  test('oidcc-codereuse, oidcc-codereuse-30seconds: the second use is refused, and the token of the first one is dead', async () => {
    for (const seconds of [0, 30]) {
      const api = openSignInApi();
      const { verifier, challenge } = newPkce();
      const sent = await signIn(openBrowser(api), authorizationQuery(challenge));
      const first = await redeem(api, sent.sentBack.code, verifier);
      api.advance(seconds);
      const second = await redeem(api, sent.sentBack.code, verifier);
      assert.deepEqual([second.status, second.json.error], [400, 'invalid_grant']);
      assert.equal((await userInfo(api, first.json.access_token)).status, 401);
    }
  });

  test('oidcc-ensure-registered-redirect-uri: an error page, and no redirect', async () => {
    const query = authorizationQuery(newPkce().challenge, { client_id: 'op-client', redirect_uri: 'https://app.example/callback/other' });
    const { status, headers } = await open().browser.get(AUTHORIZE, query);
    assert.deepEqual([status, headers.Location], [400, undefined]);
  });

  test('oidcc-ensure-post-request-succeeds: the request by POST', async () => {
    const { browser } = open();
    const posted = await browser.post(AUTHORIZE, authorizationQuery(newPkce().challenge, { client_id: 'op-client' }), {
      Origin: 'https://app.example',
    });
    assert.equal(posted.status, 303, 'to the same address by GET, so that cookies come along');
    const page = await browser.get(AUTHORIZE, posted.sentBack);
    assert.equal(page.status, 200);
    const sent = await browser.post(AUTHORIZE, { ...page.hidden, username: 'userx', password: 'mypass' });
    assert.match(sent.sentBack.code ?? '', /^gac_/);
  });

  test('oidcc-server-client-secret-post: client authentication in the body', async () => {
    const { api, browser } = open();
    const { verifier, challenge } = newPkce();
    const sent = await signIn(browser, authorizationQuery(challenge, { client_id: 'op-client' }));
    const tokens = await redeem(api, sent.sentBack.code, verifier, { client_id: 'op-client', client_secret: 'op-secret' });
    assert.equal(tokens.status, 200);
  });

  test('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: request_not_supported', async () => {
    const request = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`;
    const { sentBack } = await open().browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { client_id: 'op-client', request }));
    assert.equal(sentBack.error, 'request_not_supported');
  });

  test('oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: request_uri_not_supported', async () => {
    const query = authorizationQuery(newPkce().challenge, { client_id: 'op-client', request_uri: 'https://app.example/request.jwt' });
    assert.equal((await open().browser.get(AUTHORIZE, query)).sentBack.error, 'request_uri_not_supported');
  });

  test('oidcc-refresh-token: the tokens of a renewal, and a refresh token of another client is refused', async () => {
    const { api, flow } = open();
    const { tokens } = await flow({ scope: 'openid offline_access' });
    const form = { grant_type: 'refresh_token', refresh_token: String(tokens.json.refresh_token) };
    assert.equal((await api.token(form, basic('demo-app', 'demo-app-secret'))).json.error, 'invalid_grant');
    const renewed = await api.token(form, basic('op-client', 'op-secret'));
    assert.equal((await userInfo(api, renewed.json.access_token)).json.sub, SUBJECT);
  });
});

test('OpenID Foundation, Config OP: oidcc-discovery-endpoint-verification', async () => {
  const { json } = await open().api.call({ method: 'GET', path: '/.well-known/openid-configuration' });
  assert.equal(json.issuer, ISSUER);
  for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri', 'end_session_endpoint'])
    assert.ok(String(json[endpoint]).startsWith('https://'), endpoint);
  const lists = json as Readonly<Record<string, readonly string[]>>;
  assert.ok(lists.response_types_supported?.includes('code'));
  assert.ok(lists.subject_types_supported?.includes('public'));
  assert.ok(lists.id_token_signing_alg_values_supported?.includes('RS256'));
  assert.ok(lists.scopes_supported?.includes('openid'));
  assert.ok(lists.claims_supported?.includes('sub'));
});

describe('OpenID Foundation, RP-Initiated Logout OP', () => {
  /** A signed-in browser; what its sign-out with these parameters leads to; whether a session is left. */
  async function signedIn() {
    const world = open();
    const { tokens } = await world.flow();
    const hint = String(tokens.json.id_token);
    const isLeft = async () =>
      (await world.browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { client_id: 'op-client', prompt: 'none' }))).sentBack
        .error === undefined;
    return { ...world, hint, isLeft, signOut: (query: Readonly<Record<string, string>>) => world.browser.get(LOGOUT, query) };
  }

  test('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
    const { json } = await open().api.call({ method: 'GET', path: '/.well-known/openid-configuration' });
    assert.equal(json.end_session_endpoint, `${ISSUER}${LOGOUT}`);
  });

  test('oidcc-rp-initiated-logout: back with state, and the session is over', async () => {
    const { signOut, hint, isLeft } = await signedIn();
    const { headers } = await signOut({ id_token_hint: hint, post_logout_redirect_uri: BYE, state: 'xyz' });
    assert.deepEqual([headers.Location, await isLeft()], [`${BYE}?state=xyz`, false]);
  });

  test('oidcc-rp-initiated-logout-no-state: back without state', async () => {
    const { signOut, hint, isLeft } = await signedIn();
    const { headers } = await signOut({ id_token_hint: hint, post_logout_redirect_uri: BYE });
    assert.deepEqual([headers.Location, await isLeft()], [BYE, false]);
  });

  test('oidcc-rp-initiated-logout-no-post-logout-redirect-uri, oidcc-rp-initiated-logout-only-state: a page', async () => {
    for (const state of [{}, { state: 'xyz' }]) {
      const { signOut, hint, isLeft } = await signedIn();
      const { status, headers } = await signOut({ id_token_hint: hint, ...state });
      assert.deepEqual([status, headers.Location, await isLeft()], [200, undefined, false]);
    }
  });

  for (const [name, queryOf] of Object.entries({
    'bad-post-logout-redirect-uri': (hint: string) => ({ id_token_hint: hint, post_logout_redirect_uri: `${BYE}/evil`, state: 'xyz' }),
    'query-added-to-post-logout-redirect-uri': (hint: string) => ({ id_token_hint: hint, post_logout_redirect_uri: `${BYE}?foo=bar` }),
    'modified-id-token-hint': (hint: string) => ({ id_token_hint: `${hint.slice(0, -3)}AAA`, post_logout_redirect_uri: BYE }),
    'bad-id-token-hint': (hint: string) => ({
      id_token_hint: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${hint.split('.')[1]}.`,
      post_logout_redirect_uri: BYE,
    }),
    'no-id-token-hint': () => ({ post_logout_redirect_uri: BYE, state: 'xyz' }),
    'no-params': () => ({}),
  }))
    test(`oidcc-rp-initiated-logout-${name}: a page, and no redirect`, async () => {
      const { signOut, hint } = await signedIn();
      const { status, headers } = await signOut(queryOf(hint));
      assert.deepEqual([status, headers.Location], [200, undefined]);
    });
});

test('OpenID Foundation, Back-Channel Logout OP: oidcc-backchannel-rp-initiated-logout', async () => {
  const received: string[] = [];
  const api = openSignInApi({
    sendOutbound: async (_, { body = '' }) => {
      received.push(new URLSearchParams(body).get('logout_token') ?? '');
      return { status: 200, headers: {}, body: '' };
    },
  });
  const backchannelLogoutUri = 'https://app.example/backchannel';
  const common = {
    firstParty: true,
    grantTypes: ['authorization_code'],
    redirectUris: [REDIRECT_URI],
    postLogoutRedirectUris: [BYE],
    backchannelLogoutUri,
  };
  api.stores.put('Clients', demoClient('web-app', '', { ...common, secrets: [], authMethods: ['none'] }));
  const browser = openBrowser(api);
  const { verifier, challenge } = newPkce();
  const sent = await signIn(browser, authorizationQuery(challenge));
  const { json } = await redeem(api, sent.sentBack.code, verifier);
  const { headers } = await browser.get(LOGOUT, { id_token_hint: String(json.id_token), post_logout_redirect_uri: BYE, state: 'xyz' });
  assert.equal(headers.Location, `${BYE}?state=xyz`);
  const keys = await api.call({ method: 'GET', path: '/oauth2/jwks' });
  const { payload, protectedHeader } = await jwtVerify(received[0] ?? '', createLocalJWKSet(JSON.parse(keys.text) as JSONWebKeySet), {
    issuer: ISSUER,
    audience: 'web-app',
    currentDate: new Date(START_SECONDS * 1000),
  });
  assert.equal(protectedHeader.alg, 'RS256');
  assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
  assert.ok(
    payload.jti !== undefined &&
      payload.iat !== undefined &&
      payload.nonce === undefined &&
      payload.sub === SUBJECT &&
      payload.sid !== undefined,
  );
});

test('modules that do not apply are those that the metadata rule out', async (t) => {
  const { json } = await open().api.call({ method: 'GET', path: '/.well-known/openid-configuration' });
  const lists = json as Readonly<Record<string, readonly string[]>>;
  assert.ok(!lists.id_token_signing_alg_values_supported?.includes('none'));
  assert.ok(!lists.scopes_supported?.some((scope) => scope === 'address' || scope === 'phone'));
  assert.deepEqual([json.request_parameter_supported, json.request_uri_parameter_supported], [false, false]);
  for (const [name, why] of Object.entries(NOT_APPLICABLE)) t.diagnostic(`${name}: not applicable. ${why}`);
});
