// Clients that a document describes, at the endpoints: what they get, what they don't, and at which issuer.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OutboundRequest } from '../../../../functions/outbound/outbound.ts';
import { clientAssertion } from '../../../support/assertion-api.ts';
import {
  allow,
  CALLBACK,
  type DocumentHost,
  documentOf,
  documentQuery,
  LOCAL_ISSUER,
  LOOPBACK_DOCUMENTS,
  OWN,
  openDocumentApi,
  openDocumentHost,
  putTenant,
  redeemCode,
  toConsent,
} from '../../../support/document-host.ts';
import { newForeignSigner } from '../../../support/external-issuer-tokens.ts';
import { openFeedFunction } from '../../../support/feed-function.ts';
import { newPkce, openBrowser } from '../../../support/sign-in-browser.ts';
import type { TokenAnswer, TokenApi } from '../../../support/token-api.ts';
import { basic } from '../../../support/token-events.ts';

let host: DocumentHost;
before(async () => {
  host = await openDocumentHost();
});
after(() => host.close());

/** A client of this document, and the tokens that a user has given it. */
async function signedIn(api: TokenApi, path: string, scope = 'openid order:write', document: Readonly<Record<string, unknown>> = {}) {
  const clientId = host.url(path);
  host.answer(path, documentOf(clientId, document));
  const browser = openBrowser(api);
  const { verifier, challenge } = newPkce();
  const consent = await toConsent(browser, documentQuery(clientId, challenge, { scope }));
  // A yes that is kept is not asked for again.
  const { sentBack } = consent.status === 303 ? consent : await allow(browser, consent);
  const given = await redeemCode(api, { clientId, code: sentBack.code, verifier });
  return { clientId, browser, consent, given, token: String(given.json.access_token), refresh: String(given.json.refresh_token) };
}

const post = (api: TokenApi, path: string, form: Readonly<Record<string, string>>, headers = {}): Promise<TokenAnswer> =>
  api.call({ path: `${OWN}${path}`, form, headers });

test('only the metadata of a tenant that takes documents say so', async () => {
  const api = openDocumentApi();
  const says = async (path: string) => (await api.call({ method: 'GET', path })).json.client_id_metadata_document_supported;
  for (const path of [`${OWN}/.well-known/openid-configuration`, '/.well-known/oauth-authorization-server/t/my_company'])
    assert.equal(await says(path), true, path);
  assert.equal(await says('/.well-known/openid-configuration'), undefined);
  putTenant(api, {});
  assert.equal(await says(`${OWN}/.well-known/openid-configuration`), undefined);
  const { json } = await api.call({ method: 'GET', path: `${OWN}/.well-known/openid-configuration` });
  assert.ok((json.token_endpoint_auth_methods_supported as string[]).includes('none'));
});

test('clientDocuments need an issuer of the tenant’s own, and are written in one of these ways', () => {
  const api = openDocumentApi();
  const faultOf = async (entry: Readonly<Record<string, unknown>>) => {
    api.stores.reports.length = 0;
    putTenant(api, entry);
    await api.stores.tenants.findTenant('my_company');
    return api.stores.reports[0]?.faults[0]?.path;
  };
  const trusted = { trustedHosts: ['agent.example'] };
  const rows: readonly (readonly [Readonly<Record<string, unknown>>, string | undefined])[] = [
    [{ clientDocuments: trusted }, undefined],
    [{ clientDocuments: 'any' }, undefined],
    [{ clientDocuments: { trustedHosts: 'any', scopes: ['order:write'] } }, undefined],
    [{ clientDocuments: trusted, issuer: 'shared' }, 'clientDocuments'],
    [{ clientDocuments: 'some' }, 'clientDocuments'],
    [{ clientDocuments: { trustedHosts: [] } }, 'clientDocuments'],
    [{ clientDocuments: { trustedHosts: ['https://agent.example'] } }, 'clientDocuments'],
    [{ clientDocuments: { trustedHosts: ['Agent.example'] } }, 'clientDocuments'],
    [{ clientDocuments: { trustedHosts: ['*.agent.example'] } }, 'clientDocuments'],
    [{ clientDocuments: { trustedHost: ['agent.example'] } }, 'clientDocuments.trustedHost'],
    [{ clientDocuments: { ...trusted, allowLoopbacks: true } }, 'clientDocuments.allowLoopbacks'],
  ];
  return rows.reduce(async (before, [entry, path]) => {
    await before;
    const found = await faultOf(entry);
    assert.equal(
      found === undefined || path === undefined ? found : found.startsWith('clientDocuments') && path,
      path,
      JSON.stringify(entry),
    );
  }, Promise.resolve());
});

test('scopes are those of the tenant that the roles permit, or fewer where the entry says so, and are described', async () => {
  const api = openDocumentApi();
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'scope#menu:read', description: 'See <the> menu' });
  const all = await signedIn(api, '/scopes.json', 'openid order:write menu:read admin');
  assert.equal(all.given.json.scope, 'openid order:write menu:read');
  assert.match(all.consent.text, /<li>See &lt;the&gt; menu<\/li>/);
  putTenant(api, { clientDocuments: { ...LOOPBACK_DOCUMENTS, scopes: ['menu:read'] } });
  const renewed = await post(api, '/oauth2/token', { grant_type: 'refresh_token', client_id: all.clientId, refresh_token: all.refresh });
  assert.equal(renewed.json.scope, 'openid menu:read');
  const fewer = await signedIn(api, '/scopes.json', 'openid order:write menu:read');
  assert.equal(fewer.given.json.scope, 'openid menu:read');
});

test('a document that does not list refresh_token gets none, and no document gets another grant', async () => {
  const api = openDocumentApi();
  for (const grant_types of [undefined, ['authorization_code'], ['authorization_code', 'client_credentials', 'password']]) {
    const { given } = await signedIn(api, '/grants.json', 'openid', { grant_types });
    assert.deepEqual([given.status, given.json.refresh_token], [200, undefined]);
    api.advance(86_400);
  }
  const clientId = host.url('/grants.json');
  for (const form of [
    { grant_type: 'client_credentials' },
    { grant_type: 'password', username: 'userx@my_company', password: 'mypass' },
    { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'x', subject_token_type: 'x' },
  ]) {
    const { status, json } = await post(api, '/oauth2/token', { ...form, client_id: clientId });
    assert.deepEqual([status, json.error], [400, 'unauthorized_client']);
  }
  assert.equal(api.users.calls.authenticate.length, 3, 'the three sign-ins above');
});

test('it revokes its own tokens, and introspects nothing, whatever key it has', async () => {
  const api = openDocumentApi();
  const { clientId, token, refresh } = await signedIn(api, '/ends.json');
  const asked = await post(api, '/oauth2/introspect', { token, client_id: clientId });
  assert.deepEqual([asked.status, asked.line.reason], [401, 'public-client']);
  assert.equal((await post(api, '/oauth2/revoke', { token: refresh, client_id: clientId })).line.revocation, 'revoked');
  const info = await api.call({ method: 'GET', path: `${OWN}/oauth2/userinfo`, headers: { Authorization: `Bearer ${token}` } });
  assert.equal(info.status, 401);
  const signer = newForeignSigner('ES256', 'one');
  const keyed = host.url('/keyed.json');
  host.answer('/keyed.json', documentOf(keyed, { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [signer.jwk] } }));
  const assertion = await clientAssertion(signer, keyed, { aud: `${LOCAL_ISSUER}${OWN}`, iss: keyed, sub: keyed });
  const other = await signedIn(api, '/other.json');
  const form = { client_assertion: assertion, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
  const introspected = await post(api, '/oauth2/introspect', { ...form, token: other.token });
  assert.deepEqual([introspected.text, introspected.line.inactive], ['{"active":false}', 'client-may-not-introspect']);
});

test('a resource server of the tenant may introspect its tokens, at either issuer, and reads the URL as the client', async () => {
  const api = openDocumentApi();
  const { clientId, token } = await signedIn(api, '/seen.json');
  for (const path of ['/oauth2/introspect', `${OWN}/oauth2/introspect`]) {
    const { json } = await api.call({ path, form: { token }, headers: basic('demo-app', 'demo-app-secret') });
    assert.deepEqual([json.active, json.client_id, json.username], [true, clientId, 'EXTERNAL/userx@my_company'], path);
  }
});

test('a page of the origin that gets the code may read the answer, and no other page, without a fetch for it', async () => {
  const api = openDocumentApi();
  const { clientId } = await signedIn(api, '/browser.json');
  const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: 'x' };
  for (const [origin, allowed] of [
    [new URL(CALLBACK).origin, new URL(CALLBACK).origin],
    ['https://evil.example', undefined],
  ] as const) {
    const { headers } = await post(api, '/oauth2/token', form, { Origin: origin });
    assert.equal(headers['Access-Control-Allow-Origin'], allowed);
  }
  const missing = host.url('/no-such.json');
  await post(api, '/oauth2/token', { ...form, client_id: missing }, { Origin: 'https://agent.example' });
  assert.equal(host.calls.get('/no-such.json'), 1);
});

test('who wants to sign out can, also where the document does not answer', async () => {
  const api = openDocumentApi();
  const { clientId, browser, given } = await signedIn(api, '/out.json', 'openid', {
    post_logout_redirect_uris: ['https://agent.example/bye'],
  });
  api.advance(86_400 / 2);
  host.answer('/out.json', (_, out) => out.destroy());
  const query = { client_id: clientId, id_token_hint: String(given.json.id_token), post_logout_redirect_uri: 'https://agent.example/bye' };
  const left = await browser.get(`${OWN}/oauth2/logout`, query);
  assert.deepEqual([left.status, left.headers.Location], [200, undefined]);
  assert.match(left.text, /You are signed out/);
});

test('what one tenant gave such a client is nothing at another tenant that knows the very same client', async () => {
  const api = openDocumentApi();
  api.stores.put('Tenants', { tenant: 'other_company', entry: 'tenant', issuer: 'own', signIn: {}, clientDocuments: LOOPBACK_DOCUMENTS });
  const path = '/both.json';
  const { clientId, token, refresh, browser } = await signedIn(api, path);
  const { verifier, challenge } = newPkce();
  const { sentBack } = await browser.get(`${OWN}/oauth2/authorize`, documentQuery(clientId, challenge));
  assert.ok(sentBack.code !== undefined, 'the yes of a moment ago is kept');
  const there = (path: string, form: Readonly<Record<string, string>>) => api.call({ path: `/t/other_company${path}`, form });
  const code = {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: sentBack.code,
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  };
  const answers = [
    await there('/oauth2/token', code),
    await there('/oauth2/token', { grant_type: 'refresh_token', client_id: clientId, refresh_token: refresh }),
    await there('/oauth2/revoke', { token, client_id: clientId }),
    await api.call({ method: 'GET', path: '/t/other_company/oauth2/userinfo', headers: { Authorization: `Bearer ${token}` } }),
  ];
  assert.deepEqual(
    answers.map(({ status, json, line }) => [status, json.error ?? line.revocation]),
    [
      [400, 'invalid_grant'],
      [400, 'invalid_grant'],
      [200, 'unknown-token'],
      [401, 'invalid_token'],
    ],
  );
  // Nor is the session, nor the consent: the other tenant's page asks for a password.
  const page = await browser.get('/t/other_company/oauth2/authorize', documentQuery(clientId, challenge, { scope: 'openid' }));
  assert.match(page.text, /type="password"/);
  // And nothing of that has touched what is there.
  assert.equal((await redeemCode(api, { clientId, code: sentBack.code, verifier })).status, 200);
  const info = await api.call({ method: 'GET', path: `${OWN}/oauth2/userinfo`, headers: { Authorization: `Bearer ${token}` } });
  assert.equal(info.status, 200);
});

test('a JWT of such a client is proven by the revocation feed too, and ends with its host and by its own moment', async () => {
  const api = openDocumentApi();
  const fed = { tokenFormat: 'jwt', jwtRevocation: 'feed', clientDocuments: LOOPBACK_DOCUMENTS };
  putTenant(api, fed);
  const { token, clientId } = await signedIn(api, '/feed.json', 'openid');
  const clients = { findClient: () => Promise.reject(new Error('such a client is in no table')) };
  const open = () => openFeedFunction({ stores: { ...api.stores, clients }, issuer: LOCAL_ISSUER, clock: () => api.nowSeconds() * 1000 });
  assert.equal(await open().says(token), 'live');
  for (const [changes, reason] of [
    [{ clientDocuments: { trustedHosts: ['agents.example'] } }, 'no-such-client'],
    [{ clientTokensNotBefore: { [clientId]: api.nowSeconds() + 1 } }, 'before-tokens-not-before'],
  ] as const) {
    putTenant(api, { ...fed, ...changes });
    assert.equal(await open().says(token), reason);
  }
});

test('documents and keys of the public Internet are fetched by https from public addresses alone, within their bounds', async () => {
  const signer = newForeignSigner('ES256', 'one');
  const clientId = 'https://agents.example/client.json';
  const jwksUri = 'https://keys.example/jwks.json';
  const document = documentOf(clientId, { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: jwksUri });
  const asked: OutboundRequest[] = [];
  const bodies = new Map<string, unknown>([
    [clientId, document],
    [jwksUri, { keys: [signer.jwk] }],
  ]);
  const issuer = 'https://issuer.example/v1';
  const sendOutbound = async (_: string, request: OutboundRequest) => {
    asked.push(request);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(bodies.get(request.url)) };
  };
  const api = openDocumentApi({ trustedHosts: ['agents.example'] }, { issuer, sendOutbound });
  const browser = openBrowser(api);
  const { verifier, challenge } = newPkce();
  const { sentBack } = await allow(browser, await toConsent(browser, documentQuery(clientId, challenge)));
  const assertion = await clientAssertion(signer, clientId, { aud: `${issuer}${OWN}`, iss: clientId, sub: clientId });
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const code = { clientId, code: sentBack.code, verifier };
  const given = await redeemCode(api, code, { client_assertion: assertion, client_assertion_type });
  assert.equal(given.status, 200, given.text);
  // A document is for the tenant's own issuer: an assertion for the deployment's is none for it.
  const elsewhere = await clientAssertion(signer, clientId, { aud: issuer, iss: clientId, sub: clientId });
  const refused = await redeemCode(api, code, { client_assertion: elsewhere, client_assertion_type });
  assert.deepEqual([refused.status, refused.line.reason], [401, 'client-assertion-audience']);
  assert.deepEqual(
    asked.map(({ method, url, allowPlaintext, allowPrivateAddress }) => [method, url, allowPlaintext, allowPrivateAddress]),
    [
      ['GET', clientId, false, false],
      ['GET', jwksUri, false, false],
    ],
  );
  assert.deepEqual([asked[0]?.timeoutMs, asked[0]?.maxBytes], [2000, 5120]);
});

test('an outage of the tables is one, and no fault of the document', async () => {
  const api = openDocumentApi();
  const clientId = host.url('/tables.json');
  host.answer('/tables.json', documentOf(clientId));
  await openBrowser(api).get(`${OWN}/oauth2/authorize`, documentQuery(clientId, newPkce().challenge));
  api.stores.failing.add('Tenants');
  const page = await openBrowser(api).get(`${OWN}/oauth2/authorize`, documentQuery(clientId, newPkce().challenge));
  assert.equal(page.status, 503);
});
