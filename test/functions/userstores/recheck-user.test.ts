// What a renewal learns of a user who logged in earlier.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndUser } from '../../../functions/configuration/model.ts';
import { issuerDomain } from '../../../functions/configuration/username.ts';
import { type LoginFixture, openLoginFixture } from '../../support/login-fixture.ts';
import { knowsUserx, openRestService } from '../../support/rest-service.ts';

async function recheck({ stores, userstores }: LoginFixture, user: EndUser) {
  const tenant = await stores.tenants.findTenant('my_company');
  assert.ok(tenant !== undefined);
  return userstores.recheckUser(tenant, user);
}

const publisher: EndUser = { tenant: 'my_company', domain: 'PRIMARY', username: 'publisher', id: 'id-of-publisher', roles: [], claims: {} };

test('roles, claims and status are those of now', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher', { roles: ['editor'] });
  const found = await recheck(fixture, publisher);
  assert.ok(found.kind === 'active');
  const { passwordState, ...user } = found.user;
  assert.deepEqual(user, { ...publisher, roles: ['editor'] });
  assert.equal((await recheck(fixture, found.user)).kind, 'active');
  assert.deepEqual(await recheck(fixture, { ...found.user, passwordState: `${passwordState}x` }), {
    kind: 'refused',
    reason: 'password-changed',
  });
  fixture.putUser('publisher', { status: 'disabled' });
  assert.deepEqual(await recheck(fixture, publisher), { kind: 'refused', reason: 'user-disabled' });
  fixture.putUser('publisher', { id: 'id-of-another' });
  assert.deepEqual(await recheck(fixture, publisher), { kind: 'refused', reason: 'user-replaced' });
  fixture.putUser('publisher', { claims: 'wrong' });
  assert.deepEqual(await recheck(fixture, publisher), { kind: 'refused', reason: 'user-entry-wrong' });
  fixture.stores.remove('Users', { tenant: 'my_company', username: 'publisher' });
  assert.deepEqual(await recheck(fixture, publisher), { kind: 'refused', reason: 'user-deleted' });
  assert.deepEqual(await recheck(fixture, { ...publisher, tenant: 'other' }), { kind: 'refused', reason: 'other-tenant' });
});

test('a store that was removed, disabled or written wrong', async (context) => {
  const fixture = openLoginFixture();
  const service = await openRestService(context, knowsUserx);
  const userx = { ...publisher, domain: 'EXTERNAL', username: 'userx' };
  fixture.putStore('EXTERNAL', service.attributes);
  assert.deepEqual(await recheck(fixture, userx), { kind: 'active', user: userx });
  fixture.putStore('EXTERNAL', { ...service.attributes, enabled: false });
  assert.deepEqual(await recheck(fixture, userx), { kind: 'refused', reason: 'store-removed' });
  fixture.putStore('EXTERNAL', { type: 'rest' });
  await assert.rejects(recheck(fixture, userx), { name: 'Unavailable', reason: 'wrong-entry' });
});

test('a user whom an issuer asserted that the tenant no longer trusts', async () => {
  const fixture = openLoginFixture();
  const alice = { ...publisher, domain: issuerDomain('https://idp.example.org/'), username: 'alice' };
  assert.deepEqual(await recheck(fixture, alice), { kind: 'refused', reason: 'store-removed' });
});

test('A36 a user of an issuer is active for as long as the issuer is enabled', async () => {
  const fixture = openLoginFixture();
  const alice = { ...publisher, domain: issuerDomain('https://idp.example.org/'), username: 'alice' };
  const issuer = { tenant: 'my_company', entry: 'issuer#https://idp.example.org/', type: 'jwt', audiences: ['api'], use: ['jwt-bearer'] };
  const jwksUri = 'https://idp.example.org/keys';
  fixture.stores.put('Tenants', { ...issuer, jwksUri });
  assert.deepEqual(await recheck(fixture, alice), { kind: 'active', user: alice });
  fixture.stores.put('Tenants', { ...issuer, jwksUri, enabled: false });
  assert.deepEqual(await recheck(fixture, alice), { kind: 'refused', reason: 'store-removed' });
});

test('a suspended tenant has no active users', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  fixture.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', status: 'suspended' });
  assert.deepEqual(await recheck(fixture, publisher), { kind: 'refused', reason: 'tenant-suspended' });
});

test('A13 A93 wrong guesses stop no renewal: whom they have locked is active, and who is disabled meanwhile is refused', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  for (let guess = 0; guess < 6; guess += 1) await fixture.login('publisher', 'wrong');
  assert.equal((await fixture.login('publisher', 'publisher-pass')).kind, 'locked');
  assert.equal((await recheck(fixture, publisher)).kind, 'active');
  fixture.putUser('publisher', { status: 'disabled' });
  assert.deepEqual(await recheck(fixture, publisher), { kind: 'refused', reason: 'user-disabled' });
});
