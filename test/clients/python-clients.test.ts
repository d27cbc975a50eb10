// authlib and requests-oauthlib as Debian packages them, over real HTTP. Skipped by name where they are not installed.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { skipWithout } from '../support/required-part.ts';
import { demoClient } from '../support/token-api.ts';
import { ISSUER_MODES, issuerOf, startTokenServer } from '../support/token-server.ts';

/** Debian's own, which sees Debian's packages. */
const PYTHON = '/usr/bin/python3';
const runs = (module: string): boolean => spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;

for (const [library, module] of [
  ['authlib', 'authlib'],
  ['requests-oauthlib', 'requests_oauthlib'],
] as const) {
  const skip = runs(module) ? false : `python3-${library} is not installed`;
  test(`${library}: password, API call, renewal, client_credentials, errors`, { skip: skipWithout(skip) }, async (t) => {
    const { issuer } = await startTokenServer(t);
    const script = fileURLToPath(new URL(`${library}-client.py`, import.meta.url));
    const { stdout } = await promisify(execFile)(PYTHON, [script, issuer], { timeout: 60_000 });
    assert.deepEqual(JSON.parse(stdout), {
      scope: ['openid', 'order:write'],
      sub: 'EXTERNAL/e-1001@my_company',
      isRenewed: true,
      applicationScope: ['order:write'],
      error: 'invalid_grant',
      clientError: 'invalid_client',
    });
  });
}

for (const mode of ISSUER_MODES)
  test(`authlib: sign in by code and PKCE, ID token, userinfo, sign out, at the ${mode} issuer`, {
    skip: skipWithout(runs('authlib') ? false : 'python3-authlib is not installed'),
  }, async (t) => {
    const { api, issuer } = await startTokenServer(t);
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', issuer: mode, signIn: {} });
    const redirects = { redirectUris: ['http://127.0.0.1/callback'], postLogoutRedirectUris: ['http://127.0.0.1/bye'] };
    const grantTypes = ['authorization_code', 'refresh_token'];
    api.stores.put(
      'Clients',
      demoClient('public-app', '', { ...redirects, grantTypes, secrets: [], authMethods: ['none'], firstParty: true }),
    );
    const script = fileURLToPath(new URL('authlib-sign-in.py', import.meta.url));
    const { stdout } = await promisify(execFile)(PYTHON, [script, issuerOf(issuer, mode)], { timeout: 60_000 });
    assert.deepEqual(JSON.parse(stdout), { sub: 'EXTERNAL/e-1001@my_company', givenName: 'Uma', bye: 'http://127.0.0.1/bye' });
  });
