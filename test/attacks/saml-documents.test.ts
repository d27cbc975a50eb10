// A46 to A48 and A80: hostile XML.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { verifyAssertion } from '../../functions/token/saml/verify-assertion.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { assertionXml, attributeXml, base64url, openSamlApi, signAssertion, subjectXml } from '../support/saml-assertions.ts';
import { START_SECONDS } from '../support/token-api.ts';
import { newCertificate } from '../support/x509.ts';

async function refusalOf(xml: string): Promise<unknown> {
  const { status, json, line } = await openSamlApi().redeem(xml);
  assert.deepEqual([status, json.error], [400, 'invalid_grant']);
  return line.reason;
}

const signed = () => signAssertion(assertionXml());
const _SIGNED_INFO = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s;

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
    return leastCpuMs(5, () => assert.throws(() => verifyAssertion(large, tenant, START_SECONDS), { reason: 'assertion-signature' }));
  };
  const one = await fastest(others.slice(0, 1));
  assert.ok((await fastest(others)) < 4 * one);
});

test('A80 attributes called __proto__ and constructor are names like any other', async () => {
  const statements = `<saml:AttributeStatement>${attributeXml('__proto__', 'polluted')}${attributeXml('constructor', 'x')}</saml:AttributeStatement>`;
  const { api, redeem } = openSamlApi({ claims: { a: '__proto__', b: 'constructor', c: 'toString' } });
  const { json } = await redeem(signAssertion(assertionXml({ statements })));
  const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
  assert.deepEqual(grant?.user?.claims, { a: 'polluted', b: 'x' });
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});
