// A Node without argon2: an outage that says so by name, in the same way for everybody, and a function that starts.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';
import { hashPassword, parsePasswordHash, spendPasswordWork } from '../../../functions/userstores/password-hashes/index.ts';
import { type Argon2, argon2Failure, requireArgon2 } from '../../../functions/userstores/password-hashes/require-argon2.ts';

const missing = { name: 'Unavailable', dependency: 'node:crypto', reason: 'argon2-not-supported' };

test('a Node that does not know it, and one whose OpenSSL can not do it, are outages by name; other errors stay what they are', () => {
  assert.throws(() => requireArgon2({}), missing);
  assert.equal(requireArgon2(crypto), crypto.argon2);
  const refused = Object.assign(new Error('Argon2 algorithm not supported'), { code: 'ERR_CRYPTO_ARGON2_NOT_SUPPORTED' });
  assert.throws(() => {
    throw argon2Failure(refused);
  }, missing);
  const other = Object.assign(new Error('x'), { code: 'ERR_OUT_OF_RANGE' });
  assert.equal(argon2Failure(other), other);
});

test('without it no login is answered: not one that is right, not one that is wrong, not one of nobody', async (t) => {
  const stored = parsePasswordHash(await hashPassword('right'));
  assert.ok(stored !== 'unreadable');
  const own = crypto.argon2;
  const replace = (argon2: Argon2 | undefined) =>
    Object.defineProperty(crypto, 'argon2', { value: argon2, configurable: true, writable: true });
  t.after(() => replace(own));
  const throwing = (() => {
    throw Object.assign(new Error('x'), { code: 'ERR_CRYPTO_ARGON2_NOT_SUPPORTED' });
  }) as unknown as Argon2;
  for (const argon2 of [undefined, throwing]) {
    replace(argon2);
    await assert.rejects(stored.verify('right'), missing);
    await assert.rejects(stored.verify('wrong'), missing);
    await assert.rejects(spendPasswordWork('nobody'), missing);
    await assert.rejects(hashPassword('new'), missing);
  }
});
