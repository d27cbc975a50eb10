// `tls_client_auth` (RFC 8705 section 2.1): the certificate that API Gateway verified, known by its subject.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseEntry } from '../../../../functions/configuration/entries/parse-entry.ts';
import { comparableCertificateName, parseSubject, subjectNameOf } from '../../../../functions/keys/certificate-subject.ts';
import { tlsClientAuth } from '../../../../functions/token/client-authentication/tls-client-auth.ts';
import { openTokenApi, START_SECONDS, secretDigest } from '../../../support/token-api.ts';
import { type CertificateOptions, newCertificate, OID } from '../../../support/x509.ts';

const SUBJECT: CertificateOptions['subject'] = [[[OID.C, 'US', 0x13]], [[OID.O, 'Exämple, Inc']], [[OID.CN, 'app']]];
/** Of the DER of a certificate. */
const subjectOfCertificate = (der: Buffer) => comparableCertificateName(subjectNameOf(der) ?? []);
const SUBJECT_DN = 'CN=app,O=Exämple\\, Inc,C=US';

function openApi(changes: Readonly<Record<string, unknown>> = {}) {
  const api = openTokenApi();
  api.stores.put('Clients', {
    clientId: 'tls-app',
    tenant: 'my_company',
    authMethods: ['tls_client_auth'],
    grantTypes: ['client_credentials'],
    tlsSubjectDn: SUBJECT_DN,
    ...changes,
  });
  return (certificate: CertificateOptions | undefined, form: Readonly<Record<string, string>> = { client_id: 'tls-app' }, headers = {}) =>
    api.call({
      path: '/oauth2/token',
      form: { grant_type: 'client_credentials', ...form },
      headers,
      ...(certificate !== undefined && {
        clientCertificate: { subjectDN: SUBJECT_DN, clientCertPem: newCertificate(certificate).pem },
      }),
    });
}

test('the certificate of the subject yields a token', async () => {
  const { status, line } = await openApi()({ subject: SUBJECT });
  assert.deepEqual([status, line.clientAuthentication], [200, 'tls_client_auth']);
});

test('a client that does not exist, or whose entry has no subject, is refused by the same work', async () => {
  const request = { parameters: new Map([['client_id', 'nobody']]), authorization: undefined, sourceAddress: '' };
  const { pem } = newCertificate({ subject: SUBJECT });
  const presented = await tlsClientAuth.find({ ...request, clientCertificate: { subjectDn: SUBJECT_DN, pem } });
  assert.deepEqual(await presented?.verify(undefined, START_SECONDS), { kind: 'refused', reason: 'no-client-subject' });
});

test('A74 a certificate in a header is no certificate', async () => {
  const { pem } = newCertificate({ subject: SUBJECT });
  for (const name of ['X-Client-Cert', 'X-Amzn-Mtls-Clientcert', 'X-SSL-CERT', 'X-Forwarded-Client-Cert', 'WSO2-Identity-User']) {
    const { status, line } = await openApi()(undefined, { client_id: 'tls-app' }, { [name]: encodeURIComponent(pem) });
    assert.deepEqual([status, line.reason], [401, 'no-client-authentication']);
  }
});

test('A75 another subject, however much of it is the same, is another client', async () => {
  const send = openApi();
  const subjects: readonly CertificateOptions['subject'][] = [
    [[[OID.CN, 'app']]],
    [[[OID.CN, 'app']], [[OID.O, 'Exämple, Inc']], [[OID.C, 'US', 0x13]]],
    [[[OID.C, 'US']], [[OID.O, 'Exämple']], [[OID.CN, ' Inc,CN=app']]],
    [[[OID.C, 'US']], [[OID.O, 'Exämple, Inc,CN=app']]],
    [[[OID.C, 'US']], [[OID.CN, 'CN=app,O=Exämple\\, Inc']]],
    [[[OID.C, 'US']], [[OID.O, 'Exämple, Inc']], [[OID.CN, 'app\u0000']]],
    [[[OID.C, 'US']], [[OID.O, 'Exämple, Inc']], [[OID.CN, 'app']], [[OID.CN, 'other']]],
    [
      [[OID.C, 'US']],
      [[OID.O, 'Exämple, Inc']],
      [
        [OID.CN, 'app'],
        [OID.UID, '1'],
      ],
    ],
    [[[OID.C, 'US']], [[OID.O, 'Exämple, Inc']], [[OID.UID, 'app']]],
  ];
  for (const subject of subjects) {
    const { status, line } = await send({ ...(subject && { subject }) });
    assert.deepEqual([status, line.reason], [401, 'client-certificate-subject'], JSON.stringify(subject));
  }
});

test('case, blanks and the type of the string make no difference (RFC 4517 section 4.2.11)', async () => {
  const send = openApi();
  for (const cn of [
    ['APP', 0x0c],
    [' app ', 0x13],
    ['app', 0x1e],
    ['ａｐｐ', 0x0c],
  ] as const) {
    assert.equal(
      (await send({ subject: [[[OID.C, 'us', 0x13]], [[OID.O, 'EXÄMPLE,  inc', 0x14]], [[OID.CN, ...cn]]] })).status,
      200,
      cn[0],
    );
  }
});

test('A36 a certificate that is not valid now is refused', async () => {
  const send = openApi();
  for (const dates of [{ validTo: new Date('2029-01-01T00:00:00Z') }, { validFrom: new Date('2031-01-01T00:00:00Z') }]) {
    assert.equal((await send({ subject: SUBJECT, ...dates })).line.reason, 'client-certificate-expired');
  }
});

test('without client_id, for another client, or for one without the method, a certificate proves nothing', async () => {
  assert.equal((await openApi()({ subject: SUBJECT }, {})).status, 401);
  assert.equal((await openApi()({ subject: SUBJECT }, { client_id: 'demo-app' })).status, 401);
  assert.equal((await openApi({ authMethods: ['client_secret_basic'] })({ subject: SUBJECT })).status, 401);
});

test('a certificate that cannot be read is refused', async () => {
  const api = openTokenApi();
  api.stores.put('Clients', {
    clientId: 'tls-app',
    tenant: 'my_company',
    authMethods: ['tls_client_auth'],
    grantTypes: ['client_credentials'],
    tlsSubjectDn: 'CN=app',
  });
  const clientCertificate = { subjectDN: 'CN=app', clientCertPem: 'CN=app' };
  const { line } = await api.call({
    path: '/oauth2/token',
    form: { grant_type: 'client_credentials', client_id: 'tls-app' },
    clientCertificate,
  });
  assert.equal(line.reason, 'client-certificate-malformed');
});

test('a client that may use its secret as well is free to come through mutual TLS with it', async () => {
  const send = openApi({ authMethods: ['client_secret_basic', 'tls_client_auth'], secrets: [{ sha256: secretDigest('s') }] });
  const headers = { Authorization: `Basic ${Buffer.from('tls-app:s').toString('base64')}` };
  assert.equal((await send({ subject: SUBJECT }, {}, headers)).line.clientAuthentication, 'client_secret_basic');
});

test('names as RFC 4514 writes them', () => {
  const same: readonly (readonly [string, string])[] = [
    ['CN=app,O=Example', 'cn = app , o = example'],
    ['CN=a\\,b', 'CN=a\\2Cb'],
    ['CN=\\C3\\A4', 'CN=ä'],
    ['CN=a+UID=1', 'uid=1+cn=A'],
    ['2.5.4.3=app', 'CN=app'],
    ['CN=a\\  ', 'CN=a'],
    ['CN=#0C03617070', 'CN=app'],
    ['emailAddress=a@b,serialNumber=1', '1.2.840.113549.1.9.1=a@b,2.5.4.5=1'],
  ];
  for (const [one, other] of same) assert.equal(parseSubject(one), parseSubject(other), one);
  for (const text of [
    '',
    'app',
    'CN=',
    'CN=app,',
    ',CN=app',
    '/C=US/CN=app',
    'CN=a;b',
    'CN=a"b',
    'XX=1',
    'CN=#0403',
    'CN=\\FF',
    'CN=a\\',
    'CN=a,,O=b',
  ]) {
    assert.equal(parseSubject(text), undefined, text);
  }
});

test('any two values that differ give names that differ, as text and as certificates', () => {
  const inHex = (value: string) => [...Buffer.from(value)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => text.normalize('NFKC').trim() !== '');
  fc.assert(
    fc.property(value, value, (cn, o) => {
      const text = parseSubject(`CN=${inHex(cn)},O=${inHex(o)}`);
      const { pem } = newCertificate({ subject: [[[OID.O, o]], [[OID.CN, cn]]] });
      const prepared = [cn, o].map((part) => part.normalize('NFKC').toLowerCase().trim().replace(/ +/g, ' '));
      assert.equal(text, JSON.stringify([[`cn=${prepared[0]}`], [`o=${prepared[1]}`]]));
      assert.equal(subjectOfCertificate(new X509Certificate(pem).raw), text);
    }),
    { numRuns: 100, seed: 74 },
  );
});

test('whatever bytes come as a certificate, reading the subject returns', () => {
  const { raw } = new X509Certificate(newCertificate({ subject: SUBJECT }).pem);
  fc.assert(
    fc.property(fc.nat({ max: raw.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
      const broken = Buffer.from(raw);
      broken[at] = byte;
      const subject = subjectOfCertificate(broken);
      return subject === undefined || typeof subject === 'string';
    }),
    { numRuns: 500, seed: 75 },
  );
});

test('tlsSubjectDn of an entry is checked when it is written', () => {
  const entry = { tenant: 'my_company', authMethods: ['tls_client_auth'] };
  assert.deepEqual(parseEntry('client', entry), {
    faults: [{ path: 'tlsSubjectDn', expected: 'a subject DN, which tls_client_auth needs' }],
  });
  assert.ok('faults' in parseEntry('client', { ...entry, tlsSubjectDn: '/C=US/CN=app' }));
  assert.ok('entry' in parseEntry('client', { ...entry, tlsSubjectDn: SUBJECT_DN }));
});
