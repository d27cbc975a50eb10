// `POST /oauth2/revoke` (RFC 7009).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demoClient, openTokenApi, PASSWORD_GRANT, type TokenApi } from '../../support/token-api.ts';
import { basic, type TokenCall } from '../../support/token-events.ts';

const demo = basic('demo-app', 'demo-app-secret');
const jwtApp = basic('demo-jwt-app', 'demo-jwt-app-secret');

const revoke = (api: TokenApi, form: Record<string, string>, headers: TokenCall['headers'] = demo) =>
  api.call({ path: '/oauth2/revoke', form, headers });

const isActive = async (api: TokenApi, token: unknown, headers: TokenCall['headers'] = demo) =>
  (await api.call({ path: '/oauth2/introspect', form: { token: String(token) }, headers })).json.active;

async function login(api: TokenApi, headers = demo) {
  const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'order:write' }, headers);
  return { access: String(json.access_token), refresh: String(json.refresh_token) };
}

describe('revoking either token kills the grant', () => {
  for (const [format, headers] of [
    ['opaque', demo],
    ['jwt', jwtApp],
  ] as const) {
    for (const kind of ['access', 'refresh'] as const) {
      test(`${format}: the ${kind} token`, async () => {
        const api = openTokenApi();
        const tokens = await login(api, headers);
        assert.equal(await isActive(api, tokens.access), true);
        const { status, text, line } = await revoke(api, { token: tokens[kind] }, headers);
        assert.deepEqual([status, text, line.audit, line.revocation], [200, '', 'grant-revoked', 'revoked']);
        assert.equal(await isActive(api, tokens.access), false);
        assert.equal(await isActive(api, tokens.refresh, headers), false);
        const renewal = await api.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh }, headers);
        assert.equal(renewal.json.error, 'invalid_grant');
      });
    }
  }

  test("a token that a renewal has replaced: the client's logout must not fail for it", async () => {
    const api = openTokenApi();
    const first = await login(api);
    const renewed = await api.token({ grant_type: 'refresh_token', refresh_token: first.refresh });
    api.advance(60);
    await revoke(api, { token: first.refresh });
    assert.equal(await isActive(api, renewed.json.access_token), false);
  });

  test("an application's own token", async () => {
    const api = openTokenApi();
    const { json } = await api.token({ grant_type: 'client_credentials' });
    await revoke(api, { token: String(json.access_token) });
    assert.equal(await isActive(api, json.access_token), false);
  });
});

describe('what is asked', () => {
  test('a wrong or unknown hint changes nothing', async () => {
    for (const hint of ['access_token', 'refresh_token', 'something_else']) {
      const api = openTokenApi();
      const tokens = await login(api);
      assert.equal((await revoke(api, { token: tokens.refresh, token_type_hint: hint })).line.revocation, 'revoked');
    }
  });

  test('an unknown, malformed, forged or already revoked token is 200 like any other', async () => {
    const api = openTokenApi();
    const tokens = await login(api);
    const forged = [`gat_${tokens.access.slice(4, 26)}${'A'.repeat(43)}`, `grt_${tokens.access.slice(4, 26)}${'A'.repeat(65)}`];
    for (const token of ['x', 'eyJhbGciOiJub25lIn0.e30.', 'a.b.c', `gat_${'A'.repeat(65)}`, `grt_${'A'.repeat(87)}`, ...forged]) {
      const { status, text, line } = await revoke(api, { token });
      assert.deepEqual([status, text, line.revocation], [200, '', 'unknown-token'], token);
    }
    assert.equal(await isActive(api, tokens.access), true);
    await revoke(api, { token: tokens.access });
    assert.equal((await revoke(api, { token: tokens.access })).status, 200);
  });

  test('no token is invalid_request, no client invalid_client, an outage 503', async () => {
    const api = openTokenApi();
    const tokens = await login(api);
    const refused = async (form: Record<string, string>, headers: TokenCall['headers']) => {
      const { status, json } = await revoke(api, form, headers);
      return [status, json.error];
    };
    assert.deepEqual(await refused({}, demo), [400, 'invalid_request']);
    assert.deepEqual(await refused({ token: '' }, demo), [400, 'invalid_request']);
    assert.deepEqual(await refused({ token: tokens.access }, {}), [401, 'invalid_client']);
    assert.deepEqual(await refused({ token: tokens.access }, basic('demo-app', 'wrong')), [401, 'invalid_client']);
    api.stores.failing.add('Tokens');
    const outage = await revoke(api, { token: tokens.access });
    assert.deepEqual([outage.status, outage.json.error, outage.headers['Retry-After']], [503, 'temporarily_unavailable', '5']);
    api.stores.failing.clear();
    assert.equal(await isActive(api, tokens.access), true);
  });

  test('a GET is 405, a token in the URL is refused', async () => {
    const api = openTokenApi();
    assert.equal((await api.call({ method: 'GET', path: '/oauth2/revoke', query: { token: 'x' }, headers: demo })).status, 405);
    const inUrl = await api.call({ path: '/revoke', query: { token: 'x' }, form: {}, headers: demo });
    assert.deepEqual([inUrl.status, inUrl.line.reason], [400, 'parameters-in-url']);
  });

  test('parameters by RFC 6749 section 3.1: one nobody knows or without a value is not there, a repeated one is refused', async () => {
    const api = openTokenApi();
    const { refresh } = await login(api);
    const repeated = await api.call({ path: '/oauth2/revoke', form: `token=${refresh}&token=${refresh}`, headers: demo });
    assert.deepEqual([repeated.status, repeated.json.error, repeated.line.reason], [400, 'invalid_request', 'repeated-parameter']);
    assert.equal(await isActive(api, refresh), true);
    const others = { token_type_hint: '', unknown: 'x', scope: '' };
    assert.equal((await revoke(api, { token: refresh, ...others })).line.revocation, 'revoked');
  });

  test('a public client revokes its own tokens by its id alone', async () => {
    const api = openTokenApi();
    const authMethods = ['client_secret_basic', 'none'];
    api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { authMethods }));
    const tokens = await login(api);
    const { status, line } = await revoke(api, { token: tokens.refresh, client_id: 'demo-app' }, {});
    assert.deepEqual([status, line.revocation, line.clientAuthentication], [200, 'revoked', 'none']);
  });
});
