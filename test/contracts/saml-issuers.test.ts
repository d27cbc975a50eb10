// Assertions that other people's software made and signed: xmlsec1 (libxml2) and pysaml2. They run where those are
// installed; .ci/run installs them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { skipWithout } from '../support/required-part.ts';
import {
  ALGORITHMS,
  assertionXml,
  attributeXml,
  IDP,
  IDP_CERTIFICATE,
  instant,
  openSamlApi,
  SAML_AUDIENCE,
  SAML_RECIPIENT,
  subjectXml,
} from '../support/saml-assertions.ts';

const PYTHON = '/usr/bin/python3';
const runs = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const noXmlsec1 = runs('xmlsec1', '--version') ? false : 'xmlsec1 is not installed';
const noPysaml2 = noXmlsec1 || (runs(PYTHON, '-c', 'import saml2') ? false : 'python3-pysaml2 is not installed');

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-saml-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const keyFile = file('idp.key', IDP_CERTIFICATE.privateKeyPem);
const certFile = file('idp.pem', IDP_CERTIFICATE.pem);

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** The template that xmlsec1 fills in. */
function signatureTemplate(id: string, signatureMethod: string, digestMethod: string): string {
  const transforms = [ALGORITHMS.enveloped, ALGORITHMS.exclusive].map((algorithm) => `<ds:Transform Algorithm="${algorithm}"/>`);
  return `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
    <ds:SignedInfo>
      <ds:CanonicalizationMethod Algorithm="${ALGORITHMS.exclusive}"/>
      <ds:SignatureMethod Algorithm="${signatureMethod}"/>
      <ds:Reference URI="#${id}"><ds:Transforms>${transforms.join('')}</ds:Transforms><ds:DigestMethod Algorithm="${digestMethod}"/><ds:DigestValue/></ds:Reference>
    </ds:SignedInfo>
    <ds:SignatureValue/>
    <ds:KeyInfo><ds:X509Data/></ds:KeyInfo>
  </ds:Signature>`;
}

function xmlsec1(
  xml: string,
  id: string,
  signatureMethod: string = ALGORITHMS.rsaSha256,
  digestMethod: string = ALGORITHMS.sha256,
): string {
  const template = xml.replace('</saml:Issuer>', `</saml:Issuer>\n  ${signatureTemplate(id, signatureMethod, digestMethod)}`);
  const output = join(folder, `${id}.signed.xml`);
  const idAttribute = 'urn:oasis:names:tc:SAML:2.0:assertion:Assertion';
  run('xmlsec1', [
    '--sign',
    '--privkey-pem',
    `${keyFile},${certFile}`,
    '--id-attr:ID',
    idAttribute,
    '--output',
    output,
    file(`${id}.xml`, template),
  ]);
  return readFileSync(output, 'utf8');
}

test('an assertion signed by xmlsec1 is redeemed, once', { skip: skipWithout(noXmlsec1) }, async () => {
  const { redeem } = openSamlApi();
  const xml = xmlsec1(assertionXml({ id: '_x1' }), '_x1');
  const { status, line } = await redeem(xml, 'order:write');
  assert.deepEqual([status, line.subject, line.scopes], [200, 'issuer:https:%2F%2Fidp.example%2Fsaml/alice@my_company', ['order:write']]);
  assert.equal((await redeem(xml)).line.reason, 'assertion-replayed');
});

test('RSA with SHA-512 by xmlsec1', { skip: skipWithout(noXmlsec1) }, async () => {
  const { redeem } = openSamlApi();
  const sha512 = ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'http://www.w3.org/2001/04/xmlenc#sha512'] as const;
  assert.equal((await redeem(xmlsec1(assertionXml({ id: '_x512' }), '_x512', ...sha512))).status, 200);
});

test('namespaces, entities, line breaks and other scripts: the two canonicalisations agree', { skip: skipWithout(noXmlsec1) }, async () => {
  const { redeem, api } = openSamlApi();
  const xml = assertionXml({
    id: '_x2',
    subject: subjectXml('Jürgen.O&apos;Neil+1@exämple.org'),
    statements: `
      <saml:AttributeStatement xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\r
        <saml:Attribute Name='mail' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="xs:string">a &amp; b &lt;c&gt; "d" é 漢 😀</saml:AttributeValue></saml:Attribute>
        <saml:Attribute Name="groups"><saml:AttributeValue>
          customer
        </saml:AttributeValue></saml:Attribute>
      </saml:AttributeStatement>`,
  });
  const { status, json } = await redeem(xmlsec1(xml, '_x2'));
  assert.equal(status, 200);
  const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
  assert.deepEqual(
    [grant?.user?.username, grant?.user?.claims, grant?.user?.roles],
    ["Jürgen.O'Neil+1@exämple.org", { emailaddress: 'a & b <c> "d" é 漢 😀' }, ['customer']],
  );
});

test('A46 whatever stands in an assertion, xmlsec1 signs the same text as is read here', { skip: skipWithout(noXmlsec1) }, async () => {
  const character = fc.oneof(
    fc.constantFrom(...'&<>"\'\t\n\r ]é漢😀\u00a0\u200b\u0300'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  const text = fc.array(character, { minLength: 1, maxLength: 20 }).map((characters) => characters.join(''));
  const escaped = (value: string) => value.replace(/[&<>"'\t\n\r]/g, (special) => `&#${special.codePointAt(0)};`);
  // What XML forbids or this parser refuses as ambiguous is a matter of A46 and A48.
  const plain = text.filter((value) => !/(?![\t\n\r])\p{Cc}|\p{Cs}|[\u2028\ufffe\uffff]/u.test(value) && value.trim() !== '');
  let id = 0;
  await fc.assert(
    // An operator's own text has no control characters.
    fc.asyncProperty(
      plain,
      plain.filter((name) => !/\p{Cc}/u.test(name)),
      async (value, name) => {
        const { api, redeem } = openSamlApi({ claims: { said: name } });
        const statements = `<saml:AttributeStatement>${attributeXml(escaped(name), escaped(value))}</saml:AttributeStatement>`;
        const xml = assertionXml({ id: `_p${++id}`, statements });
        const { status, json, line } = await redeem(xmlsec1(xml, `_p${id}`));
        assert.equal(status, 200, String(line.reason));
        const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
        assert.equal(grant?.user?.claims.said, value.trim());
      },
    ),
    { numRuns: 30, seed: 46 },
  );
});

test('A51 SHA-1 by xmlsec1 is refused', { skip: skipWithout(noXmlsec1) }, async () => {
  const { redeem } = openSamlApi();
  const xml = xmlsec1(assertionXml({ id: '_x3' }), '_x3', ALGORITHMS.rsaSha1, ALGORITHMS.sha1);
  assert.equal((await redeem(xml)).line.reason, 'assertion-signature-profile');
});

function pysaml2(changes: Readonly<Record<string, unknown>> = {}): string {
  const said = {
    id: 'id-pysaml2',
    issuer: IDP,
    issueInstant: instant(0),
    nameId: 'alice',
    notBefore: instant(-10),
    notOnOrAfter: instant(300),
    recipient: SAML_RECIPIENT,
    audience: SAML_AUDIENCE,
    attributes: { mail: ['alice@example.org'], groups: ['customer', 'staff'] },
    ...changes,
  };
  return run(PYTHON, [new URL('../support/pysaml2-assertion.py', import.meta.url).pathname, keyFile, certFile, JSON.stringify(said)]);
}

test('an assertion made and signed by pysaml2 is redeemed, with roles and claims', { skip: skipWithout(noPysaml2) }, async () => {
  const { api, redeem } = openSamlApi();
  const { status, json } = await redeem(pysaml2(), 'order:write');
  assert.deepEqual([status, json.scope], [200, 'order:write']);
  const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
  assert.deepEqual([grant?.user?.roles, grant?.user?.claims], [['customer', 'staff'], { emailaddress: 'alice@example.org' }]);
});

test('an assertion of pysaml2 for another audience is refused', { skip: skipWithout(noPysaml2) }, async () => {
  const { redeem } = openSamlApi();
  assert.equal((await redeem(pysaml2({ audience: 'https://other.example' }))).line.reason, 'assertion-audience');
});
