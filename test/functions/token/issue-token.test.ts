// What `POST /oauth2/token` issues: both formats, all lifetimes, scopes, the grant that is stored.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { tokenDigest } from '../../../functions/keys/jwt.ts';
import type { SignInRecord } from '../../../functions/storage/sign-in-places.ts';
import { signInOf } from '../../support/known-users.ts';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, START_SECONDS, secretDigest, USERX } from '../../support/token-api.ts';
import { basic, FORM, tokenEvent } from '../../support/token-events.ts';

const jwtApp = basic('demo-jwt-app', 'demo-jwt-app-secret');

function grantIdOf(token: unknown): string {
  return String(token).slice(4, 26);
}

test('the password grant yields an opaque access token and a refresh token', async () => {
  const api = openTokenApi();
  const { status, headers, json, line } = await api.token({ ...PASSWORD_GRANT, scope: 'order:write' });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ['access_token', 'token_type', 'expires_in', 'scope', 'refresh_token']);
  assert.match(String(json.access_token), /^gat_[A-Za-z0-9_-]{65}$/);
  assert.match(String(json.refresh_token), /^grt_[A-Za-z0-9_-]{87}$/);
  assert.deepEqual([json.token_type, json.expires_in, json.scope], ['Bearer', 3600, 'order:write']);
  assert.equal(headers['Content-Type'], 'application/json;charset=UTF-8');
  assert.equal(headers['Cache-Control'], 'no-store');
  assert.equal(headers.Pragma, 'no-cache');
  assert.deepEqual(
    [line.outcome, line.audit, line.grantType, line.clientId, line.tenant, line.subject, line.userstore],
    ['ok', 'token-issued', 'password', 'demo-app', 'my_company', 'EXTERNAL/e-1001@my_company', 'EXTERNAL'],
  );
});

test('the grant is stored as digests, with the user as the store described the user', async () => {
  const api = openTokenApi();
  const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'order:write menu:read' });
  const grant = await api.stores.grants.findGrant(grantIdOf(json.access_token), api.nowSeconds());
  assert.equal(grant?.access.digest, tokenDigest(String(json.access_token)));
  assert.equal(grant?.refresh?.digest, tokenDigest(String(json.refresh_token)));
  assert.deepEqual(grant?.user, USERX);
  assert.deepEqual([grant?.tenant, grant?.clientId, grant?.grantType, grant?.generation], ['my_company', 'demo-app', 'password', 0]);
  assert.deepEqual(grant?.scopes, ['order:write', 'menu:read']);
  assert.equal(grant?.refresh?.expiresAtSeconds, START_SECONDS + 86_400);
});

test('a JWT access token is what RFC 9068 says, and the published keys verify it', async () => {
  const api = openTokenApi();
  const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'order:write' }, jwtApp);
  const keys = createLocalJWKSet((await api.call({ method: 'GET', path: '/oauth2/jwks' })).json as never);
  const { payload, protectedHeader } = await jwtVerify(String(json.access_token), keys, {
    issuer: ISSUER,
    audience: ISSUER,
    typ: 'at+jwt',
    algorithms: ['RS256'],
    currentDate: new Date(START_SECONDS * 1000),
  });
  assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ']);
  const { jti, ...claims } = payload;
  assert.match(String(jti), /^[A-Za-z0-9_-]{22}\.0$/);
  assert.deepEqual(claims, {
    iss: ISSUER,
    sub: 'EXTERNAL/e-1001@my_company',
    aud: ISSUER,
    client_id: 'demo-jwt-app',
    iat: START_SECONDS,
    exp: START_SECONDS + 3600,
    scope: 'order:write',
    tenant: 'my_company',
    aut: 'APPLICATION_USER',
    username: 'EXTERNAL/userx@my_company',
  });
});

test('a tenant chooses the algorithm of its JWTs among those that deployments have keys for', async () => {
  const api = openTokenApi();
  const keys = createLocalJWKSet((await api.call({ method: 'GET', path: '/oauth2/jwks' })).json as never);
  for (const [name, alg] of [
    ['RS256', 'RS256'],
    ['ES256', 'ES256'],
    ['EdDSA', 'EdDSA'],
    // RFC 9864 has a new name for it, which the libraries of backends are still to learn.
    ['Ed25519', 'EdDSA'],
  ]) {
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', accessTokenAlgorithm: name });
    const { json } = await api.token(PASSWORD_GRANT, jwtApp);
    const { protectedHeader } = await jwtVerify(String(json.access_token), keys, { currentDate: new Date(START_SECONDS * 1000) });
    assert.equal(protectedHeader.alg, alg);
    assert.equal(
      (await api.call({ path: '/oauth2/introspect', form: { token: String(json.access_token) }, headers: jwtApp })).json.active,
      true,
    );
  }
});

test('without a key of the algorithm that the tenant wants there is no token', async () => {
  const api = openTokenApi({
    adapt: (stores) => ({ ...stores, signingKeys: async () => ({ ...(await stores.signingKeys()), signer: () => undefined }) }),
  });
  const { status, json, line } = await api.token(PASSWORD_GRANT, jwtApp);
  assert.deepEqual([status, json.error, line.reason], [503, 'temporarily_unavailable', 'no-signing-key']);
});

test('a client that proves nothing gets no grant that needs a proof, though its entry lists it', async () => {
  const api = openTokenApi();
  const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  api.stores.put('Clients', { clientId: 'public-app', tenant: 'my_company', authMethods: ['none'], grantTypes: [grantType] });
  const { status, json, line } = await api.token({ grant_type: grantType, client_id: 'public-app', assertion: 'x' }, {});
  assert.deepEqual([status, json.error, line.reason], [400, 'unauthorized_client', 'grant-not-for-public-clients']);
});

test('a JWT that no API would take for its length is not issued, and costs a refresh token nothing', async () => {
  const api = openTokenApi();
  const offline = { tenant: 'my_company', entry: 'tenant', jwtRevocation: 'offline' };
  api.stores.put('Tenants', offline);
  const first = await api.token(PASSWORD_GRANT, jwtApp);
  assert.equal(first.status, 200);
  const roles = ['customer', ...Array.from({ length: 300 }, (_, i) => `cn=department-${i},ou=groups,dc=example`)];
  for (const role of roles) api.stores.put('Tenants', { tenant: 'my_company', entry: `role#${role}`, permissions: ['/permission/order'] });
  api.users.users.set('userx@my_company', { password: 'mypass', user: { ...USERX, roles } });
  const refresh = { grant_type: 'refresh_token', refresh_token: String(first.json.refresh_token) };
  for (const form of [PASSWORD_GRANT, refresh]) {
    const { status, json, line } = await api.token(form, jwtApp);
    assert.deepEqual([status, json.error, line.reason, line.level], [500, 'server_error', 'access-token-too-long', 'ERROR']);
  }
  api.stores.put('Tenants', { ...offline, jwtRevocation: 'check' });
  assert.equal((await api.token(refresh, jwtApp)).status, 200);
});

test('client_credentials is the application itself, with no refresh token', async () => {
  const api = openTokenApi();
  const { status, json } = await api.token({ grant_type: 'client_credentials', scope: 'order:write' });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ['access_token', 'token_type', 'expires_in', 'scope']);
  const grant = await api.stores.grants.findGrant(grantIdOf(json.access_token), api.nowSeconds());
  assert.deepEqual([grant?.user, grant?.refresh, grant?.scopes], [undefined, undefined, ['order:write']]);
});

test('the client authenticates by header or by body', async () => {
  const api = openTokenApi();
  const form = { grant_type: 'client_credentials' };
  assert.equal((await api.token(form)).status, 200);
  assert.equal((await api.token({ ...form, client_id: 'demo-app' })).status, 200);
  assert.equal((await api.token({ ...form, client_id: 'demo-app', client_secret: 'demo-app-secret' }, {})).status, 200);
});

test('either of two live secrets is good, the expired one is not', async () => {
  const api = openTokenApi();
  const secrets = [
    { sha256: secretDigest('old'), expiresAt: START_SECONDS + 60 },
    { sha256: secretDigest('new') },
    { sha256: secretDigest('older'), expiresAt: START_SECONDS - 1 },
  ];
  api.stores.put('Clients', demoClient('demo-app', '', { secrets }));
  const ask = async (secret: string) => (await api.token({ grant_type: 'client_credentials' }, basic('demo-app', secret))).status;
  assert.deepEqual([await ask('old'), await ask('new'), await ask('older')], [200, 200, 401]);
  api.advance(60);
  assert.deepEqual([await ask('old'), await ask('new')], [401, 200]);
});

test('a client id and secret with reserved characters work encoded, as RFC 6749 wants, and raw, as curl sends them', async () => {
  const api = openTokenApi();
  const secret = 'a+b%2Fc&d=e ü:f';
  api.stores.put('Clients', demoClient('my app:1', secret));
  const form = { grant_type: 'client_credentials' };
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  assert.equal((await api.token(form, basic(encoded('my app:1'), encoded(secret)))).status, 200);
  api.stores.put('Clients', demoClient('app', secret));
  assert.equal((await api.token(form, basic('app', secret))).status, 200);
  assert.equal((await api.token({ ...form, client_id: 'app', client_secret: secret }, {})).status, 200);
});

test('lifetimes and format: the client counts before the tenant', async () => {
  const api = openTokenApi();
  const entry = { tenant: 'my_company', entry: 'tenant', accessTokenSeconds: 600, refreshTokenSeconds: 1200, tokenFormat: 'jwt' };
  api.stores.put('Tenants', entry);
  const byTenant = await api.token(PASSWORD_GRANT);
  assert.equal(byTenant.json.expires_in, 600);
  assert.match(String(byTenant.json.access_token), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const grant = await api.stores.grants.findGrant(grantIdOf(byTenant.json.refresh_token), api.nowSeconds());
  assert.equal(grant?.refresh?.expiresAtSeconds, START_SECONDS + 1200);
  api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { accessTokenSeconds: 60, tokenFormat: 'opaque' }));
  const byClient = await api.token(PASSWORD_GRANT);
  assert.equal(byClient.json.expires_in, 60);
  assert.match(String(byClient.json.access_token), /^gat_/);
});

test('a client whose entry does not list refresh_token gets none', async () => {
  const api = openTokenApi();
  api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { grantTypes: ['password'] }));
  assert.equal((await api.token(PASSWORD_GRANT)).json.refresh_token, undefined);
});

test('scopes: none asked is default, SYSTEM is all that may be had, the rest is left out and said', async () => {
  const api = openTokenApi();
  const ask = async (scope: string) => (await api.token({ ...PASSWORD_GRANT, scope })).json.scope;
  assert.equal(await ask(''), 'default');
  assert.equal(await ask('order:write'), 'order:write');
  assert.equal(await ask('order:write admin'), 'order:write');
  assert.equal(await ask('admin'), 'default');
  assert.equal(await ask('unlisted menu:read'), 'menu:read');
  assert.equal(await ask('openid order:write order:write'), 'openid order:write');
  assert.deepEqual(
    String(await ask('SYSTEM'))
      .split(' ')
      .sort(),
    ['menu:read', 'order:write'],
  );
  const application = await api.token({ grant_type: 'client_credentials', scope: 'admin unlisted' });
  assert.equal(application.json.scope, 'admin');
});

test('parameters that nobody knows are ignored, empty ones are not there', async () => {
  const api = openTokenApi();
  const { status, json } = await api.token({ ...PASSWORD_GRANT, scope: '', validity_period: '60', foo: 'bar' });
  assert.deepEqual([status, json.scope, json.expires_in], [200, 'default', 3600]);
});

test('the body may come in base64, the media type with a charset, header names in any case, the path by its alias', async () => {
  const api = openTokenApi();
  const body = Buffer.from(new URLSearchParams({ ...PASSWORD_GRANT }).toString()).toString('base64');
  const headers = { 'CONTENT-TYPE': `${FORM};charset=UTF-8`, authorization: basic('demo-app', 'demo-app-secret').Authorization };
  assert.equal((await api.call({ path: '/token', body, isBase64Encoded: true, headers })).status, 200);
});

test('a form that is labelled ISO-8859-1 is read as the UTF-8 that it is, and refused where it is not', async () => {
  const api = openTokenApi();
  const headers = { ...basic('demo-app', 'demo-app-secret'), 'Content-Type': `${FORM}; charset=ISO-8859-1` };
  const body = new URLSearchParams({ ...PASSWORD_GRANT }).toString();
  assert.equal((await api.call({ path: '/oauth2/token', body, headers })).status, 200);
  const latin1 = await api.call({ path: '/oauth2/token', body: `${body}&x=%E9`, headers });
  assert.deepEqual([latin1.status, latin1.json.error], [400, 'invalid_request']);
});

test('an event without multiValueHeaders, as some testers send it, is read by its headers', async () => {
  const api = openTokenApi();
  const event = tokenEvent({ path: '/oauth2/token', form: PASSWORD_GRANT, headers: basic('demo-app', 'demo-app-secret') });
  const bare = { ...event, multiValueHeaders: null as never };
  assert.equal((await api.handler(bare)).statusCode, 200);
  assert.equal((await api.handler({ ...bare, resource: '/{proxy+}' })).statusCode, 200);
});

test('the password reaches the userstores as it was typed, with the address that API Gateway saw', async () => {
  const api = openTokenApi();
  await api.call({
    path: '/oauth2/token',
    form: 'grant_type=password&username=userx%40my_company&password=+p%C3%A4ss%2Bw%26rd%3D+',
    headers: { ...basic('demo-app', 'demo-app-secret'), 'X-Forwarded-For': '203.0.113.9' },
    sourceAddress: '192.0.2.77',
  });
  const asked = api.users.calls.authenticate.map(({ note: _, ...request }) => request);
  assert.deepEqual(asked, [
    {
      typedUsername: 'userx@my_company',
      password: ' päss+w&rd= ',
      requiredTenant: 'my_company',
      sourceAddress: '192.0.2.77',
      addressSpeaksForMany: true,
    },
  ]);
});

test('whatever is said of a user, the user gets a token: offline JWTs leave out claims, grants what they have no room for', async () => {
  const api = openTokenApi();
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', jwtRevocation: 'offline' });
  const long = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`claim${at}`, `${at}`.padEnd(3000, 'x')]));
  const user = { ...USERX, claims: { ...long, short: 'kept' }, passwordState: 'never shown' };
  api.users.users.set('userx@my_company', { password: 'mypass', user });
  const { status, json } = await api.token(PASSWORD_GRANT, jwtApp);
  assert.equal(status, 200);
  const claims = JSON.parse(Buffer.from(String(json.access_token).split('.')[1] ?? '', 'base64url').toString());
  assert.deepEqual(claims.user.claims, { short: 'kept' });
  assert.equal(claims.user.passwordState, undefined);
  assert.ok(api.lines.some(({ event, roles }) => event === 'offline-claims-left-out' && roles === false));
  // Roles that the tenant does not define go before the login does.
  const roles = ['customer', ...Array.from({ length: 300 }, (_, i) => `cn=department-${i},ou=groups,dc=example`)];
  api.users.users.set('userx@my_company', { password: 'mypass', user: { ...user, roles } });
  const many = await api.token(PASSWORD_GRANT, jwtApp);
  assert.equal(many.status, 200);
  const shown = JSON.parse(Buffer.from(String(many.json.access_token).split('.')[1] ?? '', 'base64url').toString());
  assert.deepEqual(shown.user.roles, ['customer']);
  const opaque = await api.token(PASSWORD_GRANT);
  const grant = await api.stores.grants.findGrant(grantIdOf(opaque.json.access_token), START_SECONDS);
  assert.equal(grant?.user?.claims.short, 'kept');
  assert.ok(Buffer.byteLength(JSON.stringify(grant)) < 50_000);
  assert.ok(api.lines.some(({ event }) => event === 'user-too-large'));
});

test('a mistake in the scope is told before the password is looked at, so that it is no failed attempt', async () => {
  const api = openTokenApi();
  const { line } = await api.token({ ...PASSWORD_GRANT, scope: 'fly' });
  assert.equal(line.reason, 'undefined-scope');
  assert.equal(api.users.calls.authenticate.length, 0);
});

test('what a login leaves behind is written in the call that writes the grant', async () => {
  const left: (SignInRecord | undefined)[] = [];
  const api = openTokenApi({
    adapt: (stores) => ({
      ...stores,
      grants: {
        ...stores.grants,
        insertGrant: (grant, signIn) => {
          left.push(signIn);
          return stores.grants.insertGrant(grant, signIn);
        },
      },
    }),
  });
  await api.token(PASSWORD_GRANT);
  await api.token({ grant_type: 'client_credentials' });
  assert.deepEqual(left, [signInOf('userx'), undefined]);
});

test('the service keys are public, and nothing of them is private', async () => {
  const api = openTokenApi();
  for (const path of ['/oauth2/jwks', '/.well-known/jwks.json']) {
    const { status, headers, json } = await api.call({ method: 'GET', path });
    assert.equal(status, 200);
    assert.equal(headers['Cache-Control'], 'public, max-age=300');
    const keys = json.keys as Record<string, unknown>[];
    assert.equal(keys.length, 5);
    for (const key of keys) {
      assert.equal(key.use, 'sig');
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert.equal(key[secret], undefined);
    }
  }
});
