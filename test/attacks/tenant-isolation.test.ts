// Tenant isolation as a matrix: everything that belongs to one tenant, at every endpoint of another, with the issuer
// that all share and with issuers of their own (`issuer: "own"`).

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { authorizationQuery, newPkce, openBrowser, type Shown } from '../support/sign-in-browser.ts';
import { demoClient, ISSUER, openTokenApi, type TokenAnswer, type TokenApi } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

const TENANTS = ['my_company', 'rival'] as const;
type TenantName = (typeof TENANTS)[number];
const REDIRECT_URI = 'https://app.example/callback';

/** The endpoints below an issuer: the shared one, or the tenant's own. */
const below = (issuer: 'shared' | TenantName): string => (issuer === 'shared' ? '' : `/t/${issuer}`);

function openTenants(): TokenApi {
  const api = openTokenApi();
  for (const tenant of TENANTS) {
    api.stores.put('Tenants', { tenant, entry: 'tenant', issuer: 'own', signIn: {} });
    api.stores.put('Tenants', { tenant, entry: `scope#${tenant}:read` });
    api.users.users.set(`ada@${tenant}`, { password: 'ada-pass', user: userOf(tenant) });
    const grantTypes = ['password', 'refresh_token', 'client_credentials', 'authorization_code'];
    const both = { tenant, grantTypes, scopes: [`${tenant}:read`], redirectUris: [REDIRECT_URI], introspection: true };
    api.stores.put('Clients', demoClient(`${tenant}-app`, 'secret', both));
    api.stores.put('Clients', demoClient(`${tenant}-jwt-app`, 'secret', { ...both, tokenFormat: 'jwt' }));
  }
  return api;
}

const userOf = (tenant: TenantName) => ({ tenant, domain: 'EXTERNAL', username: 'ada', id: `id-${tenant}`, roles: [], claims: {} });

/** Everything that the first tenant gives out. */
interface Belongings {
  readonly api: TokenApi;
  readonly accessTokens: Readonly<Record<string, string>>;
  readonly refreshToken: string;
  readonly idToken: string;
  readonly session: ReadonlyMap<string, string>;
  /** A fresh one at each call: it is good once. */
  readonly newCode: () => Promise<{ readonly code: string; readonly verifier: string }>;
}

const as = (client: string) => basic(client, 'secret');

function token(api: TokenApi, prefix: string, client: string, form: Readonly<Record<string, string>>): Promise<TokenAnswer> {
  return api.call({ path: `${prefix}/oauth2/token`, form, headers: as(client) });
}

async function belongingsOf(issuer: 'shared' | 'my_company'): Promise<Belongings> {
  const api = openTenants();
  const prefix = below(issuer);
  const password = { grant_type: 'password', username: 'ada@my_company', password: 'ada-pass', scope: 'openid my_company:read' };
  const opaque = await token(api, prefix, 'my_company-app', password);
  const jwt = await token(api, prefix, 'my_company-jwt-app', password);
  assert.deepEqual([opaque.status, jwt.status], [200, 200], opaque.text);
  const browser = openBrowser(api);
  const newCode = async () => {
    const { verifier, challenge } = newPkce();
    const query = { ...authorizationQuery(challenge), client_id: 'my_company-app', scope: 'openid', prompt: 'none' };
    const { sentBack } = await browser.get(`${prefix}/oauth2/authorize`, query);
    assert.ok(sentBack.code !== undefined, JSON.stringify(sentBack));
    return { code: sentBack.code, verifier };
  };
  const query = { ...authorizationQuery(newPkce().challenge), client_id: 'my_company-app', scope: 'openid' };
  const page = await browser.get(`${prefix}/oauth2/authorize`, query);
  const consent = await browser.post(`${prefix}/oauth2/authorize`, { ...page.hidden, username: 'ada', password: 'ada-pass' });
  await browser.post(`${prefix}/oauth2/authorize`, { ...consent.hidden, decision: 'allow' });
  const { code, verifier } = await newCode();
  const signedIn = await token(api, prefix, 'my_company-app', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: verifier,
  });
  assert.equal(signedIn.status, 200, signedIn.text);
  return {
    api,
    accessTokens: { opaque: String(opaque.json.access_token), jwt: String(jwt.json.access_token) },
    refreshToken: String(opaque.json.refresh_token),
    idToken: String(signedIn.json.id_token),
    session: new Map(browser.jar),
    newCode,
  };
}

const isActive = async ({ api }: Belongings, accessToken: string): Promise<unknown> =>
  (await api.call({ path: '/oauth2/introspect', form: { token: accessToken }, headers: as('my_company-app') })).json.active;

/** What is tried with it at the endpoints below `prefix`, by a client of the other tenant, and whether that was refused. */
type Attempt = (given: Belongings, prefix: string) => Promise<boolean>;

const isRefused = ({ status }: TokenAnswer): boolean => status >= 400 && status < 500;
const isPage = ({ status, headers }: Shown): boolean => status >= 400 && headers.Location === undefined;

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  'a client, its secret': async ({ api }, prefix) =>
    isRefused(await token(api, prefix, 'my_company-app', { grant_type: 'client_credentials' })),
  'a user, by name and password': async ({ api }, prefix) =>
    isRefused(await token(api, prefix, 'rival-app', { grant_type: 'password', username: 'ada@my_company', password: 'ada-pass' })),
  'a code': async ({ api, newCode }, prefix) => {
    const { code, verifier } = await newCode();
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
    return isRefused(await token(api, prefix, 'rival-app', form));
  },
  'a refresh token': async ({ api, refreshToken }, prefix) =>
    isRefused(await token(api, prefix, 'rival-app', { grant_type: 'refresh_token', refresh_token: refreshToken })),
  'a refresh token, introspected': async ({ api, refreshToken }, prefix) =>
    (await api.call({ path: `${prefix}/oauth2/introspect`, form: { token: refreshToken }, headers: as('rival-app') })).json.active ===
    false,
  'a session, by its cookies': async ({ api, session }, prefix) => {
    const browser = openBrowser(api);
    for (const [name, value] of session) browser.jar.set(name, value);
    const query = { ...authorizationQuery(newPkce().challenge), client_id: 'rival-app', scope: 'openid', prompt: 'none' };
    return (await browser.get(`${prefix}/oauth2/authorize`, query)).sentBack.error === 'login_required';
  },
  'a session, by its cookie under the name of the other tenant’s': async ({ api, session }, prefix) => {
    const browser = openBrowser(api);
    for (const [name, value] of session) browser.jar.set(name.replace('my_company', 'rival'), value);
    const query = { ...authorizationQuery(newPkce().challenge), client_id: 'rival-app', scope: 'openid', prompt: 'none' };
    return (await browser.get(`${prefix}/oauth2/authorize`, query)).sentBack.error === 'login_required';
  },
  'an ID token as a hint': async ({ api, idToken }, prefix) => {
    const browser = openBrowser(api);
    const signedIn = await signInAs(browser, prefix);
    assert.ok(signedIn.sentBack.code !== undefined, signedIn.text);
    const query = {
      ...authorizationQuery(newPkce().challenge),
      client_id: 'rival-app',
      scope: 'openid',
      prompt: 'none',
      id_token_hint: idToken,
    };
    return (await browser.get(`${prefix}/oauth2/authorize`, query)).sentBack.error === 'login_required';
  },
  'a request sealed in a page of the other': async ({ api }, prefix) => {
    const browser = openBrowser(api);
    const query = { ...authorizationQuery(newPkce().challenge), client_id: 'my_company-app', scope: 'openid' };
    const page = await browser.get('/t/my_company/oauth2/authorize', query);
    return (
      prefix === '' || isPage(await browser.post(`${prefix}/oauth2/authorize`, { ...page.hidden, username: 'ada', password: 'ada-pass' }))
    );
  },
};

/** Signs in at the other tenant, and allows its client what it asks for. */
async function signInAs(browser: ReturnType<typeof openBrowser>, prefix: string): Promise<Shown> {
  const query = { ...authorizationQuery(newPkce().challenge), client_id: 'rival-app', scope: 'openid' };
  const page = await browser.get(`${prefix}/oauth2/authorize`, query);
  const answer = await browser.post(`${prefix}/oauth2/authorize`, { ...page.hidden, username: 'ada', password: 'ada-pass' });
  const isAsked = answer.status === 200;
  return isAsked ? browser.post(`${prefix}/oauth2/authorize`, { ...answer.hidden, decision: 'allow' }) : answer;
}

/** With each access token: it is good afterwards as it was before. */
const TOKEN_ATTEMPTS: Readonly<Record<string, (given: Belongings, prefix: string, accessToken: string) => Promise<boolean>>> = {
  introspected: async ({ api }, prefix, accessToken) =>
    (await api.call({ path: `${prefix}/oauth2/introspect`, form: { token: accessToken }, headers: as('rival-app') })).json.active === false,
  revoked: async (given, prefix, accessToken) => {
    await given.api.call({ path: `${prefix}/oauth2/revoke`, form: { token: accessToken }, headers: as('rival-app') });
    return (await isActive(given, accessToken)) === true;
  },
  'shown at userinfo': async ({ api }, prefix, accessToken) =>
    // At the shared issuer it is where it belongs.
    prefix === '' ||
    (await api.call({ method: 'GET', path: `${prefix}/oauth2/userinfo`, headers: { Authorization: `Bearer ${accessToken}` } })).status ===
      401,
  'as a refresh token': async ({ api }, prefix, accessToken) =>
    isRefused(await token(api, prefix, 'rival-app', { grant_type: 'refresh_token', refresh_token: accessToken })),
};

let cells = 0;
for (const issuedBy of ['shared', 'my_company'] as const) {
  let given: Belongings;
  before(async () => {
    given = await belongingsOf(issuedBy);
  });
  for (const at of ['shared', 'rival'] as const) {
    for (const [what, attempt] of Object.entries(ATTEMPTS)) {
      if (at === 'shared' && what === 'a client, its secret') continue;
      test(`A79 A125 ${what}, issued by ${issuedBy}, is refused at the endpoints of ${at} for another tenant`, async () => {
        assert.equal(await attempt(given, below(at)), true);
        cells += 1;
      });
    }
    for (const [what, attempt] of Object.entries(TOKEN_ATTEMPTS)) {
      for (const format of ['opaque', 'jwt']) {
        test(`A79 A125 an access token, ${format}, issued by ${issuedBy}, is worth nothing ${what} at ${at} for another tenant`, async () => {
          const accessToken = String(given.accessTokens[format]);
          assert.equal(await isActive(given, accessToken), true);
          assert.equal(await attempt(given, below(at), accessToken), true);
          assert.equal(await isActive(given, accessToken), true, 'and it is good where it belongs');
          cells += 1;
        });
      }
    }
  }
}

test('there are no endpoints for a tenant that has no issuer of its own, or is not there', async () => {
  const api = openTenants();
  api.stores.put('Tenants', { tenant: 'plain', entry: 'tenant' });
  for (const path of [
    '/t/plain/oauth2/token',
    '/t/nobody/oauth2/token',
    '/t/RIVAL/oauth2/token',
    '/t//oauth2/token',
    '/t/rival',
    '/t/rival/',
    '/t/rival/t/rival/oauth2/token',
    '/.well-known/openid-configuration/t/plain',
  ])
    assert.equal((await api.call({ method: 'GET', path })).status, 404, path);
});

test('A117 each issuer names itself and what is its own, in its document, its answers and its tokens', async () => {
  const api = openTenants();
  const own = `${ISSUER}/t/rival`;
  const documents = await Promise.all(
    [
      '/t/rival/.well-known/openid-configuration',
      '/t/rival/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration/t/rival',
      '/.well-known/oauth-authorization-server/t/rival',
    ].map((path) => api.call({ method: 'GET', path })),
  );
  for (const { status, json } of documents) {
    assert.deepEqual([status, json.issuer, json.token_endpoint], [200, own, `${own}/oauth2/token`]);
    assert.ok((json.scopes_supported as string[]).includes('rival:read'));
    assert.ok(!(json.scopes_supported as string[]).includes('my_company:read'));
  }
  const browser = openBrowser(api);
  const { sentBack } = await signInAs(browser, '/t/rival');
  assert.equal(sentBack.iss, own);
  const granted = await token(api, '/t/rival', 'rival-jwt-app', { grant_type: 'client_credentials' });
  const claims = JSON.parse(Buffer.from(String(granted.json.access_token).split('.')[1] ?? '', 'base64url').toString());
  assert.deepEqual([claims.iss, claims.aud], [own, own]);
});

test('what was issued before a tenant got an issuer of its own, or gave it up, stays good', async () => {
  const api = openTenants();
  const issue = async (prefix: string) =>
    token(api, prefix, 'rival-jwt-app', { grant_type: 'password', username: 'ada@rival', password: 'ada-pass', scope: 'openid' });
  const [ofShared, ofOwn] = [await issue(''), await issue('/t/rival')];
  const isGood = async (prefix: string, { json }: TokenAnswer) =>
    (await api.call({ method: 'GET', path: `${prefix}/oauth2/userinfo`, headers: { Authorization: `Bearer ${json.access_token}` } }))
      .status;
  for (const answer of [ofShared, ofOwn]) assert.deepEqual([await isGood('', answer), await isGood('/t/rival', answer)], [200, 200]);
  const renewed = await token(api, '/t/rival', 'rival-jwt-app', {
    grant_type: 'refresh_token',
    refresh_token: String(ofShared.json.refresh_token),
  });
  assert.equal(renewed.status, 200);
  api.stores.put('Tenants', { tenant: 'rival', entry: 'tenant' });
  assert.deepEqual([await isGood('', ofOwn), await isGood('', renewed)], [200, 200]);
  assert.ok(cells > 0);
});
