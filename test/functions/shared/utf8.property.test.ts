// UTF-8 as TextDecoder reads it where it is strict: whatever the bytes, both say the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeUtf8 } from '../../../functions/shared/utf8.ts';

function decodeStrictly(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes that are special in UTF-8: beginnings and ends of sequences, overlong forms, surrogates, a byte order mark, NUL. */
const special = fc.constantFrom(0x00, 0x7f, 0x80, 0xbb, 0xbf, 0xc0, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff);

test('decodes what is UTF-8, byte order marks included, and nothing else', () => {
  const bytes = fc.oneof(
    fc.array(fc.oneof(special, fc.nat(255)), { maxLength: 12 }).map((array) => Buffer.from(array)),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, (given) => assert.equal(decodeUtf8(given), decodeStrictly(given))),
    { numRuns: 2000 },
  );
  assert.equal(decodeUtf8(Buffer.from('\uFEFFname')), '\uFEFFname');
  assert.equal(decodeUtf8(Buffer.from([0xed, 0xa0, 0x80])), undefined);
  assert.equal(decodeUtf8(Buffer.alloc(0)), '');
});
