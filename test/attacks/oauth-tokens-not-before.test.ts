// An attack on revocation by client and tenant, from between the operator's write and the functions' next read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoClient, openTokenApi, PASSWORD_GRANT, START_SECONDS, type TokenApi } from '../support/token-api.ts';
import { basic, type TokenCall } from '../support/token-events.ts';

const demo = basic('demo-app', 'demo-app-secret');
const jwtApp = basic('demo-jwt-app', 'demo-jwt-app-secret');

const introspect = async (api: TokenApi, token: unknown, headers: NonNullable<TokenCall['headers']>) =>
  (await api.call({ path: '/oauth2/introspect', form: { token: String(token) }, headers })).json;

const userInfo = (api: TokenApi, token: unknown) =>
  api.call({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${token}` } });

const CASES = [
  ['opaque, by tenant', demo, 'check', 'Tenants'],
  ['JWT, by tenant', jwtApp, 'check', 'Tenants'],
  ['JWT by the feed, by tenant', jwtApp, 'feed', 'Tenants'],
  ['JWT offline, by tenant', jwtApp, 'offline', 'Tenants'],
  ['opaque, by client', demo, 'check', 'Clients'],
  ['JWT offline, by client', jwtApp, 'offline', 'Clients'],
] as const;
for (const [name, headers, jwtRevocation, table] of CASES) {
  test(`A90 a renewal while the old entry is still cached does not outlive tokensNotBefore: ${name}`, async () => {
    const api = openTokenApi();
    const tenant = { tenant: 'my_company', entry: 'tenant', jwtRevocation };
    api.stores.put('Tenants', tenant);
    const stolen = await api.token({ ...PASSWORD_GRANT, scope: 'openid' }, headers);
    // The operator writes now; this function works with what it read before for up to five seconds.
    api.advance(2);
    const tokensNotBefore = START_SECONDS + 1;
    const laundered = await api.token({ grant_type: 'refresh_token', refresh_token: String(stolen.json.refresh_token) }, headers);
    assert.equal(laundered.status, 200);
    if (table === 'Tenants') api.stores.put('Tenants', { ...tenant, tokensNotBefore });
    else
      for (const id of ['demo-app', 'demo-jwt-app'])
        api.stores.put(
          'Clients',
          demoClient(id, `${id}-secret`, { tokensNotBefore, ...(id === 'demo-jwt-app' && { tokenFormat: 'jwt' }) }),
        );
    for (const token of [laundered.json.access_token, laundered.json.refresh_token, stolen.json.access_token])
      assert.deepEqual(await introspect(api, token, headers), { active: false });
    assert.equal((await userInfo(api, laundered.json.access_token)).line.reason, 'before-tokens-not-before');
    const again = await api.token({ grant_type: 'refresh_token', refresh_token: String(laundered.json.refresh_token) }, headers);
    assert.deepEqual([again.json.error, again.line.reason], ['invalid_grant', 'before-tokens-not-before']);
    const anew = await api.token({ ...PASSWORD_GRANT, scope: 'openid' }, headers);
    assert.equal((await introspect(api, anew.json.access_token, headers)).active, true);
  });
}
