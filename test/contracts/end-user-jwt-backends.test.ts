// The end-user JWT and the JWT access token, read by libraries of others: Debian's authlib, jwcrypto and PyJWT against
// the published keys (jose reads them in test/functions/authorizer/). They run where those are installed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { bearer, ISSUER, NOW_SECONDS, openWorld, restRequest, type World } from '../functions/authorizer/authorizer-world.ts';
import { skipWithout } from '../support/required-part.ts';

const PYTHON = '/usr/bin/python3';
const SCRIPT = new URL('../support/verify-jwt.py', import.meta.url).pathname;
const AUDIENCE = 'https://backend.example.org';
const LIBRARIES = ['authlib', 'jwcrypto', 'jwt'] as const;

const missing = (module: string): string | false =>
  spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0 ? false : `python3-${module} is not installed`;

/** The libraries read the clock of the machine, so the world's goes with it. */
async function openWorldOfToday(endUserJwt: Record<string, unknown>): Promise<World> {
  const world = openWorld();
  world.advance(Math.floor(Date.now() / 1000) - NOW_SECONDS);
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', endUserJwt: { audience: AUDIENCE, ...endUserJwt } });
  return world;
}

async function verify(world: World, library: string, token: string, algorithm: string, audience: string) {
  const { jwks } = await world.stores.signingKeys();
  const input = JSON.stringify({ token, jwks, issuer: ISSUER, audience, algorithm });
  const { status, stdout } = spawnSync(PYTHON, [SCRIPT, library], { input, encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : undefined;
}

for (const library of LIBRARIES) {
  for (const algorithm of ['RS256', 'ES256'] as const) {
    test(`${library} verifies an ${algorithm} end-user JWT, and refuses what is not one`, {
      skip: skipWithout(missing(library)),
    }, async () => {
      const world = await openWorldOfToday({ algorithm });
      const outcome = await world.call(restRequest({ authorization: bearer(await world.issue()) }));
      assert.ok(outcome.status === 200);
      const jwt = String(outcome.context.endUserJwt);
      const claims = await verify(world, library, jwt, algorithm, AUDIENCE);
      assert.equal(claims?.['http://wso2.org/claims/enduser'], 'EXTERNAL/userx@my_company');
      assert.deepEqual(claims?.['http://wso2.org/claims/role'], ['customer']);
      const [header = '', payload = '', signature = ''] = jwt.split('.');
      const other = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('userx', 'admin')).toString('base64url');
      assert.equal(await verify(world, library, `${header}.${other}.${signature}`, algorithm, AUDIENCE), undefined);
      assert.equal(await verify(world, library, jwt, algorithm, 'https://another.example.org'), undefined);
      assert.equal(await verify(world, library, jwt, algorithm === 'RS256' ? 'ES256' : 'RS256', AUDIENCE), undefined);
      const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
      assert.equal(await verify(world, library, unsigned, algorithm, AUDIENCE), undefined);
    });
  }

  test(`${library} verifies a JWT access token`, { skip: skipWithout(missing(library)) }, async () => {
    const world = await openWorldOfToday({});
    const claims = await verify(world, library, await world.issue({ format: 'jwt', scopes: ['order:write'] }), 'RS256', ISSUER);
    assert.partialDeepStrictEqual(claims, { client_id: 'demo-app', scope: 'order:write', sub: 'EXTERNAL/u-1@my_company' });
  });
}
