// `POST /oauth2/introspect` (RFC 7662).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, START_SECONDS, type TokenApi } from '../../support/token-api.ts';
import { basic, type TokenCall } from '../../support/token-events.ts';

const demo = basic('demo-app', 'demo-app-secret');
const jwtApp = basic('demo-jwt-app', 'demo-jwt-app-secret');
const otherApp = basic('other-app', 'other-app-secret');

const introspect = (api: TokenApi, token: unknown, headers: TokenCall['headers'] = demo) =>
  api.call({ path: '/oauth2/introspect', form: { token: String(token) }, headers });

const INACTIVE = { active: false };
const USER = {
  active: true,
  client_id: 'demo-app',
  iss: ISSUER,
  sub: 'EXTERNAL/e-1001@my_company',
  username: 'EXTERNAL/userx@my_company',
  aut: 'APPLICATION_USER',
};

test("a user's access token, opaque", async () => {
  const api = openTokenApi();
  const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'order:write openid' });
  const { status, headers, json: state } = await introspect(api, json.access_token);
  assert.equal(status, 200);
  assert.equal(headers['Cache-Control'], 'no-store');
  assert.deepEqual(state, {
    ...USER,
    token_type: 'Bearer',
    token_use: 'access_token',
    scope: 'order:write openid',
    exp: START_SECONDS + 3600,
    iat: START_SECONDS,
    nbf: START_SECONDS,
    aud: ISSUER,
  });
});

test("a user's access token, JWT: what is said agrees with what the token says", async () => {
  const api = openTokenApi();
  const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'order:write' }, jwtApp);
  const { json: state } = await introspect(api, json.access_token);
  const claims = JSON.parse(Buffer.from(String(json.access_token).split('.')[1] ?? '', 'base64url').toString());
  for (const name of ['iss', 'sub', 'aud', 'client_id', 'iat', 'exp', 'jti', 'scope', 'aut', 'username'])
    assert.deepEqual(state[name], claims[name], name);
});

test("an application's own token", async () => {
  const api = openTokenApi();
  const { json } = await api.token({ grant_type: 'client_credentials' });
  const { json: state } = await introspect(api, json.access_token);
  assert.deepEqual([state.active, state.sub, state.aut, state.username], [true, 'demo-app', 'APPLICATION', undefined]);
});

test('a refresh token, for its own client', async () => {
  const api = openTokenApi();
  const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'order:write' });
  const { json: state } = await introspect(api, json.refresh_token);
  const expected = { ...USER, token_use: 'refresh_token', scope: 'order:write', exp: START_SECONDS + 86_400, iat: START_SECONDS };
  assert.deepEqual(state, expected);
  const renewed = await api.token({ grant_type: 'refresh_token', refresh_token: String(json.refresh_token) });
  assert.deepEqual((await introspect(api, json.refresh_token)).json, INACTIVE);
  assert.equal((await introspect(api, renewed.json.refresh_token)).json.active, true);
});

test('a wrong or unknown hint changes nothing', async () => {
  const api = openTokenApi();
  const { json } = await api.token(PASSWORD_GRANT);
  for (const token of [json.access_token, json.refresh_token]) {
    for (const hint of ['access_token', 'refresh_token', 'something_else']) {
      const form = { token: String(token), token_type_hint: hint };
      assert.equal((await api.call({ path: '/oauth2/introspect', form, headers: demo })).json.active, true, hint);
    }
  }
});

test('another client of the tenant, such as a resource server, may ask about access tokens', async () => {
  const api = openTokenApi();
  const { json } = await api.token(PASSWORD_GRANT);
  assert.equal((await introspect(api, json.access_token, jwtApp)).json.client_id, 'demo-app');
});

test('whatever the caller may not know is inactive and nothing more, with the reason in the log', async () => {
  const api = openTokenApi();
  const { json } = await api.token(PASSWORD_GRANT);
  const access = String(json.access_token);
  const expectInactive = async (token: unknown, reason: string, headers: TokenCall['headers'] = demo) => {
    const answer = await introspect(api, token, headers);
    assert.deepEqual([answer.status, answer.json, answer.line.inactive], [200, INACTIVE, reason]);
  };
  await expectInactive('x', 'not-a-token-of-ours');
  await expectInactive(`gat_${access.slice(4, 26)}${'A'.repeat(43)}`, 'token-replaced');
  await expectInactive(access, 'token-of-another-tenant', otherApp);
  await expectInactive(json.refresh_token, 'refresh-token-of-another-client', jwtApp);
  await expectInactive(json.refresh_token, 'refresh-token-of-another-client', otherApp);
  api.stores.put('Clients', demoClient('demo-jwt-app', 'demo-jwt-app-secret', { introspection: false }));
  await expectInactive(access, 'client-may-not-introspect', jwtApp);
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', tokensNotBefore: START_SECONDS + 1 });
  await expectInactive(access, 'before-tokens-not-before');
  await expectInactive(json.refresh_token, 'before-tokens-not-before');
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', status: 'suspended' });
  await expectInactive(access, 'tenant-suspended');
  await expectInactive(json.refresh_token, 'tenant-not-active');
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant' });
  api.advance(3600);
  await expectInactive(access, 'expired');
  api.advance(82_800);
  await expectInactive(json.refresh_token, 'no-such-grant');
});

test('the caller must prove who it is', async () => {
  const api = openTokenApi();
  const { json } = await api.token(PASSWORD_GRANT);
  const token = String(json.access_token);
  const refused = async (form: Record<string, string>, headers: NonNullable<TokenCall['headers']>) => {
    const answer = await api.call({ path: '/oauth2/introspect', form, headers });
    return [answer.status, answer.json.error, answer.line.reason];
  };
  assert.deepEqual(await refused({ token }, {}), [401, 'invalid_client', 'no-client-authentication']);
  assert.deepEqual(await refused({ token }, basic('demo-app', 'wrong')), [401, 'invalid_client', 'wrong-secret']);
  assert.deepEqual(await refused({ token }, { Authorization: `Bearer ${token}` }), [401, 'invalid_client', 'unknown-authorization-scheme']);
  assert.deepEqual(await refused({}, demo), [400, 'invalid_request', 'missing-token']);
  api.stores.put('Clients', demoClient('demo-app', '', { authMethods: ['none'], grantTypes: ['refresh_token'] }));
  assert.deepEqual(await refused({ token, client_id: 'demo-app' }, {}), [401, 'invalid_client', 'public-client']);
});
