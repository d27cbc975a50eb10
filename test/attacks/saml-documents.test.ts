// A45 to A51: hostile XML, and signatures that prove nothing.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { parseEntry } from '../../functions/shared/entries/index.ts';
import { verifyAssertion } from '../../functions/token/saml/verify-assertion.ts';
import {
  ALGORITHMS,
  assertionXml,
  attributeXml,
  base64url,
  IDP_CERTIFICATE,
  openSamlApi,
  SAML_AUDIENCE,
  signAssertion,
  subjectXml,
} from '../support/saml-assertions.ts';
import { START_SECONDS } from '../support/token-api.ts';
import { newCertificate } from '../support/x509.ts';

async function refusalOf(xml: string, issuer: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const { redeem } = openSamlApi(issuer);
  const { status, json, line } = await redeem(xml);
  assert.deepEqual([status, json.error], [400, 'invalid_grant']);
  return line.reason;
}

const signed = () => signAssertion(assertionXml());
const SIGNED_INFO = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s;

test('A45 two SignedInfo elements, in either order, with a forged digest in one', async () => {
  const xml = signed();
  const info = SIGNED_INFO.exec(xml)?.[0] ?? '';
  const forged = info.replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${'A'.repeat(43)}=`);
  for (const both of [info + forged, forged + info]) {
    assert.equal(await refusalOf(xml.replace(info, both)), 'assertion-signature-profile');
  }
});

test('A45 a comment in DigestValue', async () => {
  assert.equal(await refusalOf(signed().replace('<ds:DigestValue>', '<ds:DigestValue><!--forged-->')), 'assertion-forbidden-markup');
});

test('A45 a second value hidden below KeyInfo, where xml-crypto looks by local name', async () => {
  for (const name of ['SignatureValue', 'SignatureMethod', 'CanonicalizationMethod', 'SignedInfo', 'DigestValue', 'Reference']) {
    const hidden = `<ds:KeyInfo><x:${name} xmlns:x="urn:x">AAAA</x:${name}></ds:KeyInfo></ds:Signature>`;
    assert.equal(await refusalOf(signed().replace('</ds:Signature>', hidden)), 'assertion-signature-profile', name);
  }
});

test('A46 what parsers read differently is refused before the signature is looked at', async () => {
  const hostile: readonly (readonly [from: string, to: string])[] = [
    ['<saml:Subject>', '<saml:Subject><![CDATA[x]]>'],
    ['Version="2.0"', 'Version="2.0" Version="2.0"'],
    ['Version="2.0"', 'Version=2.0'],
    ['>alice<', '>alice&unknown;<'],
    ['>alice<', '>alice&<'],
    ['</saml:Assertion>', ''],
    ['</saml:Assertion>', '</saml:Assertion></saml:Assertion>'],
    ['</saml:Assertion>', '</saml:Assertion>trailing'],
    ['</saml:Assertion>', '</saml:Assertion><saml:Assertion/>'],
    ['<saml:Assertion', 'leading<saml:Assertion'],
    ['>alice<', '>alice&#0;<'],
    ['>alice<', '>alice&#xFFFE;<'],
    ['>alice<', '>alice\u0001<'],
    ['>alice<', '>alice]]><'],
    ['Version="2.0"', 'Version="2.0<"'],
    ['Version="2.0"', 'Version="2.0" y:b="1"'],
    ['<saml:Subject>', '<y:b/><saml:Subject>'],
    ['</saml:Subject>', '</saml:Subject >x</saml:Subject>'],
  ];
  for (const [from, to] of hostile) {
    const xml = signed();
    assert.ok(xml.includes(from), from);
    assert.match(String(await refusalOf(xml.replace(from, to))), /^assertion-(unreadable|forbidden-markup|nested-assertions)$/, to);
  }
});

test('A46 text that is no UTF-8, or says that it is something else', async () => {
  const { api } = openSamlApi();
  const latin1 = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${signed()}`, 'latin1').toString('base64url');
  const invalid = Buffer.concat([Buffer.from(signed()), Buffer.from([0xff])]).toString('base64url');
  for (const assertion of [latin1, invalid, '!', 'a b', `${latin1}===`]) {
    const { status, json } = await api.token(
      { grant_type: 'urn:ietf:params:oauth:grant-type:saml2-bearer', assertion },
      { Authorization: `Basic ${Buffer.from('saml-app:secret').toString('base64')}` },
    );
    assert.deepEqual([status, json.error], [400, 'invalid_grant']);
  }
});

test('A47 a comment or CDATA that cuts NameID in two', async () => {
  const boss = signAssertion(assertionXml({ subject: subjectXml('boss@example.org.evil.example') }));
  for (const cut of ['<!---->', '<!--x-->', '<![CDATA[]]>', '<?x?>']) {
    assert.equal(await refusalOf(boss.replace('example.org.evil', `example.org${cut}.evil`)), 'assertion-forbidden-markup');
  }
});

test('A47 an element inside NameID, a line break, a control or a format character', async () => {
  for (const name of ['boss<saml:x/>.evil', 'boss\n.evil', 'boss&#10;evil', 'boss&#x202E;live', 'boss&#9;evil', 'boss\u00a0evil']) {
    assert.match(
      String(await refusalOf(signAssertion(assertionXml({ subject: subjectXml(name) })))),
      /^assertion-(no-name-id|username)$/,
      name,
    );
  }
});

test('A48 DOCTYPE, entities and processing instructions, in front, inside and behind', async () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
  const external = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>';
  for (const markup of [bomb, external, '<!doctype x>', '<?xml-stylesheet href="x"?>', '<?php ?>']) {
    const xml = signed();
    for (const document of [markup + xml, xml + markup, xml.replace('<saml:Subject>', `<saml:Subject>${markup}`)]) {
      assert.equal(await refusalOf(document), 'assertion-forbidden-markup');
    }
  }
  assert.equal(await refusalOf(`<?xml version="1.0"?><?xml version="1.0"?>${signed()}`), 'assertion-forbidden-markup');
});

test('A48 transforms other than the two, more of them, or in another order', async () => {
  const { enveloped, exclusive } = ALGORITHMS;
  const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
  for (const transforms of [
    [exclusive],
    [enveloped],
    [exclusive, enveloped],
    [enveloped, exclusive, exclusive],
    [enveloped, inclusive],
    [enveloped, `${exclusive}WithComments`],
  ]) {
    assert.equal(await refusalOf(signAssertion(assertionXml(), { transforms })), 'assertion-signature-profile', transforms.join());
  }
  for (const transform of [
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
    'http://www.w3.org/TR/1999/REC-xpath-19991116',
    'http://www.w3.org/2002/06/xmldsig-filter2',
  ]) {
    assert.equal(await refusalOf(signed().replace(enveloped, transform)), 'assertion-signature-profile');
  }
  assert.equal(await refusalOf(signAssertion(assertionXml(), { canonicalization: inclusive })), 'assertion-signature-profile');
});

test('A48 depth, number of elements and size are bounded, at little cost', async () => {
  const deep = '<x>'.repeat(5000) + '</x>'.repeat(5000);
  const wide = '<x/>'.repeat(5000);
  const started = performance.now();
  for (const content of [deep, wide]) {
    assert.equal(await refusalOf(assertionXml({ statements: content })), 'assertion-too-large');
  }
  const { redeem } = openSamlApi();
  assert.equal((await redeem(assertionXml({ statements: ' '.repeat(60_000) }))).status, 413);
  assert.ok(performance.now() - started < 5000);
});

test('A48 ten certificates cost no more digests than one', async () => {
  const others = Array.from({ length: 10 }, () => newCertificate({ keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) }).pem);
  const large = base64url(signAssertion(assertionXml({ statements: '<x a="1"/>'.repeat(1800) })));
  const fastest = async (certificates: readonly string[]): Promise<number> => {
    const tenant = await openSamlApi({ certificates }).api.stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      assert.throws(() => verifyAssertion(large, tenant, START_SECONDS), { reason: 'assertion-signature' });
      return performance.now() - started;
    });
    return Math.min(...times);
  };
  const one = await fastest(others.slice(0, 1));
  assert.ok((await fastest(others)) < 4 * one);
});

test('A49 an encrypted assertion, alone and in an unsigned response', async () => {
  const encrypted = '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><x/></saml:EncryptedAssertion>';
  assert.equal(await refusalOf(encrypted), 'assertion-not-an-assertion');
  const response = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${encrypted}${signed()}</samlp:Response>`;
  assert.equal(await refusalOf(response), 'assertion-nested-assertions');
  assert.equal(await refusalOf(response.replace(encrypted, '')), 'assertion-not-an-assertion');
});

test('A50 no signature, an empty one, or one of another namespace', async () => {
  assert.equal(await refusalOf(assertionXml()), 'assertion-signature-profile');
  for (const signature of ['<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>', '<Signature/>']) {
    assert.equal(await refusalOf(assertionXml().replace('</saml:Issuer>', `</saml:Issuer>${signature}`)), 'assertion-signature-profile');
  }
  assert.equal(await refusalOf(signed().replaceAll('http://www.w3.org/2000/09/xmldsig#"', 'urn:x"')), 'assertion-signature-profile');
  assert.equal(await refusalOf(signed().replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>')), 'assertion-signature-profile');
});

test('A50 a reference to nothing, or to something else than the assertion', async () => {
  const xml = signed();
  for (const uri of ['', '#_other', '#xpointer(/)', "#' or '1'='1", 'http://127.0.0.1/', 'file:///etc/passwd']) {
    assert.equal(await refusalOf(xml.replace(/URI="[^"]*"/, `URI="${uri}"`)), 'assertion-signature-profile', uri);
  }
  assert.equal(await refusalOf(xml.replace(/ URI="[^"]*"/, '')), 'assertion-signature-profile');
  const subjectOnly = signAssertion(assertionXml(), { reference: "//*[local-name(.)='Subject']" });
  assert.equal(await refusalOf(subjectOnly), 'assertion-signature-profile');
});

test('A51 a certificate in KeyInfo is not believed', async () => {
  const attacker = newCertificate({ keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) });
  assert.equal(await refusalOf(signAssertion(assertionXml(), { certificate: attacker, withKeyInfo: true })), 'assertion-signature');
});

test('A51 SHA-1, as digest and as signature', async () => {
  const { sha1, rsaSha1 } = ALGORITHMS;
  assert.equal(await refusalOf(signAssertion(assertionXml(), { digestAlgorithm: sha1 })), 'assertion-signature-profile');
  assert.equal(await refusalOf(signAssertion(assertionXml(), { signatureAlgorithm: rsaSha1 })), 'assertion-signature-profile');
});

test('A51 the public key as the secret of an HMAC', async () => {
  for (const hmac of ['http://www.w3.org/2000/09/xmldsig#hmac-sha1', 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256']) {
    assert.equal(await refusalOf(signed().replace(ALGORITHMS.rsaSha256, hmac)), 'assertion-signature-profile');
  }
});

test('A51 an RSA key of 1024 bits, or a key that is not RSA, is a fault of the entry', () => {
  const weak = newCertificate({ keys: generateKeyPairSync('rsa', { modulusLength: 1024 }) });
  const curve = newCertificate({ keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }) });
  const entry = (certificates: readonly string[]) => ({ type: 'saml', certificates, audience: SAML_AUDIENCE, recipient: SAML_AUDIENCE });
  assert.ok('entry' in parseEntry('issuer', entry([IDP_CERTIFICATE.pem])));
  assert.deepEqual(parseEntry('issuer', entry([IDP_CERTIFICATE.pem, weak.pem])), {
    faults: [{ path: 'certificates.1', expected: 'an RSA key of at least 2048 bits' }],
  });
  assert.deepEqual(parseEntry('issuer', entry([curve.pem])), {
    faults: [{ path: 'certificates.0', expected: 'a key for RS256 or RS512 or PS256' }],
  });
});

test('A80 attributes called __proto__ and constructor are names like any other', async () => {
  const statements = `<saml:AttributeStatement>${attributeXml('__proto__', 'polluted')}${attributeXml('constructor', 'x')}</saml:AttributeStatement>`;
  const { api, redeem } = openSamlApi({ claims: { a: '__proto__', b: 'constructor', c: 'toString' } });
  const { json } = await redeem(signAssertion(assertionXml({ statements })));
  const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
  assert.deepEqual(grant?.user?.claims, { a: 'polluted', b: 'x' });
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});
