// The reader of BER, which directories and certificates go through: total, and never past the end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { berSize, berText, readAllBer, readBer } from '../../../functions/keys/ber.ts';

const element = (tag: number, content: Uint8Array): Buffer => {
  const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};

test('what was written is read, one after the other', () => {
  const items = fc.array(fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 400 })), { maxLength: 8 });
  fc.assert(
    fc.property(items, (written) => {
      const read = readAllBer(Buffer.concat(written.map(([tag, content]) => element(tag, content))));
      assert.deepEqual(
        read?.map(({ tag, content }) => [tag, content.toString('hex')]),
        written.map(([tag, content]) => [tag, Buffer.from(content).toString('hex')]),
      );
    }),
    { seed: 690 },
  );
});

test('any bytes give elements that are in them, or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
      const bytes = Buffer.from(noise);
      const read = readBer(bytes);
      if (read !== undefined) assert.ok(bytes.subarray(bytes.length - read.rest.length - read.content.length).indexOf(read.content) === 0);
      const all = readAllBer(bytes);
      assert.ok(all === undefined || all.every(({ content }) => content.length <= bytes.length));
      if (all?.[0] !== undefined) berText(all[0]);
    }),
    { numRuns: 1000, seed: 691 },
  );
});

test('an indefinite length, one of five bytes, and one beyond the end are none; a header that is not whole may still come', () => {
  for (const hex of ['3080', '30850000000000', '308401000000', '3003ff', '30'])
    assert.equal(readBer(Buffer.from(hex, 'hex')), undefined, hex);
  assert.equal(berSize(Buffer.from('3080', 'hex')), undefined);
  for (const hex of ['', '30', '3082', '308201']) assert.equal(berSize(Buffer.from(hex, 'hex')), 'incomplete', hex);
  assert.deepEqual(berSize(Buffer.from('30820102', 'hex')), { headerBytes: 4, contentBytes: 258 });
});
