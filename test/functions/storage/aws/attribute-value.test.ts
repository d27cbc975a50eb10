import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { attributesOf, plainItem, plainOf } from '../../../../functions/storage/aws/attribute-value.ts';

test('what the console, the CLI and other tools write is read: sets as lists, numbers as numbers', () => {
  const item = plainItem({
    text: { S: '' },
    whole: { N: '3600' },
    fraction: { N: '-1.5E1' },
    yes: { BOOL: true },
    nothing: { NULL: true },
    names: { SS: ['a', 'b'] },
    numbers: { NS: ['1', '2'] },
    list: { L: [{ S: 'a' }, { M: { inner: { BOOL: false } } }] },
  });
  assert.deepEqual(item, {
    text: '',
    whole: 3600,
    fraction: -15,
    yes: true,
    nothing: null,
    names: ['a', 'b'],
    numbers: [1, 2],
    list: ['a', { inner: false }],
  });
});

test('a number beyond what JavaScript holds stays text, which no entry takes', () => {
  for (const N of ['9007199254740993', '1E+125', '-99999999999999999999999999999999999999']) assert.equal(plainOf({ N }), N);
});

test('A80 a key __proto__ is an own member and nothing else', () => {
  const attributes = JSON.parse('{"__proto__":{"M":{"admin":{"BOOL":true}}}}');
  const item = plainItem(attributes);
  assert.deepEqual(Object.keys(item), ['__proto__']);
  assert.equal('admin' in item, false);
  assert.deepEqual(Object.keys(attributesOf(JSON.parse('{"__proto__":{"admin":true}}'))), ['__proto__']);
});

test('any JSON comes back as it went in', () => {
  const leaf = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.integer(), fc.double({ noNaN: true, min: -1e15, max: 1e15 }));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (item) => {
      const plain = JSON.parse(JSON.stringify(item));
      assert.deepEqual(JSON.parse(JSON.stringify(plainItem(attributesOf(plain)))), plain);
    }),
  );
});

test('reading never throws, however deep, and for types that come later', () => {
  let deep: AttributeValue = { L: [] };
  for (let level = 0; level < 5000; level++) deep = { L: [deep] };
  assert.doesNotThrow(() => plainItem({ deep }));
  const later: AttributeValue = { $unknown: ['V', [1, 2]] };
  assert.deepEqual(plainItem({ later, list: { L: [later] } }), { later: undefined, list: [undefined] });
});
