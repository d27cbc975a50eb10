// Messages of a directory: whatever comes is a message or a fault, and never a success that nobody sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ServerFault } from '../../../../functions/userstores/ldap/ldap-fault.ts';
import { messageSize, parseLdapMessage, parsePasswordPolicyError } from '../../../../functions/userstores/ldap/ldap-message.ts';

const element = (tag: number, content: Uint8Array): Buffer => {
  const { length } = content;
  const header = length < 0x80 ? [tag, length] : [tag, 0x84, length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
};
const text = (value: string): Buffer => element(0x04, Buffer.from(value));
const id = element(0x02, Buffer.from([7]));
const message = (operation: Buffer, rest: Buffer = Buffer.alloc(0)): Buffer => element(0x30, Buffer.concat([id, operation, rest]));
const result = (code: readonly number[], ...rest: Buffer[]): Buffer =>
  Buffer.concat([element(0x0a, Buffer.from(code)), text(''), text('80090308: AcceptSecurityContext error, data 533, v3839\0'), ...rest]);

test('a bind response, with long lengths as Active Directory writes them, and a password policy control', () => {
  const control = element(
    0x30,
    Buffer.concat([text('1.3.6.1.4.1.42.2.27.8.5.1'), element(0x04, element(0x30, Buffer.from([0x81, 0x01, 0x01])))]),
  );
  const parsed = parseLdapMessage(message(element(0x61, result([49])), element(0xa0, control)));
  assert.ok(parsed.kind === 'result');
  assert.equal(parsed.id, 7);
  assert.equal(parsed.result.code, 49);
  assert.match(parsed.result.diagnostic, /data 533/);
  assert.equal(parsePasswordPolicyError(parsed.result.controls.get('1.3.6.1.4.1.42.2.27.8.5.1') ?? Buffer.alloc(0)), 1);
});

test('an entry: names in lower case without a range, values as bytes', () => {
  const attribute = (name: string, ...values: Buffer[]): Buffer =>
    element(0x30, Buffer.concat([text(name), element(0x31, Buffer.concat(values))]));
  const guid = Buffer.from('ff00fe', 'hex');
  const list = element(
    0x30,
    Buffer.concat([
      attribute('memberOf;range=0-1', text('a'), text('b')),
      attribute('objectGUID', element(0x04, guid)),
      attribute('__proto__', text('x')),
    ]),
  );
  const parsed = parseLdapMessage(message(element(0x64, Buffer.concat([text('cn=x'), list]))));
  assert.ok(parsed.kind === 'entry');
  assert.equal(parsed.entry.dn, 'cn=x');
  assert.deepEqual([...parsed.entry.attributes.keys()], ['memberof', 'objectguid', '__proto__']);
  assert.deepEqual(parsed.entry.attributes.get('objectguid'), [guid]);
});

test('what has no code, a foreign operation, a cut length or bytes that are no text is a fault', () => {
  const wrong: Readonly<Record<string, Buffer>> = {
    'no content': message(element(0x61, Buffer.alloc(0))),
    'an empty code': message(element(0x61, result([]))),
    'a code of five bytes': message(element(0x61, result([0, 0, 0, 0, 0]))),
    'a code that is a string': message(element(0x61, Buffer.concat([text('0'), text(''), text('')]))),
    'no diagnostic': message(element(0x61, Buffer.concat([element(0x0a, Buffer.from([0])), text('')]))),
    'a request': message(element(0x60, result([0]))),
    'a DN that is not UTF-8': message(element(0x64, Buffer.concat([element(0x04, Buffer.from([0xff])), element(0x30, Buffer.alloc(0))]))),
    'an inner length beyond its outer one': message(Buffer.from([0x61, 0x03, 0x0a, 0x05, 0x00])),
    'something behind that is no control': message(element(0x61, result([0])), Buffer.from([0x04, 0x00])),
  };
  for (const [name, bytes] of Object.entries(wrong)) assert.throws(() => parseLdapMessage(bytes), ServerFault, name);
});

test('any bytes are a message or a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(0x61, 0x64, 0x65, 0x73, 0x78), (noise, tag) => {
      for (const bytes of [Buffer.from(noise), message(element(tag, noise)), message(element(tag, result([0])), Buffer.from(noise))]) {
        try {
          messageSize(bytes);
          parseLdapMessage(bytes);
        } catch (error) {
          assert.ok(error instanceof ServerFault);
        }
      }
    }),
  );
});

test('a valid result with one byte changed never becomes a success', () => {
  const valid = message(element(0x61, result([49])));
  const codeAt = valid.indexOf(Buffer.from([0x0a, 0x01, 49])) + 2;
  for (let at = 0; at < valid.length; at += 1) {
    if (at === codeAt) continue;
    for (const value of [0x00, 0x01, 0x30, 0x61, 0x80, 0xff]) {
      const changed = Buffer.from(valid);
      changed[at] = value;
      try {
        const parsed = parseLdapMessage(changed);
        assert.ok(parsed.kind !== 'result' || parsed.result.code !== 0, `byte ${at} = ${value}`);
      } catch (error) {
        assert.ok(error instanceof ServerFault);
      }
    }
  }
});
