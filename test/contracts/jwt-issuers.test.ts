// Assertions that authlib and jwcrypto made (Debian's python3-authlib and python3-jwcrypto). They run where those are
// installed; .ci/run installs them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { assertionForm, JWT_BEARER, JWT_ISSUER, putJwtIssuer, putKeyClient, TOKEN_ENDPOINT } from '../support/assertion-api.ts';
import { type ForeignSigner, newForeignSigner } from '../support/external-issuer-tokens.ts';
import { skipWithout } from '../support/required-part.ts';
import { demoClient, openTokenApi, START_SECONDS } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';
import { newCertificate } from '../support/x509.ts';

const PYTHON = '/usr/bin/python3';
const missing = (module: string) =>
  spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0 ? false : `python3-${module} is not installed`;
const noAuthlib = missing('authlib');
const noJwcrypto = missing('jwcrypto');

function python(kind: string, said: Readonly<Record<string, unknown>>): string {
  const script = new URL('../support/python-assertion.py', import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(PYTHON, [script, kind, JSON.stringify(said)], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

const pemOf = (signer: ForeignSigner) => signer.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

for (const alg of ['RS256', 'ES256'] as const) {
  test(`authlib's private_key_jwt with ${alg} authenticates, once`, { skip: skipWithout(noAuthlib) }, async () => {
    const signer = newForeignSigner(alg, 'k1');
    const api = openTokenApi();
    // authlib looks at the real clock.
    api.advance(Math.floor(Date.now() / 1000) - START_SECONDS);
    // It names the token endpoint as the audience, as before RFC 10070.
    putKeyClient(api, 'py-app', { jwks: { keys: [signer.jwk] }, legacyAssertionAudience: true });
    const assertion = python('authlib-client', { pem: pemOf(signer), clientId: 'py-app', tokenEndpoint: TOKEN_ENDPOINT, alg, kid: 'k1' });
    const { status, line } = await api.token(assertionForm(assertion), {});
    assert.deepEqual([status, line.clientAuthentication, line.clientAssertionAudience], [200, 'private_key_jwt', 'token-url']);
    assert.equal((await api.token(assertionForm(assertion), {})).line.reason, 'client-assertion-replayed');
  });
}

for (const [kind, skip] of [
  ['authlib-grant', noAuthlib],
  ['jwcrypto-grant', noJwcrypto],
] as const) {
  for (const alg of ['RS256', 'ES256'] as const) {
    test(`an assertion of ${kind} with ${alg} is redeemed`, { skip: skipWithout(skip) }, async () => {
      const signer = newForeignSigner(alg, 'i1');
      const api = openTokenApi();
      putJwtIssuer(api, 'my_company', { certificates: { i1: newCertificate({ keys: signer }).pem }, algorithms: [alg] });
      api.stores.put('Clients', demoClient('jwt-app', 'secret', { grantTypes: [JWT_BEARER] }));
      const assertion = python(kind, {
        pem: pemOf(signer),
        issuer: JWT_ISSUER,
        subject: 'u-1',
        audience: TOKEN_ENDPOINT,
        iat: START_SECONDS,
        exp: START_SECONDS + 120,
        jti: 'p1',
        alg,
        kid: 'i1',
        claims: { preferred_username: 'alice', groups: ['customer'] },
      });
      const { status, json } = await api.token({ grant_type: JWT_BEARER, assertion, scope: 'order:write' }, basic('jwt-app', 'secret'));
      assert.deepEqual([status, json.scope, json.expires_in], [200, 'order:write', 150]);
    });
  }
}
