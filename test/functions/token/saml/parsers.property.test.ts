// Whatever comes as an assertion, the answer is an assertion of what was signed, or a refusal of ours.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OAuthError } from '../../../../functions/shared/errors.ts';
import { parseXml, requirePlainMarkup } from '../../../../functions/token/saml/parse-xml.ts';
import { verifyAssertion } from '../../../../functions/token/saml/verify-assertion.ts';
import { isWellFormed } from '../../../../functions/token/saml/well-formed.ts';
import { assertionXml, base64url, openSamlApi, signAssertion } from '../../../support/saml-assertions.ts';
import { START_SECONDS } from '../../../support/token-api.ts';

const tenant = await openSamlApi().api.stores.tenants.findTenant('my_company');
assert.ok(tenant !== undefined);
const known = tenant;
const signed = signAssertion(assertionXml());

function outcome(encoded: string): string {
  try {
    const { assertion } = verifyAssertion(encoded, known, START_SECONDS);
    assert.deepEqual([assertion.nameId, [...assertion.attributes.keys()]], ['alice', ['mail', 'groups']]);
    return 'verified';
  } catch (error) {
    if (error instanceof OAuthError && error.code === 'invalid_grant') return error.reason;
    throw error;
  }
}

test('any text, and any bytes, are refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => outcome(text) !== 'verified'),
    { seed: 7522 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => outcome(Buffer.from(bytes).toString('base64url')) !== 'verified'),
    { seed: 1 },
  );
});

test('a document with a part changed, taken out or doubled is refused, or says the same', () => {
  const at = fc.nat({ max: signed.length });
  const piece = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom('<', '>', '/>', '&amp;', '"', ' ', '\n', '<x/>', 'xmlns="urn:x"', '</'),
  );
  let verified = 0;
  fc.assert(
    fc.property(at, fc.nat({ max: 40 }), piece, (start, length, inserted) => {
      if (outcome(base64url(signed.slice(0, start) + inserted + signed.slice(start + length))) === 'verified') verified++;
    }),
    { numRuns: 1000, seed: 44 },
  );
  assert.ok(verified < 100);
});

test('any tree of elements is parsed or refused, in time that grows with its size', () => {
  const name = fc.constantFrom('a', 'saml:Assertion', 'b:c', 'x');
  const tree = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'large', withCrossShrink: true },
      fc.string({ maxLength: 8 }),
      fc
        .tuple(name, name, fc.array(tie('node'), { maxLength: 4 }))
        .map(([open, attribute, inner]) => `<${open} ${attribute}="1">${inner.join('')}</${open}>`),
    ),
  })).node;
  fc.assert(
    fc.property(tree, (xml) => {
      try {
        assert.equal(parseXml(requirePlainMarkup(xml)).nodeType, 1);
      } catch (error) {
        assert.ok(error instanceof OAuthError, String(error));
      }
    }),
    { seed: 48 },
  );
});

test('what the serialiser of the parser writes is well-formed, and what it can not read is not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, value) => {
      const root = parseXml('<a b=""><c/></a>');
      root.setAttribute('b', value);
      root.firstChild?.appendChild(root.ownerDocument.createTextNode(text));
      const isPlain = !/(?![\t\n\r])\p{Cc}|[\u2028\ufffe\uffff]/u.test(text + value);
      assert.equal(isWellFormed(root.toString()), isPlain && !root.toString().includes(']]>'));
    }),
    { seed: 46 },
  );
});

test('patterns that could take quadratic time do not', () => {
  const hostile = [
    '<a'.padEnd(60_000),
    `<a ${'b '.repeat(30_000)}`,
    `<a ${'b="" '.repeat(12_000)}`,
    '&'.repeat(60_000),
    `<${'a'.repeat(60_000)}`,
    '</a'.repeat(20_000),
  ];
  const started = performance.now();
  for (const text of hostile) assert.equal(isWellFormed(text), false);
  assert.ok(performance.now() - started < 5000);
});
