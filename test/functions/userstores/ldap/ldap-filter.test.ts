// Filters of entries (RFC 4515): what is one, what is refused and how, and that a value never changes a filter's shape.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BerWriter, FilterParser } from 'ldapts';
import { FilterFault, parseLdapFilter } from '../../../../functions/configuration/entries/ldap-filter.ts';
import { parseEntry } from '../../../../functions/configuration/entries/parse-entry.ts';
import { buildFilter, withoutName } from '../../../../functions/userstores/ldap/build-filter.ts';

const bytesOf = (filter: { write(writer: BerWriter): void }): Buffer => {
  const writer = new BerWriter();
  filter.write(writer);
  return writer.buffer;
};
const built = (text: string, username = 'joe'): Buffer =>
  bytesOf(buildFilter(parseLdapFilter(text, ['username', 'dn']), { username, dn: 'cn=x' }));

test('filters mean what another parser says that they mean', () => {
  for (const text of [
    '(uid=joe)',
    '(&(objectClass=person)(|(uid=joe)(mail=joe)))',
    '(!(title=former))',
    '(mail=*)',
    '(cn=a*b*c)',
    '(cn=*b*)',
    '(whenCreated>=20200101)',
    '(accountExpires<=5)',
    '(cn~=jo)',
    '(member:1.2.840.113556.1.4.1941:=cn=x)',
    '(cn:dn:2.5.13.5:=x)',
    '(cn=\\28\\29\\2a\\5c)',
  ]) {
    assert.deepEqual(built(text), bytesOf(FilterParser.parseString(text)), text);
  }
});

test('what is no filter is refused with what was expected', () => {
  for (const text of [
    '',
    'uid=joe',
    '(uid=joe',
    '(uid=joe))',
    '()',
    '(&)',
    '(!(a=b)(c=d))',
    '(uid)',
    '(=x)',
    '(u id=x)',
    '(uid=(x)',
    '(uid=\\zz)',
    '(uid={user})',
    '(uid={username)',
    '(:=x)',
    '(cn:rule:=a*b)',
    '('.repeat(40),
  ]) {
    assert.throws(() => parseLdapFilter(text, ['username']), FilterFault, text);
  }
});

test('A02 whatever is typed, the filter keeps its shape and the value is exactly what was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (name) => {
      const value = Buffer.from(name);
      const expected = Buffer.concat([
        Buffer.from([0xa3]),
        lengthOf(value.length + headerSize(value.length) + 5),
        Buffer.from([0x04, 0x03]),
        Buffer.from('uid'),
        Buffer.from([0x04]),
        lengthOf(value.length),
        value,
      ]);
      assert.deepEqual(built('(uid={username})', name), expected);
    }),
  );
});

const lengthOf = (length: number): Buffer =>
  Buffer.from(length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]);
const headerSize = (length: number): number => 1 + lengthOf(length).length;

test('any text is a filter or a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'()&|!=*\\{}<>~:aé0 ', '{username}') }), (text) => {
      try {
        built(text);
      } catch (error) {
        assert.ok(error instanceof FilterFault, text);
      }
    }),
  );
});

test('without the name, the other conditions stay', () => {
  const filter = parseLdapFilter('(&(objectClass=person)(|(uid={username})(mail={username}))(!(title=former)))', ['username']);
  assert.deepEqual(
    bytesOf(buildFilter(withoutName(filter), {})),
    bytesOf(FilterParser.parseString('(&(objectClass=person)(|(uid=*)(mail=*))(!(title=former)))')),
  );
});

test('an entry says at which attribute it contradicts itself', () => {
  const entry = { type: 'ldap', urls: ['ldaps://dc1.example.org'], preset: 'openldap', userSearchBase: 'dc=example,dc=org' };
  const faultsOf = (attributes: Record<string, unknown>): string => {
    const parsed = parseEntry('userstore', { ...entry, ...attributes });
    return 'faults' in parsed ? parsed.faults.map(({ path }) => path).join() : '';
  };
  assert.equal(faultsOf({}), '');
  assert.equal(faultsOf({ userSearchFilter: '(&(a={username})(b=c))' }), '');
  assert.equal(faultsOf({ userSearchFilter: '(uid=joe)' }), 'userSearchFilter');
  assert.equal(faultsOf({ userSearchFilter: '(!(uid={username}))' }), 'userSearchFilter');
  assert.equal(faultsOf({ userSearchFilter: '(uid={username}*)' }), 'userSearchFilter');
  assert.equal(faultsOf({ userSearchFilter: '(uid={dn})' }), 'userSearchFilter');
  assert.equal(faultsOf({ preset: undefined }), 'userSearchFilter');
  assert.equal(faultsOf({ groups: { mode: 'search', filter: '(member={dn}' } }), 'groups.filter');
  assert.equal(faultsOf({ groups: { mode: 'nested' }, roles: { staff: 'x' } }), 'groups.mode');
  assert.equal(faultsOf({ groups: { mode: 'none' }, roles: { staff: 'x' } }), 'groups.mode');
  assert.equal(faultsOf({ preset: undefined, userSearchFilter: '(uid={username})', roles: { staff: 'x' } }), 'groups.mode');
  assert.equal(faultsOf({ caPem: 'not a certificate' }), 'caPem');
  assert.equal(faultsOf({ claims: { mail: 'not an attribute!' } }), 'claims.mail');
});
