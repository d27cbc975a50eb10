// Hashes of other systems, made by those systems: all of `pässwörd`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CURRENT_COST } from '../../../../functions/userstores/password-hashes/argon2.ts';
import { parsePasswordHash } from '../../../../functions/userstores/password-hashes/index.ts';
import { openLoginFixture } from '../../../support/login-fixture.ts';

const PASSWORD = 'pässwörd';

/** Who made it, and the hash. */
const HASHES: readonly (readonly [string, string])[] = [
  ['passlib bcrypt 2a', '$2a$05$sAsDxH4Jp1W2jApHhYPbC.cla6t.9XVPb31c72xpa5JpAuVS8WW9i'],
  ['passlib bcrypt 2b', '$2b$05$1yHgFJXAOmxDd/iG2gV4rejPkBsryHNgK5kj18gSQPYO9bjQnjss.'],
  ['htpasswd -B', '$2y$06$9xvWRaBJ7xXwvMquZ3sLz.oN2L/lRSfxpfPbRe3X4pDqHOgqlqn0q'],
  ['mkpasswd -m bcrypt-a, in LDIF', '{CRYPT}$2a$05$aLIxDt915gATOVC.NH0YAOtZE.h0aZ3kh4SEmW/yr6XH7rG5XX7.G'],
  ['passlib pbkdf2_sha1', '$pbkdf2$1000$.B.D8N47p7TWmpMSYizF.A$PQpIwFUYd8RBbgTkVjvk8iNi27Q'],
  ['passlib pbkdf2_sha256', '$pbkdf2-sha256$2000$817Lufee0zpnzPnfu5cyJg$CwqWrJBjpWN7vBxDTK36kOvWFW.o2p8TTSt8w7bM184'],
  ['PHC pbkdf2-sha256', '$pbkdf2-sha256$i=2000$817Lufee0zpnzPnfu5cyJg$CwqWrJBjpWN7vBxDTK36kOvWFW+o2p8TTSt8w7bM184'],
  [
    'passlib pbkdf2_sha512',
    '$pbkdf2-sha512$3000$Qsj5XwsBgNAaw7iXEsJYKw$/rN8CK8JDCzVan6VNavnaNfPq9cm213rwArSJO3qFL82AGKgD7a9cLigOgvZaVtkERTq4ynju.M3ncgEi8tB8w',
  ],
  ['Django', 'pbkdf2_sha256$1500$SaIO0wGSzJnN$D3KaN+WItWLE9ZKm+dQ/lgzRS2BDq/hGQ0pwdoy4eEY='],
  ['OpenLDAP pw-pbkdf2', '{PBKDF2}1000$Zcy5l9I6h9Baa.1dC4EwRg$OUJM3BpKrbcyF/S.05lK6Cp3mgg'],
  ['OpenLDAP pw-pbkdf2 SHA-256', '{PBKDF2-SHA256}1000$17q3Vqq1FiLE.J.TspbSmg$bg9UoLNOLeRslhRgw1vXalmKBJWgkqnR5gEF6MkX7bY'],
  [
    'OpenLDAP pw-pbkdf2 SHA-512',
    '{PBKDF2-SHA512}1000$d45RivG.d855D8EYA6AUog$2klIcAaU3cbBbRjV1kI0WK8pMT8IKJLF8cfJjd5GqH41dRhlNlKSc2feC7lI11NQKf8UeS.RyQJcxHqOZCQHAA',
  ],
  ['passlib scrypt', '$scrypt$ln=12,r=8,p=1$Meb8/58T4txb650TAmDsHQ$fZRXtcFOi4/bvTgNIWFSn37TBbMUMgV1goqfrwo3V9w'],
  ['Django scrypt', 'scrypt$4096$seasalt$8$1$iMy4OS6axweBpFnrnnTB1E0Vnm6mTlatCLPsW3xc6MdERowYOKH9w3DzgFuvMFnLghstaxCDjR9J51Z7M+ZenA=='],
  ['slappasswd {SSHA}', '{SSHA}UDHo4cUw0vARhO2M3xBwPEQQR7s9TYVb'],
  ['slappasswd {SHA}', '{SHA}9Rfd8dMqES/xrVXGbRsSyzjn6Pc='],
  ['passlib {SSHA256}', '{SSHA256}75dscFyT7xJ6gqKkt5ra62wlr/Dpkg2r5Sar0+EPLUk15tx7DyGEMA=='],
  ['passlib {SSHA512}', '{SSHA512}pp6wvPPva3L5vak3PohoWZ2KasoGZNY8dfZENKt3k28xy7V9M61wi0s/EtYRkgWfizuj1AFSsrgoTy+oi9oRRTJGSKlVSokR'],
  ['mkpasswd -m sha512crypt', '$6$saltsaltsalt$tE6p/j5tAOMs8OTZcHAMQU8Z266yhgR.33GuDXxh6KRzo9SzlvzwNKE7T4UQ1srHX/IJMhU.kK/qrdRdqiDvZ1'],
];

for (const [maker, stored] of HASHES) {
  test(`${maker}: verifies, is to be replaced, and no other password does`, async () => {
    const hash = parsePasswordHash(stored);
    assert.ok(hash !== 'unreadable');
    assert.equal(hash.isCurrent, false);
    assert.equal(await hash.verify(PASSWORD), true);
    for (const wrong of ['passwörd', `${PASSWORD}\u0000`, `${PASSWORD} `, 'x'.repeat(1024)]) assert.equal(await hash.verify(wrong), false);
  });
}

for (const stored of [
  '$2x$05$sAsDxH4Jp1W2jApHhYPbC.cla6t.9XVPb31c72xpa5JpAuVS8WW9i',
  '$2b$31$1yHgFJXAOmxDd/iG2gV4rejPkBsryHNgK5kj18gSQPYO9bjQnjss.',
  '$2b$05$1yHgFJXAOmxDd/iG2gV4re',
  '$pbkdf2-sha256$9999999$817Lufee0zpnzPnfu5cyJg$CwqWrJBjpWN7vBxDTK36kOvWFW.o2p8TTSt8w7bM184',
  '$pbkdf2-md5$1000$817Lufee0zpnzPnfu5cyJg$CwqWrJBjpWN7vBxDTK36kOvWFW.o2p8TTSt8w7bM184',
  '$pbkdf2-sha256$1000$817Lufee0zpnzPnfu5cyJg$short',
  '$scrypt$ln=24,r=8,p=1$Meb8/58T4txb650TAmDsHQ$fZRXtcFOi4/bvTgNIWFSn37TBbMUMgV1goqfrwo3V9w',
  '$scrypt$ln=17,r=8,p=99$Meb8/58T4txb650TAmDsHQ$fZRXtcFOi4/bvTgNIWFSn37TBbMUMgV1goqfrwo3V9w',
  'scrypt$4095$seasalt$8$1$iMy4OS6axweBpFnrnnTB1E0Vnm6mTlatCLPsW3xc6MdERowYOKH9w3DzgFuvMFnL',
  '{SSHA}9Rfd8dMqES/xrVXGbRsSyzjn6Pc=',
  '{SHA}UDHo4cUw0vARhO2M3xBwPEQQR7s9TYVb',
  '{CLEARTEXT}pässwörd',
  '{CRYPT}saKpo7mYx0tfE',
  '$6$rounds=999999999$salt$tE6p/j5tAOMs8OTZcHAMQU8Z266yhgR.33GuDXxh6KRzo9SzlvzwNKE7T4UQ1srHX/IJMhU.kK/qrdRdqiDvZ1',
  '$1$salt$qJH7.N4xYta3aEG/dfqo/0',
]) {
  test(`unreadable: ${stored.slice(0, 40)}`, () => assert.equal(parsePasswordHash(stored), 'unreadable'));
}

test('sha-crypt of both lengths, with and without rounds, as mkpasswd makes them', async () => {
  for (const [stored, password] of [
    ['$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5', 'Hello world!'],
    ['$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA', 'Hello world!'],
    ['$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1', 'Hello world!'],
    [
      '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
      'Hello world!',
    ],
  ] as const) {
    const hash = parsePasswordHash(stored);
    assert.ok(hash !== 'unreadable', stored);
    assert.equal(await hash.verify(password), true, stored);
    assert.equal(await hash.verify(`${password}!`), false, stored);
  }
});

test('A09 bcrypt: what it would cut off is refused', async () => {
  const { hashSync } = await import('bcryptjs');
  const stored = hashSync('x'.repeat(72), 4);
  const hash = parsePasswordHash(stored);
  assert.ok(hash !== 'unreadable');
  assert.equal(await hash.verify('x'.repeat(72)), true);
  assert.equal(await hash.verify('x'.repeat(73)), false);
  assert.equal(await hash.verify(`${'x'.repeat(72)}${'y'.repeat(200)}`), false);
});

test('the first login replaces a hash of another system by argon2id, a wrong password replaces nothing', async () => {
  for (const [maker, passwordHash] of HASHES) {
    const { login, putUser, stores } = openLoginFixture({ passwordCost: CURRENT_COST });
    putUser('publisher', { passwordHash });
    const stored = async () => {
      const user = await stores.users.findUser('my_company', 'publisher');
      return user !== undefined && user !== 'broken' ? user.passwordHash : undefined;
    };
    assert.equal((await login('publisher', 'wrong')).kind, 'refused', maker);
    assert.equal(await stored(), passwordHash);
    assert.equal((await login('publisher', PASSWORD)).kind, 'authenticated', maker);
    assert.match((await stored()) ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/, maker);
    assert.equal((await login('publisher', PASSWORD)).kind, 'authenticated', maker);
  }
});

test('a hash that can’t be replaced costs the login nothing', async () => {
  const fixture = openLoginFixture();
  const { login, putUser, lines } = openLoginFixture({
    users: { ...fixture.stores.users, replacePasswordHash: () => Promise.reject(new Error('throttled')) },
  });
  putUser('publisher');
  fixture.putUser('publisher', { passwordHash: '{SHA}9Rfd8dMqES/xrVXGbRsSyzjn6Pc=' });
  assert.equal((await login('publisher', PASSWORD)).kind, 'authenticated');
  assert.ok(lines.some(({ event }) => event === 'password-hash-not-replaced'));
});

test('property: whatever follows a known beginning, it is read or it is unreadable', () => {
  const beginnings = [
    '$2b$',
    '$pbkdf2',
    'pbkdf2_sha256$',
    '{PBKDF2',
    '$scrypt$',
    'scrypt$',
    '{SSHA}',
    '{SHA',
    '{CRYPT}',
    '$6$',
    '$5$rounds=',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...beginnings), fc.string({ unit: fc.constantFrom(...'$=,1250aA./+{}ü') }), (beginning, rest) => {
      const hash = parsePasswordHash(beginning + rest);
      assert.ok(hash === 'unreadable' || typeof hash.verify === 'function');
    }),
  );
});
