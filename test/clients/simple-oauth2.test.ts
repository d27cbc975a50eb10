// simple-oauth2 as it comes from npm, over real HTTP.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { demoClient } from '../support/token-api.ts';
import { startTokenServer } from '../support/token-server.ts';

interface AccessToken {
  readonly token: Readonly<Record<string, unknown>>;
  expired(): boolean;
  refresh(parameters?: Record<string, string>): Promise<AccessToken>;
  revokeAll(): Promise<void>;
}
type GrantClient = new (config: unknown) => { getToken(parameters: Record<string, string>): Promise<AccessToken> };

/** It has no types of its own. */
const { ResourceOwnerPassword, ClientCredentials } = createRequire(import.meta.url)('simple-oauth2') as Record<
  'ResourceOwnerPassword' | 'ClientCredentials',
  GrantClient
>;

const LOGIN = { username: 'userx@my_company', password: 'mypass', scope: 'order:write' };

function configOf(tokenHost: string, secret: string, options: Record<string, string>) {
  return {
    client: { id: 'demo-app', secret },
    auth: { tokenHost, tokenPath: '/oauth2/token', revokePath: '/oauth2/revoke' },
    options,
  };
}

for (const authorizationMethod of ['header', 'body']) {
  test(`simple-oauth2: password, renewal, revocation, with the secret in the ${authorizationMethod}`, async (t) => {
    const { issuer } = await startTokenServer(t);
    const config = configOf(issuer, 'demo-app-secret', { authorizationMethod });
    const login = await new ResourceOwnerPassword(config).getToken(LOGIN);
    assert.deepEqual([login.token.scope, login.expired()], ['order:write', false]);
    const renewed = await login.refresh();
    assert.notEqual(renewed.token.refresh_token, login.token.refresh_token);
    await renewed.revokeAll();
    await assert.rejects(renewed.refresh(), /400/);
    const application = await new ClientCredentials(config).getToken({ scope: 'order:write' });
    assert.equal(application.token.refresh_token, undefined);
  });
}

for (const credentialsEncodingMode of ['strict', 'loose']) {
  test(`simple-oauth2: a secret with reserved characters, in ${credentialsEncodingMode} encoding`, async (t) => {
    const { issuer, api } = await startTokenServer(t);
    const secret = "s+e%c/r e=t'&!";
    api.stores.put('Clients', demoClient('demo-app', secret));
    const login = await new ResourceOwnerPassword(configOf(issuer, secret, { credentialsEncodingMode })).getToken(LOGIN);
    assert.equal(login.token.token_type, 'Bearer');
  });
}

test('simple-oauth2: a wrong password is a 400', async (t) => {
  const { issuer } = await startTokenServer(t);
  const client = new ResourceOwnerPassword(configOf(issuer, 'demo-app-secret', {}));
  await assert.rejects(client.getToken({ ...LOGIN, password: 'wrong' }), /400/);
});
