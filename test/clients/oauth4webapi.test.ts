// oauth4webapi as it comes from npm, over real HTTP: it checks every response against the RFCs as it goes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { PASSWORD_GRANT } from '../support/token-api.ts';
import { startTokenServer, type TokenServer } from '../support/token-server.ts';

const insecure = { [oauth.allowInsecureRequests]: true };

async function discover({ issuer }: TokenServer, algorithm: 'oauth2' | 'oidc') {
  const response = await oauth.discoveryRequest(new URL(issuer), { algorithm, ...insecure });
  return oauth.processDiscoveryResponse(new URL(issuer), response);
}

test('oauth4webapi: discovery, password, userinfo, introspection, renewal, revocation', async (t) => {
  const server = await startTokenServer(t);
  const as = await discover(server, 'oauth2');
  assert.deepEqual(await discover(server, 'oidc'), as);
  const client = { client_id: 'demo-app' };
  for (const authentication of [oauth.ClientSecretBasic('demo-app-secret'), oauth.ClientSecretPost('demo-app-secret')]) {
    const { grant_type: grantType, ...parameters } = PASSWORD_GRANT;
    const form = { ...parameters, scope: 'openid order:write' };
    const login = await oauth.genericTokenEndpointRequest(as, client, authentication, grantType, form, insecure);
    const tokens = await oauth.processGenericTokenEndpointResponse(as, client, login);
    assert.deepEqual([tokens.scope, tokens.expires_in, tokens.token_type], ['openid order:write', 3600, 'bearer']);

    const info = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    const claims = await oauth.processUserInfoResponse(as, client, 'EXTERNAL/e-1001@my_company', info);
    assert.equal(claims.preferred_username, 'EXTERNAL/userx@my_company');

    const refreshToken = tokens.refresh_token ?? '';
    const renewal = await oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken, insecure);
    const renewed = await oauth.processRefreshTokenResponse(as, client, renewal);
    assert.notEqual(renewed.refresh_token, refreshToken);

    const asked = await oauth.introspectionRequest(as, client, authentication, renewed.access_token, insecure);
    const state = await oauth.processIntrospectionResponse(as, client, asked);
    assert.deepEqual([state.active, state.username, state.iss], [true, 'EXTERNAL/userx@my_company', server.issuer]);

    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, renewed.access_token, insecure));
    const after = await oauth.introspectionRequest(as, client, authentication, renewed.access_token, insecure);
    assert.deepEqual(await oauth.processIntrospectionResponse(as, client, after), { active: false });
  }
});

test('oauth4webapi: client_credentials, and a JWT access token that a resource server verifies', async (t) => {
  const server = await startTokenServer(t);
  const as = await discover(server, 'oauth2');
  const client = { client_id: 'demo-jwt-app' };
  const parameters = { scope: 'order:write' };
  const authentication = oauth.ClientSecretBasic('demo-jwt-app-secret');
  const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure);
  const tokens = await oauth.processClientCredentialsResponse(as, client, response);
  const request = new Request('https://api.example/', { headers: { Authorization: `Bearer ${tokens.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(as, request, server.issuer, insecure);
  assert.deepEqual([claims.sub, claims.client_id, claims.scope], ['demo-jwt-app', 'demo-jwt-app', 'order:write']);
});

test('oauth4webapi: errors arrive as what they are', async (t) => {
  const server = await startTokenServer(t);
  const as = await discover(server, 'oauth2');
  const client = { client_id: 'demo-app' };
  const { grant_type: grantType, ...parameters } = PASSWORD_GRANT;
  const ask = async (secret: string, form: Record<string, string>) => {
    const response = await oauth.genericTokenEndpointRequest(as, client, oauth.ClientSecretBasic(secret), grantType, form, insecure);
    return oauth.processGenericTokenEndpointResponse(as, client, response);
  };
  await assert.rejects(ask('demo-app-secret', { ...parameters, password: 'wrong' }), (error) => {
    assert.ok(error instanceof oauth.ResponseBodyError);
    assert.deepEqual([error.status, error.error], [400, 'invalid_grant']);
    return true;
  });
  await assert.rejects(ask('wrong', parameters), (error) => {
    assert.ok(error instanceof oauth.WWWAuthenticateChallengeError);
    assert.deepEqual([error.status, error.cause[0]?.scheme], [401, 'basic']);
    return true;
  });
  const info = await oauth.userInfoRequest(as, client, 'dead', insecure);
  await assert.rejects(oauth.processUserInfoResponse(as, client, oauth.skipSubjectCheck, info), (error) => {
    assert.ok(error instanceof oauth.WWWAuthenticateChallengeError);
    assert.equal(error.cause[0]?.parameters.error, 'invalid_token');
    return true;
  });
});
