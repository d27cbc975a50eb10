// Passwords and client certificates at the authorizer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, restRequest, type World } from './authorizer-world.ts';
import { basic, call, certificate, openPeople, PASSWORD_HASH, reason } from './people-world.ts';

test('basic: the name says the tenant, the password ends nowhere and may have any character', async () => {
  const world = openPeople();
  for (const name of ['john@my_company', 'JOHN@MY_COMPANY', 'PRIMARY/john@my_company']) {
    assert.equal((await call(world, { authorization: basic(`${name}:pässword:1`) })).status, 200, name);
  }
  for (const [text, why] of [
    ['john:pässword:1', 'no-tenant'],
    ['john@other:pässword:1', 'unknown-tenant'],
    ['john@my_company:wrong', 'wrong-password'],
    ['john@my_company:', 'empty-password'],
    ['jane@my_company:pässword:1', 'unknown-user'],
    ['EXTERNAL/john@my_company:pässword:1', 'unknown-user'],
    ['no colon', 'malformed-basic'],
  ] as const) {
    assert.equal((await call(world, { authorization: basic(text) })).status, 401, text);
    assert.equal(reason(world), why, text);
  }
  for (const authorization of ['Basic', 'Basic ', 'Basic %%%', 'Basic /w==', `Basic ${'A'.repeat(8000)}`]) {
    assert.equal((await call(world, { authorization })).status, 401, authorization.slice(0, 20));
  }
});

test('one or more blanks follow the scheme, in whatever case it is written', async () => {
  const world = openPeople();
  const token = await world.issue({ format: 'jwt' });
  const [, encoded = ''] = basic('john@my_company:pässword:1').split(' ');
  for (const [scheme, credentials] of [
    ['Bearer', token],
    ['Basic', encoded],
  ] as const) {
    for (const written of [scheme, scheme.toLowerCase(), scheme.toUpperCase()])
      for (const blanks of [' ', '  ', ' '.repeat(40)])
        assert.equal((await call(world, { authorization: `${written}${blanks}${credentials}` })).status, 200, `${written}${blanks}`);
    for (const separator of ['', '\t', '\u00a0', ':', ',', '+'])
      assert.equal((await call(world, { authorization: `${scheme}${separator}${credentials}` })).status, 401, JSON.stringify(separator));
  }
  for (const nothing of ['Bearer', 'Bearer ', 'Bearer   ', 'Basic', 'Basic  ', ' ', ''])
    assert.equal((await call(world, { authorization: nothing })).status, 401, JSON.stringify(nothing));
});

test('basic: permissions come from roles; scopes too, where only they are named', async () => {
  const authorization = basic('john@my_company:pässword:1');
  const statusOf = async (rule: Record<string, unknown>) =>
    (await call(openPeople({ resources: [{ path: '/*', ...rule }] }), { authorization })).status;
  assert.equal(await statusOf({ permissions: ['/permission/order/write'] }), 200);
  assert.equal(await statusOf({ permissions: ['/permission/admin'] }), 403);
  assert.equal(await statusOf({ scopes: ['order:write'] }), 200);
  assert.equal(await statusOf({ scopes: ['order:write', 'undefined-scope'] }), 403);
});

test('what a rule does not allow is as if it had not been sent', async () => {
  const token = async (world: World) => bearer(await world.issue());
  const withRule = (handlers: unknown) => openPeople({ resources: [{ path: '/*', handlers }] });
  const john = basic('john@my_company:pässword:1');
  for (const [handlers, ok] of [
    [['oauth2'], 'bearer'],
    [['basic'], 'basic'],
    [['certificate'], 'certificate'],
  ] as const) {
    const world = withRule(handlers);
    const sent = { bearer: { authorization: await token(world) }, basic: { authorization: john }, certificate: certificate('CN=john') };
    for (const [name, options] of Object.entries(sent)) {
      assert.equal((await call(world, options)).status, name === ok ? 200 : 401, `${handlers} ${name}`);
      if (name !== ok) assert.equal(reason(world), 'no-credential');
    }
  }
  // A wrong password where passwords are not taken is no wrong password: the certificate decides, and nothing is counted.
  const world = withRule(['certificate']);
  for (let guess = 0; guess < 7; guess++) {
    assert.equal((await call(world, { ...certificate('CN=john'), authorization: basic('john@my_company:wrong') })).status, 200);
  }
});

test('a credential in the request comes before the certificate of the connection, and is not made good by it', async () => {
  const world = openPeople();
  const own = await call(world, { ...certificate('CN=john'), authorization: bearer(await world.issue()) });
  assert.ok(own.status === 200);
  assert.equal(own.context.endUser, 'EXTERNAL/userx@my_company');
  assert.equal((await call(world, { ...certificate('CN=john'), authorization: 'Bearer rubbish' })).status, 401);
});

test('certificate: every form of CN, and the user must exist', async () => {
  const world = openPeople();
  for (const cn of ['john', 'PRIMARY/john', 'john@my_company', 'PRIMARY/john@my_company', 'JOHN@my_company']) {
    const outcome = await call(world, certificate(`CN=${cn},OU=People,O=Example`));
    assert.ok(outcome.status === 200, cn);
    assert.equal(outcome.context.endUser, 'john@my_company');
  }
  for (const [subject, why] of [
    ['CN=jane', 'unknown-user'],
    ['CN=SECONDARY/john', 'unknown-user'],
    ['CN=john@elsewhere', 'no-such-tenant'],
    ['O=Example', 'certificate-names-nobody'],
    ['CN=john,CN=admin', 'certificate-names-nobody'],
    ['CN=john+CN=admin', 'certificate-names-nobody'],
    // A75: separators that are none before they are normalised.
    ['CN=john＠my_company', 'certificate-names-nobody'],
    ['CN=PRIMARY／john', 'certificate-names-nobody'],
    ['', 'certificate-names-nobody'],
  ] as const) {
    assert.equal((await call(world, certificate(subject))).status, 401, subject);
    assert.equal(reason(world), why, subject);
  }
  world.stores.put('Users', { tenant: 'my_company', username: 'john', id: 'j-1', passwordHash: PASSWORD_HASH, status: 'disabled' });
  assert.equal((await call(world, certificate('CN=john'))).status, 401);
  assert.equal(reason(world), 'user-disabled');
});

test('certificate: the issuer’s CN must be listed, except under exempt paths or where nobody asks', async () => {
  const foreign = certificate('CN=john', 'CN=Another CA,O=Our CA');
  const strict = openPeople();
  assert.equal((await call(strict, foreign)).status, 401);
  assert.equal(reason(strict), 'issuer-not-listed');
  assert.equal((await call(openPeople({ certificates: { validateIssuer: false } }), foreign)).status, 200);
  const exempt = openPeople({ certificates: { issuerCns: ['Our CA'], exemptPaths: ['/menu'] } });
  assert.equal((await call(exempt, foreign)).status, 200);
  assert.equal((await call(exempt, { ...foreign, path: '/pizzashack/1.0.0/menu/x' })).status, 401);
  assert.equal((await call(openPeople({ certificates: {} }), certificate('CN=john'))).status, 401);
});

test('certificate: an API whose entry says nothing of certificates takes none', async () => {
  const world = openPeople({ certificates: undefined });
  assert.equal((await call(world, certificate('CN=john'))).status, 401);
  assert.equal(reason(world), 'no-credential');
});

test('certificate: of two entries for a place, the one that counts has to take them', async () => {
  const world = openPeople();
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#another', resources: [{ path: '/*' }] });
  assert.equal((await call(world, certificate('CN=john@my_company'))).status, 401);
  assert.equal(reason(world), 'no-certificates-here');
});

test('a store that does not answer is a failure for passwords and certificates alike', async () => {
  const world = openPeople();
  world.stores.failing.add('Users');
  assert.equal((await call(world, { authorization: basic('john@my_company:pässword:1') })).status, 500);
  assert.equal((await call(world, certificate('CN=john'))).status, 500);
  assert.equal((await world.call(restRequest({ authorization: bearer(await world.issue()) }))).status, 200);
});
