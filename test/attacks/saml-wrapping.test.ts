// A44: documents in which the signature covers one assertion and a careless reader sees another. The eight wrappings of
// Somorovsky et al. (2012), each as a Response and as a bare assertion, with the id changed and kept, and random ones.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertionXml, openSamlApi, signAssertion, subjectXml } from '../support/saml-assertions.ts';

const ORIGINAL_ID = '_original';

/** The signed assertion about alice, and its parts. */
function signedParts() {
  const signed = signAssertion(assertionXml({ id: ORIGINAL_ID }));
  const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(signed)?.[0] ?? '';
  return { signed, signature, unsigned: signed.replace(signature, '') };
}

/** An assertion about the boss, which nobody signed, with room after its issuer and at its end. */
function evil(id: string, afterIssuer = '', atEnd = ''): string {
  return assertionXml({ id, subject: subjectXml('boss') })
    .replace('</saml:Issuer>', `</saml:Issuer>${afterIssuer}`)
    .replace('</saml:Assertion>', `${atEnd}</saml:Assertion>`);
}

const response = (...content: readonly string[]): string =>
  `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" Version="2.0">${content.join('')}</samlp:Response>`;

const object = (content: string): string => `<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${content}</ds:Object>`;

const inSignature = (signature: string, content: string): string => signature.replace('</ds:Signature>', `${content}</ds:Signature>`);

type Wrap = (parts: ReturnType<typeof signedParts>, evilId: string) => string;

const WRAPPINGS: Readonly<Record<string, Wrap>> = {
  'XSW1: the evil one carries the signature, which holds the original': ({ signature, unsigned }, id) =>
    evil(id, inSignature(signature, unsigned)),
  'XSW2: the original stands before a detached signature': ({ signature, unsigned }, id) => evil(id, unsigned + signature),
  'XSW3: the evil one stands before the original': ({ signed }, id) => response(evil(id), signed),
  'XSW3, without a wrapper': ({ signed }, id) => evil(id) + signed,
  'XSW3, the other way round': ({ signed }, id) => signed + evil(id),
  'XSW4: the evil one holds the original': ({ signed }, id) => evil(id, '', signed),
  'XSW5: the evil one has the signature, the original comes after it': ({ signature, unsigned }, id) =>
    response(evil(id, signature), unsigned),
  'XSW6: the evil one has the signature, and in it the original': ({ signature, unsigned }, id) =>
    response(evil(id, inSignature(signature, object(unsigned)))),
  'XSW7: the evil one hides in Extensions': ({ signed }, id) => response(`<samlp:Extensions>${evil(id)}</samlp:Extensions>`, signed),
  'XSW8: the original hides in an Object of the signature': ({ signature, unsigned }, id) =>
    evil(id, inSignature(signature, object(unsigned))),
  'the original hides in KeyInfo': ({ signature, unsigned }, id) =>
    evil(id, inSignature(signature, `<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${unsigned}</ds:KeyInfo>`)),
  'the original hides in an attribute value': ({ signed }, id) =>
    evil(
      id,
      '',
      `<saml:AttributeStatement><saml:Attribute Name="x"><saml:AttributeValue>${signed}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`,
    ),
  'the evil one hides in an attribute value of the original': ({ signed }, id) =>
    signed.replace('<saml:AttributeValue>', `<saml:AttributeValue>${evil(id)}`),
  'the evil one is the root and its signature names the original by its id': ({ signature, unsigned }, id) =>
    evil(id, signature, `<x:Keep xmlns:x="urn:x">${unsigned}</x:Keep>`),
};

for (const [what, wrap] of Object.entries(WRAPPINGS)) {
  for (const evilId of ['_evil', ORIGINAL_ID]) {
    test(`A44 ${what}, ${evilId === ORIGINAL_ID ? 'with the same id' : 'with an id of its own'}`, async () => {
      const { redeem } = openSamlApi();
      const { status, json } = await redeem(wrap(signedParts(), evilId));
      assert.deepEqual([status, json.error], [400, 'invalid_grant']);
    });
  }
}

test('A44 what the signature does not cover can not be changed', async () => {
  const { signed } = signedParts();
  const changes: readonly (readonly [string, string])[] = [
    ['>alice<', '>boss<'],
    ['customer', 'boss'],
    [ORIGINAL_ID, '_other'],
    ['</saml:Subject>', '</saml:Subject><saml:Subject><saml:NameID>boss</saml:NameID></saml:Subject>'],
    ['<saml:NameID', '<saml:NameID>boss</saml:NameID><saml:NameID'],
    ['xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"', 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" extra="1"'],
    ['ID="_original"', 'ID="_original" Id="_original"'],
    ['ID="_original"', 'ID="_evil" x:ID="_original" xmlns:x="urn:x"'],
  ];
  for (const [from, to] of changes) {
    const { redeem } = openSamlApi();
    assert.ok(signed.includes(from));
    assert.equal((await redeem(signed.replace(from, to))).status, 400, to);
  }
});

test('A44 however a document is patched together, nobody but alice comes out of it', async () => {
  const parts = signedParts();
  const evils = [evil('_evil'), evil(ORIGINAL_ID), parts.signature, parts.unsigned, subjectXml('boss'), object(parts.unsigned), ' ', '\n'];
  const patch = fc.record({ piece: fc.constantFrom(...evils), at: fc.nat({ max: 30 }), replace: fc.boolean() });
  let issued = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(patch, { minLength: 1, maxLength: 3 }), async (patches) => {
      const { api, redeem } = openSamlApi();
      const { status, json } = await redeem(patches.reduce(applyPatch, parts.signed));
      if (status !== 200) return assert.equal(json.error, 'invalid_grant');
      issued++;
      const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
      assert.deepEqual([grant?.user?.username, grant?.user?.roles], ['alice', ['customer', 'staff']]);
    }),
    { numRuns: 300, seed: 44 },
  );
  // A blank beside SignatureValue changes nothing that is signed: some get through, or this would prove nothing.
  assert.ok(issued > 0 && issued < 300, `${issued} of 300`);
});

/** Puts the piece before the `at`th tag, or in place of it. */
function applyPatch(xml: string, { piece, at, replace }: { piece: string; at: number; replace: boolean }): string {
  const tags = [...xml.matchAll(/<[^>]+>/g)];
  const tag = tags[at % tags.length];
  if (tag === undefined) return xml;
  const end = replace ? tag.index + tag[0].length : tag.index;
  return xml.slice(0, tag.index) + piece + xml.slice(end);
}
