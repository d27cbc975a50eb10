// Apache with mod_auth_openidc signs a user in and out as a relying party: it discovers us, sends the browser here, redeems
// the code and verifies the ID token on its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingApache, startApache } from '../support/apache.ts';
import { openHttpCall } from '../support/http-call.ts';
import { skipWithout } from '../support/required-part.ts';
import { openBrowser } from '../support/sign-in-browser.ts';
import { demoClient, secretDigest } from '../support/token-api.ts';
import { ISSUER_MODES, issuerOf, startTokenServer } from '../support/token-server.ts';

for (const mode of ISSUER_MODES)
  test(`mod_auth_openidc: sign in, the protected page, sign out, at the ${mode} issuer`, {
    skip: skipWithout(missingApache),
  }, async (t) => {
    const { api, issuer: shared } = await startTokenServer(t);
    const issuer = issuerOf(shared, mode);
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', issuer: mode, signIn: {} });
    const apache = await startApache([], ['page'], (_, port) => [
      `OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration`,
      'OIDCClientID apache-app',
      'OIDCClientSecret apache-secret',
      `OIDCRedirectURI http://127.0.0.1:${port}/callback`,
      'OIDCCryptoPassphrase a-passphrase-for-this-test',
      'OIDCScope "openid profile email"',
      'OIDCPKCEMethod S256',
      'OIDCSSLValidateServer Off',
      'OIDCRemoteUserClaim sub',
      'Header set X-Found-User "expr=%{REMOTE_USER}"',
      '<Location />',
      'AuthType openid-connect',
      'Require valid-user',
      '</Location>',
    ]);
    t.after(() => apache.stop());
    const site = `http://127.0.0.1:${apache.port}`;
    api.stores.put(
      'Clients',
      demoClient('apache-app', '', {
        secrets: [{ sha256: secretDigest('apache-secret') }],
        firstParty: true,
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: ['http://127.0.0.1/callback'],
        postLogoutRedirectUris: ['http://127.0.0.1/bye'],
      }),
    );
    // Apache sends only a browser to sign in; anything else is told 401.
    const call = openHttpCall(site);
    const atSite = openBrowser({ call: (request) => call({ ...request, headers: { Accept: 'text/html', ...request.headers } }) });
    const atIssuer = openBrowser({ call: openHttpCall(shared) });
    const pathOf = (location: string | undefined) => {
      const url = new URL(location ?? '');
      return [url.pathname, Object.fromEntries(url.searchParams)] as const;
    };
    const start = await atSite.get('/page', {});
    assert.equal(start.status, 302);
    const [authorize, query] = pathOf(start.headers.Location);
    const page = await atIssuer.get(authorize, query);
    const sent = await atIssuer.post(authorize, { ...page.hidden, username: 'userx', password: 'mypass' });
    assert.equal(sent.status, 303, sent.text);
    const [callback, answer] = pathOf(sent.headers.Location);
    const back = await atSite.get(callback, answer);
    assert.deepEqual([back.status, back.headers.Location], [302, `${site}/page`]);
    const shown = await atSite.get('/page', {});
    assert.deepEqual([shown.status, shown.text, shown.headers['x-found-user']], [200, 'ok', 'EXTERNAL/e-1001@my_company']);
    const out = await atSite.get('/callback', { logout: `${site}/bye` });
    const [logout, outQuery] = pathOf(out.headers.Location);
    assert.equal(`${shared}${logout}`, `${issuer}/oauth2/logout`);
    const done = await atIssuer.get(logout, outQuery);
    assert.equal(done.status, 303, done.text);
    assert.ok(done.headers.Location?.startsWith(`${site}/bye`));
    assert.equal((await atIssuer.get(authorize, query)).status, 200, 'the password is asked for again');
  });
