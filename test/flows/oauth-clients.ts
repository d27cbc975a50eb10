// OAuth clients as they come from npm drive the running system: oauth4webapi, openid-client and simple-oauth2.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { ResourceOwnerPassword } from 'simple-oauth2';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { callApi, startTestRun, type TestRun } from '../support/local-run.ts';

let run: TestRun;
before(async () => {
  run = await startTestRun();
});
after(() => run?.close());

const USERNAME = `${DEMO.externalUser.username}@${DEMO.tenant}`;
const insecure = { [oauth.allowInsecureRequests]: true };

async function discover(algorithm: 'oauth2' | 'oidc'): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(run.url);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...insecure, algorithm }));
}

const AUTHENTICATIONS = [
  { method: 'client_secret_basic', authentication: oauth.ClientSecretBasic(DEMO.opaqueClient.secret) },
  { method: 'client_secret_post', authentication: oauth.ClientSecretPost(DEMO.opaqueClient.secret) },
];

for (const { method, authentication } of AUTHENTICATIONS) {
  test(`oauth4webapi discovers, gets a token by password (${method}), renews and revokes it`, async () => {
    const server = await discover('oauth2');
    const client: oauth.Client = { client_id: DEMO.opaqueClient.id };
    const parameters = { username: USERNAME, password: DEMO.externalUser.password, scope: DEMO.scope };
    const answer = await oauth.genericTokenEndpointRequest(server, client, authentication, 'password', parameters, insecure);
    const issued = await oauth.processGenericTokenEndpointResponse(server, client, answer);
    assert.equal(issued.scope, DEMO.scope);
    assert.equal((await callApi(run.url, `${DEMO.context}/menu`, issued.access_token)).status, 200);

    const refreshToken = issued.refresh_token ?? '';
    const renewal = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, insecure);
    const renewed = await oauth.processRefreshTokenResponse(server, client, renewal);
    assert.notEqual(renewed.access_token, issued.access_token);

    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, authentication, renewed.access_token, insecure));
    assert.equal((await callApi(run.url, `${DEMO.context}/whoami`, renewed.access_token)).status, 401);
  });
}

test('oauth4webapi understands a refused password', async () => {
  const server = await discover('oauth2');
  const client: oauth.Client = { client_id: DEMO.opaqueClient.id };
  const parameters = { username: USERNAME, password: 'wrong' };
  const authentication = oauth.ClientSecretBasic(DEMO.opaqueClient.secret);
  const answer = await oauth.genericTokenEndpointRequest(server, client, authentication, 'password', parameters, insecure);
  await assert.rejects(oauth.processGenericTokenEndpointResponse(server, client, answer), (error: unknown) => {
    assert.ok(error instanceof oauth.ResponseBodyError);
    assert.equal(error.error, 'invalid_grant');
    return true;
  });
});

test('openid-client discovers by either document, and gets, renews and introspects tokens', async () => {
  for (const algorithm of ['oauth2', 'oidc'] as const) {
    const options = { execute: [openid.allowInsecureRequests], algorithm };
    const { id, secret } = DEMO.jwtClient;
    const configuration = await openid.discovery(new URL(run.url), id, secret, openid.ClientSecretBasic(secret), options);
    const parameters = { username: USERNAME, password: DEMO.externalUser.password, scope: DEMO.scope };
    const issued = await openid.genericGrantRequest(configuration, 'password', parameters);
    assert.match(issued.access_token, /^eyJ/);
    const renewed = await openid.refreshTokenGrant(configuration, issued.refresh_token ?? '');
    const state = await openid.tokenIntrospection(configuration, renewed.access_token);
    assert.equal(state.active, true);
    assert.equal(state.scope, DEMO.scope);
    const own = await openid.clientCredentialsGrant(configuration);
    assert.equal(own.refresh_token, undefined);
    assert.equal((await callApi(run.url, `${DEMO.context}/menu`, own.access_token)).status, 200);
  }
});

test('simple-oauth2 gets a token by password and renews it', async () => {
  const client = new ResourceOwnerPassword({
    client: DEMO.opaqueClient,
    auth: { tokenHost: run.url, tokenPath: '/oauth2/token', revokePath: '/oauth2/revoke' },
  });
  const issued = await client.getToken({ username: USERNAME, password: DEMO.externalUser.password, scope: DEMO.scope });
  assert.equal(issued.expired(), false);
  const renewed = await issued.refresh();
  assert.notEqual(renewed.token.access_token, issued.token.access_token);
  await renewed.revoke('access_token');
});
