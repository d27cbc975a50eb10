// argon2 in PHC string format, against hashes that the reference implementation's command line has made.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashPassword, parsePasswordHash } from '../../../../functions/userstores/password-hashes/index.ts';
import { PUBLISHER_HASH } from '../../../support/login-fixture.ts';

const parse = (stored: string) => {
  const hash = parsePasswordHash(stored);
  assert.ok(hash !== 'unreadable', stored);
  return hash;
};

test('hashes of the reference implementation verify', async () => {
  assert.equal(await parse(PUBLISHER_HASH).verify('publisher-pass'), true);
  assert.equal(await parse(PUBLISHER_HASH).verify('publisher-pas'), false);
  assert.equal(parse(PUBLISHER_HASH).isCurrent, true);
  // printf 'pässwörd' | argon2 somesaltsomesalt -i -t 3 -k 4096 -p 2 -l 16 -e
  const older = parse('$argon2i$v=19$m=4096,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$50sNm9h15Vdxzr2cssp2Rw');
  assert.equal(await older.verify('pässwörd'), true);
  assert.equal(older.isCurrent, false);
});

test('a new hash has the parameters of OWASP and a salt of its own', async () => {
  const [one, other] = await Promise.all([hashPassword('päss'), hashPassword('päss')]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(one, other);
  assert.equal(parse(one).isCurrent, true);
  assert.equal(await parse(one).verify('päss'), true);
  assert.equal(await parse(one).verify('pass'), false);
});

for (const stored of [
  '',
  '$',
  'plain',
  '$argon2id$',
  '$argon2d$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Q$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w',
  '$argon2id$v=16$m=19456,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Q$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w',
  '$argon2id$v=19$m=1048576,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Q$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w',
  '$argon2id$v=19$m=65536,t=99,p=1$Z2F0ZWhvdXNlLXRlc3Q$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w',
  '$argon2id$v=19$m=8,t=1,p=2$Z2F0ZWhvdXNlLXRlc3Q$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w',
  '$argon2id$v=19$m=19456,t=0,p=1$Z2F0ZWhvdXNlLXRlc3Q$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w',
  '$argon2id$v=19$m=19456,t=2,p=1$$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w',
  '$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Q$',
  '$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Q$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w$more',
]) {
  test(`unreadable, and no work is done for it: ${stored || '(empty)'}`, () => {
    assert.equal(parsePasswordHash(stored), 'unreadable');
  });
}

test('property: whatever an operator writes, it is read or it is unreadable', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `$argon2id$${text}`),
        fc.string().map((text) => PUBLISHER_HASH + text),
      ),
      (stored) => {
        const hash = parsePasswordHash(stored);
        assert.ok(hash === 'unreadable' || typeof hash.verify === 'function');
      },
    ),
  );
});
