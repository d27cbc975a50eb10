// What the bytes of a directory mean: names that compare equal, ids, claims, account states.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comparableName, parseDistinguishedName } from '../../../../functions/keys/distinguished-name.ts';
import { uniqueId, uniqueIdBytes } from '../../../../functions/userstores/ldap/attribute-values.ts';
import type { LdapEntry } from '../../../../functions/userstores/ldap/ldap-message.ts';
import { readClaims } from '../../../../functions/userstores/ldap/user-claims.ts';

const entry = (attributes: Readonly<Record<string, string | Buffer | readonly string[]>>): LdapEntry => ({
  dn: 'cn=x',
  attributes: new Map(
    Object.entries(attributes).map(([name, value]) => [
      name.toLowerCase(),
      Buffer.isBuffer(value) ? [value] : [value].flat().map((text) => Buffer.from(text)),
    ]),
  ),
});

test('two writings of one DN compare equal (RFC 4514)', () => {
  for (const [one, other] of [
    ['CN=Staff,DC=example,DC=org', 'cn = staff , dc=EXAMPLE,dc=org'],
    ['cn=a\\,b,dc=org', 'cn=a\\2cb,dc=org'],
    ['cn=J\\c3\\b6rg,dc=org', 'cn=Jörg,dc=org'],
    ['cn=x+ou=y,dc=org', 'ou=y+cn=x,dc=org'],
    ['2.5.4.3=x,dc=org', 'CN=x,0.9.2342.19200300.100.1.25=org'],
    ['cn=two  blanks,dc=org', 'cn=two blanks,dc=org'],
    ['cn=x;dc=org', 'cn=x,dc=org'],
    ['cn=#04024869,dc=org', 'cn=Hi,dc=org'],
    ['cn=\\#a,dc=org', 'cn=\\23a,dc=org'],
  ] as const) {
    assert.notEqual(comparableName(one), undefined, one);
    assert.equal(comparableName(one), comparableName(other), `${one} | ${other}`);
  }
});

test('different DNs do not, and what is no DN is none', () => {
  assert.notEqual(comparableName('cn=a,dc=b,dc=org'), comparableName('cn=a\\,dc=b,dc=org'));
  assert.notEqual(comparableName('cn=a+ou=b,dc=org'), comparableName('cn=a\\+ou=b,dc=org'));
  assert.notEqual(comparableName('cn=a,dc=org'), comparableName('ou=a,dc=org'));
  assert.notEqual(comparableName('cn=a,ou=b'), comparableName('ou=b,cn=a'));
  assert.notEqual(comparableName('cn=#04024869,dc=org'), comparableName('cn=\\#04024869,dc=org'));
  for (const text of ['cn=#', 'cn=#zz', 'cn=#0403', 'cn=#0402486900', 'cn=#02010a', 'cn=\\FF'])
    assert.equal(parseDistinguishedName(text), undefined, text);
  for (const text of ['staff', '=x', 'cn=x,', 'cn=x,y', 'c n=x', 'cn="x"', 'cn=<x>', 'cn=x\\', '1.=x'])
    assert.equal(parseDistinguishedName(text), undefined, text);
});

test('any value can be a part of a DN, and comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (value, other) => {
      if (value.trim() === '') return;
      const escaped = Buffer.from(value).toString('hex').replace(/../g, '\\$&');
      assert.equal(parseDistinguishedName(`cn=${escaped},dc=org`)?.[0]?.[0]?.value, Buffer.from(value).toString().trim());
      comparableName(other);
    }),
  );
});

test('an objectGUID is the UUID that Windows shows, and leads back to its bytes', () => {
  const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  assert.equal(uniqueId(entry({ objectGUID: bytes }), 'objectGUID'), '33221100-5544-7766-8899-aabbccddeeff');
  assert.deepEqual(uniqueIdBytes('33221100-5544-7766-8899-aabbccddeeff', 'objectguid'), bytes);
});

test('ids lead back to the bytes they came from, whatever these are', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 32 }),
      fc.constantFrom('entryUUID', 'objectGUID', 'objectSid', 'employeeNumber'),
      (noise, name) => {
        const bytes = Buffer.from(noise);
        const id = uniqueId(entry({ [name]: bytes }), name);
        if (id === undefined || (name === 'objectGUID' && bytes.length !== 16)) return;
        assert.equal(uniqueIdBytes(id, name).toString('latin1').toLowerCase(), bytes.toString('latin1').toLowerCase());
      },
    ),
  );
});

test('an id that begins with # leads back to itself, and not to what its digits mean', () => {
  for (const text of ['#1', '#', '#abcd', '##'])
    assert.equal(uniqueIdBytes(uniqueId(entry({ employeeNumber: text }), 'employeeNumber') ?? '', 'employeeNumber').toString(), text);
});

test('a user has one id: none and two are no id', () => {
  assert.equal(uniqueId(entry({}), 'entryUUID'), undefined);
  assert.equal(uniqueId(entry({ entryUUID: ['a', 'b'] }), 'entryUUID'), undefined);
  assert.equal(uniqueId(entry({ entryUUID: '' }), 'entryUUID'), undefined);
});

test('claims: one value, a list, bytes as base64, nothing where there is nothing, and what is too much is left out whole and named', () => {
  const user = entry({
    cn: 'Joe',
    mail: ['a@x', 'b@x'],
    jpegPhoto: 'looks like text',
    bytes: Buffer.from([0xff, 0xfe]),
    nul: 'a\0b',
    note: 'x'.repeat(4097),
    list: ['short', 'x'.repeat(4097)],
    many: Array.from({ length: 501 }, (_, at) => String(at)),
    most: Array.from({ length: 500 }, (_, at) => String(at)),
    'userCertificate;binary': Buffer.from('30', 'hex'),
  });
  const names = ['CN', 'mail', 'jpegPhoto', 'bytes', 'nul', 'note', 'list', 'many', 'most', 'userCertificate', 'sn'];
  const { claims, leftOut } = readClaims(
    user,
    names.map((name) => [name, name]),
  );
  const { most, ...rest } = claims;
  assert.deepEqual(rest, {
    CN: 'Joe',
    mail: ['a@x', 'b@x'],
    jpegPhoto: Buffer.from('looks like text').toString('base64'),
    bytes: '//4=',
    nul: Buffer.from('a\0b').toString('base64'),
    userCertificate: 'MA==',
  });
  assert.equal(most?.length, 500);
  assert.deepEqual(leftOut, ['note', 'list', 'many']);
  const part = { ...user, moreFrom: new Map([['mail', 2]]) };
  assert.deepEqual(readClaims(part, [['mail', 'mail']]), { claims: {}, leftOut: ['mail'] });
});
