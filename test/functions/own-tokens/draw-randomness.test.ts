import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawRandomness } from '../../../functions/own-tokens/draw-randomness.ts';
import { newGrantId, newOpaqueAccessToken, newRefreshFamily, newRefreshToken } from '../../../functions/own-tokens/opaque-token.ts';

test('what is drawn for an issue is given once, and never more of it than there is', () => {
  const random = drawRandomness();
  const given = Array.from({ length: 96 / 4 }, () => random.text(4));
  assert.equal(new Set(given).size, given.length, 'four equal bytes among so few are a fault');
  assert.throws(() => random.bytes(1));
  assert.throws(() => drawRandomness().text(97));
  assert.throws(() => random.text(1), 'and none is given after that');
});

test('the tokens of one issue share no randomness, nor do those of two', () => {
  const issue = () => {
    const random = drawRandomness();
    const id = newGrantId(random);
    const family = newRefreshFamily(random);
    return [id, family, newOpaqueAccessToken(id, random).slice(26), newRefreshToken(id, family, random).slice(48)];
  };
  const parts = [...issue(), ...issue()];
  // 16 bytes are 22 characters and 32 are 43: all of each is compared.
  assert.deepEqual(
    parts.map(({ length }) => length),
    [22, 22, 43, 43, 22, 22, 43, 43],
  );
  const pieces = parts.flatMap((part) => [
    Buffer.from(part, 'base64url').toString('hex', 0, 8),
    Buffer.from(part, 'base64url').toString('hex', 8, 16),
  ]);
  assert.equal(new Set(pieces).size, pieces.length);
});
