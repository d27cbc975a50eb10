import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import * as jose from 'jose';
import type { EndUser } from '../../../functions/configuration/model.ts';
import { tokenDigest } from '../../../functions/keys/jwt.ts';
import type { CheckedAccessToken } from '../../../functions/own-tokens/access-token.ts';
import { createAccessTokenCheck } from '../../../functions/own-tokens/check-access-token.ts';
import { newGrantId, newOpaqueAccessToken } from '../../../functions/own-tokens/opaque-token.ts';
import { signAccessToken } from '../../../functions/own-tokens/sign-access-token.ts';
import type { Grant } from '../../../functions/storage/grant.ts';
import { openMemoryStores } from '../../support/memory-stores.ts';

const NOW = 1_800_000_000;
const ISSUER = 'https://issuer.example';
const USER: EndUser = { tenant: 'my_company', domain: 'EXTERNAL', username: 'userx', id: 'u-1', roles: ['customer'], claims: {} };

const TENANT = { tenant: 'my_company', entry: 'tenant' };
const CLIENT = { clientId: 'app', tenant: 'my_company' };

/** @param isTenantKnown whether the check has seen a token of the tenant: then a JWT is proven by its grant, and else by its signature */
async function openWorld({ isTenantKnown = false } = {}) {
  const stores = openMemoryStores({ clock: () => NOW * 1000 });
  stores.put('Tenants', TENANT);
  stores.put('Tenants', { tenant: 'my_company', entry: 'scope#order:write' });
  stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  stores.put('Clients', CLIENT);
  const check = createAccessTokenCheck({ ...stores, issuer: ISSUER });

  /** A grant with its live token, opaque or JWT. */
  async function issue(format: 'opaque' | 'jwt', changes: Partial<Grant> = {}, issuer = ISSUER) {
    const id = newGrantId();
    const times = { scopes: ['order:write'], issuedAtSeconds: NOW, expiresAtSeconds: NOW + 3600 };
    const grant = {
      id,
      tenant: 'my_company',
      clientId: 'app',
      grantType: 'password',
      user: USER,
      generation: 0,
      issuedAtSeconds: NOW,
      ...changes,
    };
    const tenant = await stores.tenants.findTenant('my_company');
    const signer = (await stores.signingKeys()).signer('access-token', 'RS256', NOW);
    assert.ok(tenant && signer);
    const token = format === 'opaque' ? newOpaqueAccessToken(id) : signAccessToken(signer, { issuer, tenant, grant, access: times });
    const stored = { scopes: ['order:write'], access: { ...times, digest: tokenDigest(token) }, ...grant };
    await stores.grants.insertGrant(stored);
    return { token, grant: stored };
  }
  const reasonOf = async (token: string, atSeconds = NOW) => said(await check(token, atSeconds));
  if (isTenantKnown) assert.equal(await reasonOf((await issue('jwt')).token), 'live');
  return { stores, check, issue, reasonOf };
}

const said = (checked: CheckedAccessToken) => (checked.kind === 'live' ? 'live' : checked.reason);

for (const [name, format, given] of [
  ['opaque', 'opaque', {}],
  ['jwt', 'jwt', {}],
  ['jwt, proven by its grant', 'jwt', { isTenantKnown: true }],
] as const) {
  test(`${name}: a live token stands for its grant`, async () => {
    const { check, issue } = await openWorld(given);
    const { token, grant } = await issue(format);
    for (let again = 0; again < 2; again++) {
      const checked = await check(token, NOW + 3599);
      assert.ok(checked.kind === 'live');
      const { tenant, client, ...rest } = checked.token;
      assert.deepEqual([tenant.name, client.clientId], ['my_company', 'app']);
      assert.deepEqual(rest, {
        format,
        digest: tokenDigest(token),
        grantId: grant.id,
        user: USER,
        scopes: ['order:write'],
        resources: [],
        issuedAtSeconds: NOW,
        expiresAtSeconds: NOW + 3600,
        ...(format === 'jwt' && { jti: `${grant.id}.0` }),
      });
    }
  });

  test(`${name}: A83 revoked, expired or replaced is dead, seen before or not`, async () => {
    const { stores, issue, reasonOf } = await openWorld(given);
    const { token, grant } = await issue(format);
    assert.equal(await reasonOf(token), 'live');
    assert.notEqual(await reasonOf(token, NOW + 3600), 'live');
    const next = { ...grant, generation: 1, access: { ...grant.access, digest: tokenDigest('another') } };
    assert.equal(await stores.grants.rotateGrant(grant, next), true);
    assert.equal(await reasonOf(token), 'token-replaced');
    await stores.grants.deleteGrant(grant);
    assert.equal(await reasonOf(token), 'no-such-grant');
  });

  test(`${name}: a replaced token serves for the grace, and no longer`, async () => {
    const { stores, issue, reasonOf } = await openWorld(given);
    const { token, grant } = await issue(format);
    await stores.grants.rotateGrant(grant, {
      ...grant,
      generation: 1,
      access: { ...grant.access, digest: tokenDigest('another') },
      previous: { refreshDigest: 'r', access: grant.access, rotatedAtSeconds: NOW + 100, sealedResponse: 's' },
    });
    assert.equal(await reasonOf(token, NOW + 129), 'live');
    assert.equal(await reasonOf(token, NOW + 130), 'token-replaced');
  });

  test(`${name}: tenant and client must be there, active, and each other’s, at every use`, async () => {
    const { stores, issue, reasonOf } = await openWorld(given);
    const { token } = await issue(format);
    const withTenant = async (item: object) => {
      stores.put('Tenants', { ...TENANT, ...item });
      const reason = await reasonOf(token);
      stores.put('Tenants', TENANT);
      return reason;
    };
    const withClient = async (item: object) => {
      stores.put('Clients', { ...CLIENT, ...item });
      const reason = await reasonOf(token);
      stores.put('Clients', CLIENT);
      return reason;
    };
    assert.equal(await withTenant({ status: 'suspended' }), 'tenant-suspended');
    assert.equal(await withTenant({ tokensNotBefore: NOW + 1 }), 'before-tokens-not-before');
    assert.equal(await withTenant({ tokensNotBefore: NOW }), 'live');
    assert.equal(await withTenant({ status: 'wrong entry' }), 'no-such-tenant');
    assert.equal(await withClient({ status: 'suspended' }), 'client-suspended');
    assert.equal(await withClient({ tokensNotBefore: NOW + 1 }), 'before-tokens-not-before');
    assert.equal(await withClient({ tenant: 'other' }), 'client-of-another-tenant');
    assert.equal(await withClient({ tenant: 'NOT A TENANT' }), 'no-such-client');
    assert.equal(await reasonOf(token), 'live');
  });

  test(`${name}: A78 a table that does not answer is thrown, never an answer`, async () => {
    const { stores, issue, check } = await openWorld(given);
    const { token } = await issue(format);
    assert.equal(said(await check(token, NOW)), 'live');
    for (const part of ['Tokens', 'Tenants', 'Clients'] as const) {
      stores.failing.add(part);
      await assert.rejects(check(token, NOW), { name: 'Unavailable', dependency: 'dynamodb' }, part);
      stores.failing.delete(part);
    }
  });
}

test('A33 what is not an access token of ours is dead: refresh tokens, end-user JWTs, other issuers, foreign signatures', async () => {
  const { stores, issue, reasonOf } = await openWorld();
  const { token, grant } = await issue('opaque');
  const others = [
    '',
    'x'.repeat(100_000),
    token.replace('gat_', 'grt_'),
    `grt_${grant.id}${randomBytes(48).toString('base64url')}`,
    token.slice(0, -1),
    `${token}A`,
    (await issue('jwt', {}, 'https://another.example')).token,
  ];
  const endUserJwtKey = (await stores.signingKeys()).signer('end-user-jwt', 'RS256', NOW);
  const accessTokenKey = (await stores.signingKeys()).signer('access-token', 'RS256', NOW);
  assert.ok(endUserJwtKey && accessTokenKey);
  const claims = jose.decodeJwt((await issue('jwt')).token);
  for (const [key, typ] of [
    [endUserJwtKey, 'at+jwt'],
    [endUserJwtKey, 'JWT'],
    [accessTokenKey, 'JWT'],
    [accessTokenKey, 'AT+JWT'],
  ] as const) {
    others.push(await new jose.SignJWT(claims).setProtectedHeader({ typ, alg: key.alg, kid: key.kid }).sign(key.privateKey));
  }
  for (const other of others) assert.notEqual(await reasonOf(other), 'live', other.slice(0, 60));
  assert.equal(await reasonOf(newOpaqueAccessToken(grant.id)), 'token-replaced', 'the right grant, another secret');
});

test('the claims of a JWT access token are those of RFC 9068 section 2.2, and the user is not in it', async () => {
  const { issue } = await openWorld();
  const { token, grant } = await issue('jwt');
  assert.deepEqual(jose.decodeProtectedHeader(token).typ, 'at+jwt');
  assert.deepEqual(jose.decodeJwt(token), {
    iss: ISSUER,
    sub: 'EXTERNAL/u-1@my_company',
    aud: ISSUER,
    client_id: 'app',
    iat: NOW,
    exp: NOW + 3600,
    jti: `${grant.id}.0`,
    scope: 'order:write',
    tenant: 'my_company',
    aut: 'APPLICATION_USER',
    username: 'EXTERNAL/userx@my_company',
  });
});

test('offline: a JWT is believed without its grant until it expires; an opaque token never is', async () => {
  const { stores, issue, reasonOf } = await openWorld();
  const before = await issue('jwt');
  stores.put('Tenants', { ...TENANT, jwtRevocation: 'offline' });
  const jwt = await issue('jwt');
  const opaque = await issue('opaque');
  for (const { grant } of [before, jwt, opaque]) await stores.grants.deleteGrant(grant);
  stores.failing.add('Tokens');
  assert.equal(await reasonOf(jwt.token, NOW + 3599), 'live');
  assert.equal(await reasonOf(jwt.token, NOW + 3600), 'expired');
  assert.equal(await reasonOf(before.token), 'issued-before-offline', 'nobody could say who the user is');
  await assert.rejects(reasonOf(opaque.token), { name: 'Unavailable' });
  stores.put('Tenants', { ...TENANT, jwtRevocation: 'offline', tokensNotBefore: NOW + 1 });
  assert.equal(await reasonOf(jwt.token), 'before-tokens-not-before');
});
