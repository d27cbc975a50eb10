// Apache's mod_auth_openidc takes our JWT access tokens and end-user JWTs as they are, and refuses what was changed. It
// runs where Debian's libapache2-mod-auth-openidc is installed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, NOW_SECONDS, openWorld, restRequest } from '../functions/authorizer/authorizer-world.ts';
import { missingApache } from '../support/apache.ts';
import { startResourceServer } from '../support/apache-resource-server.ts';
import { skipWithout } from '../support/required-part.ts';

test('Apache verifies access tokens and end-user JWTs by the published keys', { skip: skipWithout(missingApache) }, async (context) => {
  const world = openWorld();
  world.advance(Math.floor(Date.now() / 1000) - NOW_SECONDS);
  const { jwks } = await world.stores.signingKeys();
  const server = await startResourceServer(jwks.keys.filter(({ kty }) => kty === 'RSA'));
  context.after(() => server.stop());
  const get = (path: string, token: string) => server.get(path, { authorization: bearer(token) });

  const token = await world.issue({ format: 'jwt', scopes: ['default', 'order:write'] });
  assert.deepEqual(await get('/bearer', token), { status: 200, user: 'EXTERNAL/u-1@my_company' });
  assert.equal((await get('/bearer', await world.issue({ format: 'jwt' }))).status, 401, 'without the scope');
  assert.equal((await get('/bearer', await world.issue())).status, 401, 'an opaque token');

  const outcome = await world.call(restRequest({ authorization: bearer(token) }));
  assert.ok(outcome.status === 200);
  const jwt = String(outcome.context.endUserJwt);
  assert.deepEqual(await get('/assertion', jwt), { status: 200, user: 'EXTERNAL/u-1@my_company' });
  assert.equal((await get('/bearer', jwt)).status, 401, 'it has no scope');

  for (const [path, good] of [
    ['/bearer', token],
    ['/assertion', jwt],
  ] as const) {
    const [header = '', payload = '', signature = ''] = good.split('.');
    const other = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('u-1', 'u-2')).toString('base64url');
    assert.equal((await get(path, `${header}.${other}.${signature}`)).status, 401);
    assert.equal((await get(path, `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`)).status, 401);
  }
});
