// Clients of others sign a user in with no registration: their id is the URL of a document that they publish themselves.
// oauth4webapi and openid-client as they come from npm, over real HTTP, by their id alone and by a key of their own.

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { type DocumentHost, documentOf, LOOPBACK_DOCUMENTS, openDocumentHost, putTenant } from '../support/document-host.ts';
import { openHttpCall } from '../support/http-call.ts';
import { openBrowser, type Shown } from '../support/sign-in-browser.ts';
import { issuerOf, startTokenServer } from '../support/token-server.ts';

const insecure = { [oauth.allowInsecureRequests]: true };
const REDIRECT_URI = 'http://127.0.0.1:49152/callback';
const BYE = 'http://127.0.0.1:49152/bye';

let host: DocumentHost;
before(async () => {
  host = await openDocumentHost();
});
after(() => host.close());

/** A token server with an issuer of the tenant's own, and the document of a client that it has never heard of. */
async function start(t: TestContext, changes: Readonly<Record<string, unknown>> = {}) {
  const { api, issuer: shared } = await startTokenServer(t, { sendOutbound: createSendOutbound() });
  putTenant(api, { clientDocuments: LOOPBACK_DOCUMENTS });
  const path = `/${t.name.replaceAll(/\W+/g, '-')}.json`;
  const clientId = host.url(path);
  const uris = { redirect_uris: ['http://127.0.0.1/callback'], post_logout_redirect_uris: ['http://127.0.0.1/bye'] };
  host.answer(path, documentOf(clientId, { ...uris, ...changes }));
  const fetches = () => host.calls.get(path) ?? 0;
  return { api, issuer: issuerOf(shared, 'own'), clientId, fetches, browser: openBrowser({ call: openHttpCall(shared) }) };
}

/** Name and password, then yes. */
async function follow(browser: ReturnType<typeof openBrowser>, address: URL): Promise<URL> {
  const shown = await browser.get(address.pathname, Object.fromEntries(address.searchParams));
  const consent: Shown = await browser.post(address.pathname, { ...shown.hidden, username: 'userx', password: 'mypass' });
  assert.match(consent.text, /Agent Smith/);
  const sent = await browser.post(address.pathname, { ...consent.hidden, decision: 'allow' });
  assert.equal(sent.status, 303, sent.text);
  return new URL(sent.headers.Location ?? '');
}

async function newKeys() {
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'one', use: 'sig', alg: 'ES256' };
  return { jwks: { keys: [jwk] }, key: privateKey };
}

for (const method of ['none', 'private_key_jwt'] as const)
  test(`oauth4webapi, by ${method}: discovery, consent, code, userinfo, renewal, revocation, with one fetch of the document`, async (t) => {
    const { jwks, key } = await newKeys();
    const { issuer, browser, clientId, fetches } = await start(t, method === 'none' ? {} : { token_endpoint_auth_method: method, jwks });
    const as = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), insecure));
    assert.equal(as.client_id_metadata_document_supported, true);
    const client: oauth.Client = { client_id: clientId };
    const authentication = method === 'none' ? oauth.None() : oauth.PrivateKeyJwt({ key, kid: 'one' });
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const address = new URL(as.authorization_endpoint ?? '');
    address.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid order:write admin offline_access',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    }).toString();
    const parameters = oauth.validateAuthResponse(as, client, await follow(browser, address), state);
    const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, parameters, REDIRECT_URI, verifier, insecure);
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, requireIdToken: true });
    // What the tenant has, the user's roles permit and the request asks for; nobody had to list it anywhere.
    assert.equal(tokens.scope, 'openid order:write offline_access');
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    assert.deepEqual([claims?.sub, claims?.aud], ['EXTERNAL/e-1001@my_company', clientId]);
    const info = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    assert.equal((await oauth.processUserInfoResponse(as, client, claims?.sub ?? '', info)).sub, claims?.sub);
    const renewing = await oauth.refreshTokenGrantRequest(as, client, authentication, tokens.refresh_token ?? '', insecure);
    const renewed = await oauth.processRefreshTokenResponse(as, client, renewing);
    assert.notEqual(renewed.access_token, tokens.access_token);
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, renewed.refresh_token ?? '', insecure));
    assert.equal((await oauth.userInfoRequest(as, client, renewed.access_token, insecure)).status, 401);
    assert.equal(fetches(), 1);
  });

test('openid-client: sign-in by the URL alone, and sign-out to the address of the document', async (t) => {
  const { issuer, browser, clientId } = await start(t);
  const config = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), { execute: [openid.allowInsecureRequests] });
  const begun = { verifier: openid.randomPKCECodeVerifier(), state: openid.randomState() };
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid order:write',
    state: begun.state,
    code_challenge: await openid.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
  });
  const back = await follow(browser, address);
  const tokens = await openid.authorizationCodeGrant(config, back, { pkceCodeVerifier: begun.verifier, expectedState: begun.state });
  assert.equal(tokens.claims()?.aud, clientId);
  const end = openid.buildEndSessionUrl(config, { post_logout_redirect_uri: BYE, id_token_hint: tokens.id_token ?? '', state: 's' });
  const left = await browser.get(end.pathname, Object.fromEntries(end.searchParams));
  assert.deepEqual([left.status, left.headers.Location], [303, `${BYE}?state=s`]);
});
