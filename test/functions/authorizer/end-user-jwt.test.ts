// The end-user JWT as a backend reads it: verified by jose against the published keys, claims as golden values.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import type { EndUser } from '../../../functions/configuration/model.ts';
import { newSigningKeys } from '../../support/signing-keys.ts';
import {
  bearer,
  type CallOptions,
  ISSUER,
  NOW_SECONDS,
  openWorld,
  restRequest,
  type TokenOptions,
  USERX,
  type World,
} from './authorizer-world.ts';

const WSO2 = 'http://wso2.org/claims/';

async function endUserJwt(world: World, token: TokenOptions | string = {}, call: CallOptions = {}): Promise<string> {
  const authorization = bearer(typeof token === 'string' ? token : await world.issue(token));
  const outcome = await world.call(restRequest({ ...call, authorization }));
  assert.ok(outcome.status === 200, JSON.stringify(outcome));
  return String(outcome.context.endUserJwt);
}

/** What a careful backend does. */
async function verify(world: World, jwt: string, algorithm = 'RS256', options = {}) {
  const jwks = JSON.parse(JSON.stringify((await world.stores.signingKeys()).jwks)) as JSONWebKeySet;
  return jwtVerify(jwt, createLocalJWKSet(jwks), {
    issuer: ISSUER,
    algorithms: [algorithm],
    typ: 'JWT',
    currentDate: new Date(world.nowSeconds() * 1000),
    ...options,
  });
}

function putTenant(world: World, endUserJwtSettings: Record<string, unknown>): void {
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', endUserJwt: endUserJwtSettings });
}

test('golden: a user of a secondary store', async () => {
  const world = openWorld();
  world.stores.put('Clients', {
    clientId: '0c5f2a52-7b5c-4d3e-9a56-0f6d3f1f2b11',
    tenant: 'my_company',
    name: 'Pizza app',
    owner: 'publisher',
    applicationTier: '10PerMin',
    subscriptions: { pizzashack: 'Gold' },
    keyType: 'SANDBOX',
    attributes: { team: 'blue', 'cost centre': '7' },
  });
  const user: EndUser = { ...USERX, roles: ['customer', 'vip'], claims: { ...USERX.claims, 'https://example.org/dept': ['a', 'b'] } };
  const { payload } = await verify(
    world,
    await endUserJwt(world, { clientId: '0c5f2a52-7b5c-4d3e-9a56-0f6d3f1f2b11', user, scopes: ['default'] }),
  );
  const { jti, ...claims } = payload;
  assert.match(String(jti), /^[0-9a-f-]{36}$/);
  assert.deepEqual(claims, {
    iss: ISSUER,
    iat: NOW_SECONDS,
    exp: NOW_SECONDS + 120,
    aud: 'urn:gatehouse:my_company:pizzashack',
    sub: 'EXTERNAL/u-1@my_company',
    [`${WSO2}apiname`]: 'pizzashack',
    [`${WSO2}apicontext`]: '/pizzashack/1.0.0',
    [`${WSO2}version`]: '1.0.0',
    [`${WSO2}tier`]: 'Gold',
    [`${WSO2}keytype`]: 'SANDBOX',
    [`${WSO2}subscriber`]: 'publisher@my_company',
    [`${WSO2}applicationid`]: '0c5f2a52-7b5c-4d3e-9a56-0f6d3f1f2b11',
    [`${WSO2}applicationname`]: 'Pizza app',
    [`${WSO2}applicationtier`]: '10PerMin',
    [`${WSO2}applicationUUId`]: '0c5f2a52-7b5c-4d3e-9a56-0f6d3f1f2b11',
    [`${WSO2}applicationAttributes`]: { team: 'blue', 'cost centre': '7' },
    [`${WSO2}usertype`]: 'APPLICATION_USER',
    [`${WSO2}enduser`]: 'EXTERNAL/userx@my_company',
    [`${WSO2}enduserTenantId`]: 'my_company',
    [`${WSO2}role`]: ['customer', 'vip'],
    [`${WSO2}givenname`]: 'Ursula',
    [`${WSO2}emailaddress`]: 'userx@example.org',
    'https://example.org/dept': ['a', 'b'],
  });
});

test('golden: a user of the primary store, and the application’s own token', async () => {
  const world = openWorld();
  world.stores.put('Users', { tenant: 'my_company', username: 'Publisher', id: 'p-1', passwordHash: '$argon2id$hash' });
  const user: EndUser = { tenant: 'my_company', domain: 'PRIMARY', username: 'Publisher', id: 'p-1', roles: [], claims: {} };
  const person = (await verify(world, await endUserJwt(world, { user }))).payload;
  assert.equal(person.sub, 'p-1@my_company');
  assert.equal(person[`${WSO2}enduser`], 'Publisher@my_company');
  assert.equal(person[`${WSO2}role`], undefined);
  const application = (await verify(world, await endUserJwt(world, { user: null }))).payload;
  assert.equal(application.sub, 'demo-app');
  assert.equal(application[`${WSO2}usertype`], 'APPLICATION');
  assert.equal(application[`${WSO2}enduser`], 'admin@my_company');
  assert.equal(application[`${WSO2}subscriber`], 'admin@my_company');
  assert.equal(application[`${WSO2}tier`], 'Unlimited');
  assert.equal(application[`${WSO2}applicationAttributes`], undefined);
  // No UUID of its own: one that is made of the client id, and stays the same.
  assert.match(String(application[`${WSO2}applicationUUId`]), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(application[`${WSO2}applicationUUId`], person[`${WSO2}applicationUUId`]);
});

test('an opaque token and a JWT of the same grant tell the backend the same', async () => {
  const world = openWorld();
  const claims = await Promise.all(
    (['opaque', 'jwt'] as const).map(async (format) => {
      const { jti: _, ...rest } = (await verify(world, await endUserJwt(world, { format }))).payload;
      return rest;
    }),
  );
  assert.deepEqual(claims[0], claims[1]);
});

for (const algorithm of ['RS256', 'ES256'] as const) {
  test(`${algorithm}: typ JWT, a kid that the published keys have, and verified by jose`, async () => {
    const world = openWorld();
    putTenant(world, { algorithm, audience: 'https://backend.example.org' });
    const jwt = await endUserJwt(world);
    const header = decodeProtectedHeader(jwt);
    assert.deepEqual({ ...header, kid: '' }, { typ: 'JWT', alg: algorithm, kid: '' });
    const key = (await world.stores.signingKeys()).jwks.keys.find(({ kid }) => (kid as unknown) === header.kid);
    assert.ok(key !== undefined);
    const { payload } = await verify(world, jwt, algorithm, { audience: 'https://backend.example.org' });
    assert.equal(payload.aud, 'https://backend.example.org');
  });
}

test('none is unsigned, and ends in a dot', async () => {
  const world = openWorld();
  putTenant(world, { algorithm: 'none' });
  const [header = '', payload = '', signature] = (await endUserJwt(world)).split('.');
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { typ: 'JWT', alg: 'none' });
  assert.equal(JSON.parse(Buffer.from(payload, 'base64url').toString()).sub, 'EXTERNAL/u-1@my_company');
  assert.equal(signature, '');
});

test('base64 is the padded alphabet, and the signature covers it as it is written', async () => {
  const { createPublicKey, verify: verifySignature } = await import('node:crypto');
  const world = openWorld();
  // 'ÿ' and '~' give characters in which the two alphabets differ.
  for (const username of ['a', 'ab', 'abc', '~~~ÿÿÿ???']) {
    putTenant(world, { encoding: 'base64' });
    const [header = '', payload = '', signature = ''] = (await endUserJwt(world, { user: { ...USERX, username } })).split('.');
    for (const segment of [header, payload, signature]) {
      assert.equal(segment.length % 4, 0);
      assert.equal(Buffer.from(segment, 'base64').toString('base64'), segment);
    }
    const { kid } = JSON.parse(Buffer.from(header, 'base64').toString());
    const jwk = (await world.stores.signingKeys()).jwks.keys.find((key) => (key.kid as unknown) === kid);
    assert.ok(jwk !== undefined);
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    assert.ok(verifySignature('RSA-SHA256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64')));
  }
});

test('dialect, exclusions and user claims are the tenant’s', async () => {
  const world = openWorld();
  const names = async (settings: Record<string, unknown>) => {
    putTenant(world, settings);
    return Object.keys((await verify(world, await endUserJwt(world))).payload);
  };
  assert.ok((await names({ dialect: 'https://claims.example.org' })).includes('https://claims.example.org/enduser'));
  assert.ok((await names({ dialect: 'urn:claims:' })).includes('urn:claims:enduser'));
  assert.ok((await names({ dialect: '/' })).includes('enduser'));
  const excluded = await names({ excludedClaims: ['enduserTenantId', `${WSO2}givenname`, 'iss', 'exp'] });
  assert.ok(!excluded.includes(`${WSO2}enduserTenantId`) && !excluded.includes(`${WSO2}givenname`));
  assert.ok(excluded.includes(`${WSO2}emailaddress`) && excluded.includes('iss') && excluded.includes('exp'));
  const without = await names({ userClaims: false });
  assert.ok(!without.some((name) => /role|givenname|emailaddress/.test(name)) && without.includes(`${WSO2}enduser`));
});

test('the context names the version, whether the entry’s path ends in it or not', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#jwt', context: '/jwt', version: 'v1' });
  const { payload } = await verify(world, await endUserJwt(world, {}, { path: '/jwt/menu' }));
  assert.equal(payload[`${WSO2}apicontext`], '/jwt/v1');
  assert.equal(payload[`${WSO2}version`], 'v1');
});

test('an API that is shared is read in the format of its owner, whoever calls', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant', endUserJwt: { algorithm: 'none' } });
  world.stores.put('Clients', { clientId: 'other-app', tenant: 'other' });
  world.stores.put('Tenants', { ...world.pizzashack, tenants: '*' });
  const jwt = await endUserJwt(world, { tenant: 'other', clientId: 'other-app', user: { ...USERX, tenant: 'other' } });
  assert.equal((await verify(world, jwt)).payload[`${WSO2}enduser`], 'EXTERNAL/userx@other');
});

test('at most 4 KiB: the longest optional claims are left out first, and the log says which', async () => {
  for (const settings of [{}, { algorithm: 'ES256' }, { encoding: 'base64' }, { algorithm: 'none' }]) {
    const world = openWorld();
    putTenant(world, settings);
    const claims = { photo: 'p'.repeat(2000), bio: 'ö'.repeat(900), motto: 'short' };
    const jwt = await endUserJwt(world, { user: { ...USERX, claims } });
    assert.ok(jwt.length <= 4096, `${jwt.length}`);
    const [, payload = ''] = jwt.split('.');
    const names = Object.keys(JSON.parse(Buffer.from(payload, 'base64').toString()));
    assert.ok(!names.includes(`${WSO2}photo`) && names.includes(`${WSO2}motto`) && names.includes(`${WSO2}role`));
    const line = world.lines.find(({ event }) => event === 'end-user-jwt-shortened');
    assert.equal(line?.level, 'WARN');
    assert.deepEqual([line?.fields.leftOut].flat()[0], `${WSO2}photo`);
    assert.ok(!JSON.stringify(world.lines).includes('ppp'));
  }
});

test('a JWT that stays too long is a failure, not a caller without a name', async () => {
  const world = openWorld();
  world.stores.put('Clients', {
    clientId: 'demo-app',
    tenant: 'my_company',
    name: '名'.repeat(256),
    owner: '主'.repeat(256),
    applicationTier: '級'.repeat(128),
  });
  const user = { ...USERX, username: '用'.repeat(500), id: '用'.repeat(500) };
  assert.equal((await world.call(restRequest({ authorization: bearer(await world.issue({ user })) }))).status, 500);
  assert.equal(world.lines.at(-1)?.fields.reason, 'end-user-jwt-too-long');
});

test('without a key of its own there is no JWT, and nobody is let in', async () => {
  const { keys } = newSigningKeys();
  const world = openWorld({ signingKeys: { keys: keys.filter(({ purpose }) => purpose !== 'end-user-jwt') } });
  const outcome = await world.call(restRequest({ authorization: bearer(await world.issue()) }));
  assert.equal(outcome.status, 500);
  assert.equal(world.lines.at(-1)?.fields.reason, 'no-end-user-jwt-key');
});

test('one JWT per token and API while it is fresh, and never one that could end before the cache does', async () => {
  for (const cacheSeconds of [0, 60, 300, 3600]) {
    const world = openWorld({ cacheSeconds });
    const token = await world.issue({ format: 'jwt', seconds: 3 * 3600 });
    const first = await endUserJwt(world, token);
    assert.equal(await endUserJwt(world, token), first);
    assert.equal(await endUserJwt(world, token, { path: '/pizzashack/1.0.0/files/a' }), first);
    assert.notEqual(await endUserJwt(world, { format: 'jwt' }), first);
    let jwt = first;
    for (let second = 0; second < 200; second += 7) {
      const { payload } = await verify(world, jwt);
      const left = Number(payload.exp) - world.nowSeconds();
      assert.ok(left >= cacheSeconds + 30 && left <= cacheSeconds + 60, `${cacheSeconds} ${left}`);
      world.advance(7);
      jwt = await endUserJwt(world, token);
    }
    assert.notEqual(jwt, first);
  }
});

test('A102 every JWT names the backend that it is for: what the API’s owner says, else the API itself', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant', endUserJwt: { audience: 'https://backends.other.example' } });
  world.stores.put('Clients', { clientId: 'other-app', tenant: 'other' });
  world.stores.put('Tenants', { ...world.pizzashack, tenants: '*' });
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#burger & co', context: '/burger/2.0.0' });
  world.stores.put('Tenants', { ...world.pizzashack, tenant: 'other', entry: 'api#theirs', context: '/theirs', tenants: '*' });
  const ours = await world.issue({ format: 'jwt' });
  const theirs = await world.issue({ tenant: 'other', clientId: 'other-app', user: { ...USERX, tenant: 'other' }, format: 'jwt' });
  const audOf = async (token: string, path: string) => (await verify(world, await endUserJwt(world, token, { path }))).payload.aud;
  // Whoever calls: the backend is the owner's.
  for (const token of [ours, theirs]) {
    assert.equal(await audOf(token, '/pizzashack/1.0.0/menu'), 'urn:gatehouse:my_company:pizzashack');
    assert.equal(await audOf(token, '/theirs/menu'), 'https://backends.other.example');
  }
  assert.equal(await audOf(ours, '/burger/2.0.0/menu'), 'urn:gatehouse:my_company:burger%20%26%20co');
  // A backend that checks it takes none of another API.
  const jwt = await endUserJwt(world, ours, { path: '/burger/2.0.0/menu' });
  await assert.rejects(verify(world, jwt, 'RS256', { audience: 'urn:gatehouse:my_company:pizzashack' }), {
    code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  });
});

test('a JWT outlives the token that it was minted for by ten seconds at most, however long the cache is', async () => {
  for (const format of ['opaque', 'jwt'] as const) {
    const world = openWorld({ cacheSeconds: 3600 });
    const token = await world.issue({ format, seconds: 600 });
    for (let second = 0; second < 600; second += 37) {
      const { payload } = await verify(world, await endUserJwt(world, token));
      assert.equal(payload.exp, NOW_SECONDS + 610);
      world.advance(37);
    }
  }
});

test('what an operator changes shows in the next JWT', async () => {
  const world = openWorld();
  const token = await world.issue({ format: 'jwt' });
  const tier = async () => (await verify(world, await endUserJwt(world, token))).payload[`${WSO2}tier`];
  assert.equal(await tier(), 'Unlimited');
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', subscriptions: { pizzashack: 'Gold' } });
  assert.equal(await tier(), 'Gold');
  putTenant(world, { algorithm: 'ES256', audience: 'b' });
  assert.equal((await verify(world, await endUserJwt(world, token), 'ES256')).payload.aud, 'b');
  putTenant(world, { algorithm: 'ES256', encoding: 'base64', audience: 'b' });
  assert.match(await endUserJwt(world, token), /=/);
});

test('A101 roles and claims that the Users table has changed show in the next JWT of the same token', async () => {
  const world = openWorld();
  const put = (attributes: object) =>
    world.stores.put('Users', { tenant: 'my_company', username: 'publisher', id: 'p-1', passwordHash: '$argon2id$hash', ...attributes });
  put({ roles: ['customer', 'vip'] });
  const user = { tenant: 'my_company', domain: 'PRIMARY', username: 'publisher', id: 'p-1', roles: ['customer', 'vip'], claims: {} };
  const token = await world.issue({ user });
  const first = await endUserJwt(world, token);
  assert.equal(await endUserJwt(world, token), first);
  put({ roles: ['customer'], claims: { emailaddress: 'p@example.org' } });
  const { payload } = await verify(world, await endUserJwt(world, token));
  assert.deepEqual(payload[`${WSO2}role`], ['customer']);
  assert.equal(payload[`${WSO2}emailaddress`], 'p@example.org');
});
