// Attacks on passwords and client certificates at the authorizer (reference rows A10, A74-A76).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonNameOf } from '../../functions/authorizer/common-name.ts';
import { basic, call, openPeople, PASSWORD_HASH, reason } from '../functions/authorizer/people-world.ts';

test('A76 basic guesses are counted as those at the token API are, and the right password comes too late', async () => {
  const world = openPeople();
  for (let guess = 0; guess < 5; guess++) await call(world, { authorization: basic(`john@my_company:guess ${guess}`) });
  const outcome = await call(world, { authorization: basic('john@my_company:pässword:1') });
  assert.deepEqual(outcome, { status: 401, message: 'Unauthorized' });
  assert.equal(reason(world), 'locked');
  world.advance(301);
  assert.equal((await call(world, { authorization: basic('john@my_company:pässword:1') })).status, 200);
});

test('A10 a password that was right is asked for again: a disabled user is out at once', async () => {
  const world = openPeople();
  const authorization = basic('john@my_company:pässword:1');
  assert.equal((await call(world, { authorization })).status, 200);
  world.stores.put('Users', { tenant: 'my_company', username: 'john', id: 'j-1', passwordHash: PASSWORD_HASH, status: 'disabled' });
  assert.equal((await call(world, { authorization })).status, 401);
});

test('A74 a certificate in a header is no certificate', async () => {
  const world = openPeople();
  const names = [
    'X-Client-Cert',
    'X-SSL-Client-Cert',
    'X-Forwarded-Client-Cert',
    'X-Amzn-Mtls-Clientcert',
    'WSO2-Identity-User',
    'X-WSO2-CLIENT-CERTIFICATE',
  ];
  const headers = Object.fromEntries(names.map((name) => [name, ['CN=john']]));
  assert.equal((await call(world, { headers })).status, 401);
});

test('A75 the CN is read without doubt or not at all', () => {
  const read: [string, string | undefined][] = [
    ['CN=john,O=Example', 'john'],
    ['O=Example, CN=john', 'john'],
    ['cn=john', 'john'],
    ['2.5.4.3=john', 'john'],
    ['CN=Smith\\, John,O=x', 'Smith, John'],
    ['CN=J\\C3\\B6rg', 'Jörg'],
    ['O=a\\,CN=admin,CN=john', 'john'],
    ['O="x",CN=john', undefined],
    ['CN=#04024869', undefined],
    ['CN=', undefined],
    ['CN=john,', undefined],
    ['CN=\\FF', undefined],
    ['CN=a;CN=b', undefined],
    ['CN=a\\', undefined],
  ];
  for (const [dn, expected] of read) assert.equal(commonNameOf(dn), expected, dn);
});
