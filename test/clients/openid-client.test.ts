// openid-client as it comes from npm, over real HTTP.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as client from 'openid-client';
import { demoClient, PASSWORD_GRANT } from '../support/token-api.ts';
import { startTokenServer } from '../support/token-server.ts';

const execute = [client.allowInsecureRequests];

test('openid-client: discovery, password, userinfo, renewal, introspection, revocation', async (t) => {
  const { issuer } = await startTokenServer(t);
  for (const clientId of ['demo-app', 'demo-jwt-app']) {
    const config = await client.discovery(new URL(issuer), clientId, `${clientId}-secret`, undefined, { execute });
    const { grant_type: grantType, ...parameters } = PASSWORD_GRANT;
    const tokens = await client.genericGrantRequest(config, grantType, { ...parameters, scope: 'openid order:write' });
    assert.deepEqual([tokens.scope, tokens.expires_in], ['openid order:write', 3600]);
    const claims = await client.fetchUserInfo(config, tokens.access_token, 'EXTERNAL/e-1001@my_company');
    assert.equal(claims.sub, 'EXTERNAL/e-1001@my_company');
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', { scope: 'openid' });
    assert.equal(renewed.scope, 'openid');
    assert.equal((await client.tokenIntrospection(config, renewed.access_token)).active, true);
    await client.tokenRevocation(config, renewed.refresh_token ?? '', { token_type_hint: 'refresh_token' });
    assert.equal((await client.tokenIntrospection(config, renewed.access_token)).active, false);
    await assert.rejects(client.refreshTokenGrant(config, renewed.refresh_token ?? ''), { error: 'invalid_grant' });
  }
});

test('openid-client: client_credentials by body', async (t) => {
  const { issuer } = await startTokenServer(t);
  const authentication = client.ClientSecretPost('demo-app-secret');
  const config = await client.discovery(new URL(issuer), 'demo-app', undefined, authentication, { algorithm: 'oauth2', execute });
  const tokens = await client.clientCredentialsGrant(config, { scope: 'order:write' });
  assert.deepEqual([tokens.scope, tokens.refresh_token], ['order:write', undefined]);
});

test('openid-client: a public client renews what it was given, and may not log anybody in', async (t) => {
  const { issuer, api } = await startTokenServer(t);
  api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { authMethods: ['client_secret_basic', 'none'] }));
  const config = await client.discovery(new URL(issuer), 'demo-app', undefined, client.None(), { execute });
  const { json } = await api.token(PASSWORD_GRANT);
  const renewed = await client.refreshTokenGrant(config, String(json.refresh_token));
  assert.equal(renewed.scope, 'default');
  const { grant_type: grantType, ...parameters } = PASSWORD_GRANT;
  await assert.rejects(client.genericGrantRequest(config, grantType, parameters), { error: 'unauthorized_client' });
  await assert.rejects(client.clientCredentialsGrant(config), { error: 'unauthorized_client' });
});
