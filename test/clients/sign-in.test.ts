// Clients of others sign a user in by code and PKCE, over real HTTP, and out again: oauth4webapi and openid-client as they
// come from npm. They check every answer against the specifications as they go.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { openHttpCall } from '../support/http-call.ts';
import { openBrowser } from '../support/sign-in-browser.ts';
import { demoClient, secretDigest } from '../support/token-api.ts';
import { ISSUER_MODES, type IssuerMode, issuerOf, startTokenServer } from '../support/token-server.ts';

const insecure = { [oauth.allowInsecureRequests]: true };
const execute = [openid.allowInsecureRequests];
const REDIRECT_URI = 'http://127.0.0.1/callback';
const BYE = 'http://127.0.0.1/bye';

/** A token server with the sign-in page on, and an application of both kinds. */
async function start(t: TestContext, mode: IssuerMode, changes: Readonly<Record<string, unknown>> = {}) {
  const logouts: string[] = [];
  const server = await startTokenServer(t, {
    sendOutbound: async (_, { body = '' }) => {
      logouts.push(new URLSearchParams(body).get('logout_token') ?? '');
      return { status: 200, headers: {}, body: '' };
    },
  });
  const { api, issuer: shared } = server;
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', displayName: 'My Company', issuer: mode, signIn: {} });
  const common = {
    firstParty: true,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [REDIRECT_URI],
    postLogoutRedirectUris: [BYE],
    backchannelLogoutUri: 'https://app.example/backchannel',
    ...changes,
  };
  api.stores.put('Clients', demoClient('public-app', '', { ...common, secrets: [], authMethods: ['none'] }));
  api.stores.put('Clients', demoClient('server-app', '', { ...common, secrets: [{ sha256: secretDigest('server-secret') }] }));
  return { api, issuer: issuerOf(shared, mode), logouts, browser: openBrowser({ call: openHttpCall(shared) }) };
}

/** Follows the address of the client, and signs in where it is asked to. */
async function follow(browser: ReturnType<typeof openBrowser>, address: URL): Promise<URL> {
  const shown = await browser.get(address.pathname, Object.fromEntries(address.searchParams));
  const sent =
    shown.status === 303 ? shown : await browser.post(address.pathname, { ...shown.hidden, username: 'userx', password: 'mypass' });
  assert.equal(sent.status, 303, sent.text);
  return new URL(sent.headers.Location ?? '');
}

for (const [clientId, authentication] of [
  ['public-app', oauth.None()],
  ['server-app', oauth.ClientSecretBasic('server-secret')],
] as const) {
  for (const [idTokenAlgorithm, mode] of [
    ['RS256', 'shared'],
    ['ES256', 'shared'],
    ['EdDSA', 'shared'],
    ['RS256', 'own'],
  ] as const) {
    test(`oauth4webapi, ${clientId}, ID tokens by ${idTokenAlgorithm} of the ${mode} issuer: code, PKCE, nonce, userinfo, renewal, sign-out`, async (t) => {
      const { issuer, browser } = await start(t, mode, { idTokenAlgorithm });
      const as = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), insecure));
      const client: oauth.Client = {
        client_id: clientId,
        id_token_signed_response_alg: idTokenAlgorithm === 'EdDSA' ? 'EdDSA' : idTokenAlgorithm,
      };
      const verifier = oauth.generateRandomCodeVerifier();
      const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
      const address = new URL(as.authorization_endpoint ?? '');
      address.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: REDIRECT_URI,
        response_type: 'code',
        scope: 'openid profile email order:write',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      }).toString();
      const back = await follow(browser, address);
      const parameters = oauth.validateAuthResponse(as, client, back, state);
      const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, parameters, REDIRECT_URI, verifier, insecure);
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, requireIdToken: true });
      const signedBy = await oauth.validateApplicationLevelSignature(as, response, insecure);
      assert.equal(signedBy, undefined);
      const claims = oauth.getValidatedIdTokenClaims(tokens);
      assert.deepEqual([claims?.sub, claims?.given_name, claims?.email], ['EXTERNAL/e-1001@my_company', 'Uma', 'uma@example.org']);
      const info = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
      assert.equal((await oauth.processUserInfoResponse(as, client, claims?.sub ?? '', info)).given_name, 'Uma');
      const renewal = await oauth.refreshTokenGrantRequest(as, client, authentication, tokens.refresh_token ?? '', insecure);
      const renewed = await oauth.processRefreshTokenResponse(as, client, renewal);
      assert.equal(renewed.scope, 'openid profile email order:write');
      const bye = new URL(as.end_session_endpoint ?? '');
      const out = await browser.get(bye.pathname, { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: BYE });
      assert.deepEqual([out.status, out.headers.Location], [303, BYE]);
      const late = await oauth.refreshTokenGrantRequest(as, client, authentication, renewed.refresh_token ?? '', insecure);
      await assert.rejects(oauth.processRefreshTokenResponse(as, client, late), { error: 'invalid_grant' });
    });
  }
}

for (const mode of ISSUER_MODES)
  test(`openid-client: sign in, sign out at the ${mode} issuer, and the client is told by the back channel`, async (t) => {
    const { issuer, browser, logouts, api } = await start(t, mode);
    const config = await openid.discovery(new URL(issuer), 'server-app', 'server-secret', openid.ClientSecretPost('server-secret'), {
      execute,
    });
    const verifier = openid.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      max_age: '3600',
    });
    const back = await follow(browser, address);
    const tokens = await openid.authorizationCodeGrant(config, back, {
      pkceCodeVerifier: verifier,
      expectedState,
      expectedNonce,
      maxAge: 3600,
      idTokenExpected: true,
    });
    const bye = openid.buildEndSessionUrl(config, { post_logout_redirect_uri: BYE, id_token_hint: tokens.id_token ?? '', state: 'bye' });
    const out = await browser.get(bye.pathname, Object.fromEntries(bye.searchParams));
    assert.deepEqual([out.status, out.headers.Location], [303, `${BYE}?state=bye`]);
    await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token ?? ''), { error: 'invalid_grant' });
    assert.equal(logouts.length, 1);
    // oauth4webapi's own check of a logout token would need a request; the keys are what verify it.
    const { jwtVerify, createRemoteJWKSet } = await import('jose');
    const { payload } = await jwtVerify(logouts[0] ?? '', createRemoteJWKSet(new URL(`${issuer}/oauth2/jwks`)), {
      issuer,
      audience: 'server-app',
      typ: 'logout+jwt',
    });
    assert.deepEqual([payload.sid, payload.sub], [tokens.claims()?.sid, tokens.claims()?.sub]);
    assert.equal(api.lines.filter(({ audit }) => audit === 'signed-out').length, 1);
  });

for (const mode of ISSUER_MODES)
  test(`openid-client: errors come back with state and the ${mode} issuer, and are told apart`, async (t) => {
    const { issuer } = await start(t, mode);
    const config = await openid.discovery(new URL(issuer), 'public-app', undefined, openid.None(), { execute });
    const expectedState = openid.randomState();
    const verifier = openid.randomPKCECodeVerifier();
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: expectedState,
      prompt: 'none',
    });
    const shown = await openBrowser({ call: openHttpCall(new URL(issuer).origin) }).get(
      address.pathname,
      Object.fromEntries(address.searchParams),
    );
    const back = new URL(shown.headers.Location ?? '');
    await assert.rejects(openid.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState }), {
      error: 'login_required',
    });
  });
