// What the page on coming from WSO2 says of passwords, run: its line turns a row of WSO2's user table into a hash that
// verifies.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parsePasswordHash } from '../../functions/userstores/password-hashes/index.ts';
import { readText } from '../support/repository-files.ts';

test('a password of the JDBC userstore verifies as {SSHA256}, and no other does', async () => {
  const [, code = ''] = /^```js\n([\s\S]*?)^```$/m.exec(readText('infra/admin/WSO2.md')) ?? [];
  const salt = 'dGhlIHNhbHQ=';
  // As its JDBCUserStoreManager prepares a password: the digest of password and salt, as texts one after the other.
  const stored = createHash('sha256').update(`gate house ü${salt}`).digest('base64');
  const passwordHash: unknown = new Function('UM_USER_PASSWORD', 'UM_SALT_VALUE', `${code}; return passwordHash;`)(stored, salt);
  const hash = parsePasswordHash(String(passwordHash));
  assert.ok(hash !== 'unreadable');
  assert.deepEqual([await hash.verify('gate house ü'), await hash.verify('gate house')], [true, false]);
  assert.equal(hash.isCurrent, false, 'the first login replaces it');
});
