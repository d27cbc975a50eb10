// A45 and A48 to A51: signatures that prove nothing.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { ALGORITHMS, assertionXml, IDP_CERTIFICATE, openSamlApi, SAML_AUDIENCE, signAssertion } from '../support/saml-assertions.ts';
import { newCertificate } from '../support/x509.ts';

async function refusalOf(xml: string): Promise<unknown> {
  const { status, json, line } = await openSamlApi().redeem(xml);
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

test('A44 a signature that is not right below the assertion, and a second one anywhere', async () => {
  const inStatement = signAssertion(assertionXml(), {
    location: { reference: "//*[local-name(.)='AttributeStatement']", action: 'append' },
  });
  assert.equal(await refusalOf(inStatement), 'assertion-signature-profile');
  const other = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>';
  const signedOver = signAssertion(assertionXml().replace('</saml:AttributeValue>', `${other}</saml:AttributeValue>`));
  assert.equal(await refusalOf(signedOver), 'assertion-signature-profile');
  assert.equal(await refusalOf(signAssertion(signed())), 'assertion-signature-profile');
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
