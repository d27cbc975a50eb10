// Attacks on passwords and client certificates at the authorizer (reference rows A10, A74-A76).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW_SECONDS } from '../functions/authorizer/authorizer-world.ts';
import { type KindOptions, restRequestEvent } from '../functions/authorizer/event-kinds.ts';
import { basic, call, certificate, openPeople, PASSWORD_HASH, reason } from '../functions/authorizer/people-world.ts';
import { type CertificateOptions, newCertificate, OID, type SubjectAttribute } from '../support/x509.ts';

test('A76 basic guesses are counted as those at the token API are, and the right password comes too late', async () => {
  const world = openPeople();
  for (let guess = 0; guess < 5; guess++) await call(world, { authorization: basic(`john@my_company:guess ${guess}`) });
  const outcome = await call(world, { authorization: basic('john@my_company:pässword:1') });
  assert.deepEqual(outcome, { status: 401, message: 'Unauthorized' });
  assert.equal(reason(world), 'locked');
  world.advance(301);
  assert.equal((await call(world, { authorization: basic('john@my_company:pässword:1') })).status, 200);
});

test('A10 a password that was right is asked for again: a disabled user is out at once', async () => {
  const world = openPeople();
  const authorization = basic('john@my_company:pässword:1');
  assert.equal((await call(world, { authorization })).status, 200);
  world.stores.put('Users', { tenant: 'my_company', username: 'john', id: 'j-1', passwordHash: PASSWORD_HASH, status: 'disabled' });
  assert.equal((await call(world, { authorization })).status, 401);
});

test('A74 a certificate in a header is no certificate', async () => {
  const world = openPeople();
  const names = [
    'X-Client-Cert',
    'X-SSL-Client-Cert',
    'X-Forwarded-Client-Cert',
    'X-Amzn-Mtls-Clientcert',
    'WSO2-Identity-User',
    'X-WSO2-CLIENT-CERTIFICATE',
  ];
  const headers = Object.fromEntries(names.map((name) => [name, ['CN=john']]));
  assert.equal((await call(world, { headers })).status, 401);
});

const issuedBy = 'CN=Our CA,O=Example';

/** What becomes of a certificate whose text says `CN=john`, and itself something else. */
async function outcomeOf(certificate: CertificateOptions, pem?: string) {
  const world = openPeople();
  const clientCertificate = { subjectDN: 'CN=john', issuerDN: issuedBy, certificate, ...(pem !== undefined && { pem }) };
  const { status } = await call(world, { clientCertificate });
  return [status, reason(world)];
}

test('A75 the CN is read without doubt or not at all', async () => {
  const named = (...values: readonly SubjectAttribute[][]) => outcomeOf({ subject: values });
  assert.deepEqual(await named([[OID.C, 'US', 0x13]], [[OID.CN, 'john']]), [200, 'rule-met']);
  for (const tag of [0x0c, 0x13, 0x14, 0x16, 0x1e]) assert.deepEqual(await named([[OID.CN, 'john', tag]]), [200, 'rule-met'], `${tag}`);
  // An attribute that nobody reads may be of any type.
  assert.deepEqual(await named([[OID.O, '12', 0x12]], [[OID.CN, 'john']]), [200, 'rule-met']);
  for (const subject of [
    [],
    [[[OID.O, 'Example']]],
    [[[OID.CN, 'john']], [[OID.CN, 'admin']]],
    [
      [
        [OID.CN, 'john'],
        [OID.CN, 'admin'],
      ],
    ],
    [[[OID.CN, '']]],
    [[[OID.CN, ' john']]],
    [[[OID.CN, 'john\u0000']]],
    [[[OID.CN, 'john', 0x12]]],
  ] as SubjectAttribute[][][])
    assert.deepEqual(await named(...subject), [401, 'certificate-names-nobody'], JSON.stringify(subject));
});

test('A75 a CN that would become another name is nobody’s: full width, ligatures, separators that are none', async () => {
  for (const name of ['ｊｏｈｎ', 'ｊohn', 'joℎn', 'john＠my_company', 'PRIMARY／john', 'ﬁona', 'john﹫my_company', '𝐣ohn', 'joһn\u2024x'])
    assert.deepEqual(await outcomeOf({ subject: [[[OID.CN, name]]] }), [401, 'certificate-names-nobody'], name);
  // Accents in either of their two writings are one name to everybody.
  const world = openPeople();
  world.stores.put('Users', { tenant: 'my_company', username: 'jörg', id: 'j-2', passwordHash: PASSWORD_HASH, roles: [] });
  for (const form of ['NFC', 'NFD']) assert.equal((await call(world, certificate(`CN=${'jörg'.normalize(form)}`))).status, 200, form);
});

test('A110 a subject is read from the certificate, whatever the text beside it says', async () => {
  for (const [subject, text] of [
    [[[[OID.O, 'x,CN=john']]], 'O=x,CN=john'],
    [[[[OID.O, 'x\nCN=john']]], 'O=x\nCN=john'],
    [[[[OID.O, 'x+CN=john']]], 'CN=john'],
    [[[[OID.OU, 'CN=john']]], 'CN=john,OU=CN\\=john'],
  ] as [SubjectAttribute[][], string][]) {
    const world = openPeople();
    const clientCertificate = { subjectDN: text, issuerDN: issuedBy, certificate: { subject } };
    assert.equal((await call(world, { clientCertificate })).status, 401, text);
    assert.equal(reason(world), 'certificate-names-nobody');
  }
  const world = openPeople();
  const other = { subjectDN: 'CN=admin', issuerDN: issuedBy, certificate: { subject: [[[OID.CN, 'john']]] } } as const;
  const outcome = await call(world, { clientCertificate: other });
  assert.ok(outcome.status === 200 && outcome.context.endUser === 'john@my_company');
});

test('A110 so is the issuer', async () => {
  for (const [issuer, status] of [
    [[[[OID.CN, 'Our CA']]], 200],
    [[[[OID.CN, 'Another CA']]], 401],
    [[[[OID.O, 'x,CN=Our CA']]], 401],
    [[[[OID.CN, 'Another CA']], [[OID.O, 'CN=Our CA']]], 401],
  ] as [SubjectAttribute[][], number][])
    assert.equal((await outcomeOf({ subject: [[[OID.CN, 'john']]], issuer }))[0], status, JSON.stringify(issuer));
});

test('A110 a certificate is good between its dates, at the moment of use', async () => {
  const at = (seconds: number) => new Date((NOW_SECONDS + seconds) * 1000);
  for (const [validFrom, validTo, expected] of [
    [at(-60), at(60), [200, 'rule-met']],
    [at(0), at(0), [200, 'rule-met']],
    [at(-86_400), at(-1), [401, 'client-certificate-expired']],
    [new Date('2020-01-01T00:00:00Z'), new Date('2021-01-01T00:00:00Z'), [401, 'client-certificate-expired']],
    [at(1), at(86_400), [401, 'client-certificate-expired']],
  ] as const)
    assert.deepEqual(await outcomeOf({ validFrom, validTo }), expected, `${validFrom.toISOString()} ${validTo.toISOString()}`);
  // A connection outlives its certificate: the same event, later.
  const world = openPeople();
  const options = { clientCertificate: { ...certificate('CN=john').clientCertificate, certificate: { validTo: at(100) } } };
  const event = restRequestEvent(options as KindOptions);
  assert.equal((await world.call(event)).status, 200);
  world.advance(101);
  assert.equal((await world.call(event)).status, 401);
});

test('A110 what is no certificate is a bad credential, and no failure', async () => {
  const { pem } = newCertificate();
  for (const text of [
    '',
    'CN=john',
    pem.slice(0, 200),
    pem.replace('MII', 'AAA'),
    '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----',
  ])
    assert.deepEqual(await outcomeOf({}, text), [401, 'client-certificate-malformed'], text.slice(0, 40));
});
