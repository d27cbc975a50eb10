// The signature profile of SAML (saml-core-2.0-os section 5.4), narrowed to what is sound today: one signature, right
// below the assertion, over the assertion as a whole, and only algorithms of the list (A44, A45, A48, A51).

import { refuseAssertion } from './assertion-fault.ts';
import { attributeOf, children, descendants, isNamed, textOf } from './parse-xml.ts';

const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';

export const ENVELOPED_SIGNATURE = `${XMLDSIG}enveloped-signature`;
export const EXCLUSIVE_CANONICALIZATION = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const RSA_SHA512 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512';
export const RSA_PSS_SHA256 = 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1';
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
export const SHA512 = 'http://www.w3.org/2001/04/xmlenc#sha512';

const SIGNATURE_METHODS: readonly (string | undefined)[] = [RSA_SHA256, RSA_SHA512, RSA_PSS_SHA256];
const DIGEST_METHODS: readonly (string | undefined)[] = [SHA256, SHA512];
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/**
 * The signature of the assertion.
 *
 * @throws OAuthError where it is missing or not of the profile; nothing optional is taken on trust
 */
export function requireSignature(root: Element, id: string): Element {
  const signatures = descendants(root).filter((element) => element.localName === 'Signature');
  const [signature] = signatures;
  if (signature === undefined || signatures.length !== 1 || signature.parentNode !== root || !isNamed(signature, XMLDSIG, 'Signature'))
    return refuseAssertion('signature-profile');
  // `KeyInfo` may be there and is never read: the keys are those of the entry (A51). `Object` could carry a second document.
  const [signedInfo, signatureValue] = requireChildren(signature, ['SignedInfo', 'SignatureValue'], ['KeyInfo']);
  requireText(signatureValue);
  const [canonicalization, method, reference] = requireChildren(signedInfo, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'], []);
  requireAlgorithm(canonicalization, [EXCLUSIVE_CANONICALIZATION]);
  requireAlgorithm(method, SIGNATURE_METHODS);
  requireReference(reference, id);
  requireNoSecondSpelling(signature);
  return signature;
}

/** One same-document reference, to the ID of the assertion: not to nothing, which would be the whole document. */
function requireReference(reference: Element, id: string): void {
  if (attributeOf(reference, 'URI') !== `#${id}`) refuseAssertion('signature-profile');
  const [transforms, digestMethod, digestValue] = requireChildren(reference, ['Transforms', 'DigestMethod', 'DigestValue'], []);
  requireAlgorithm(digestMethod, DIGEST_METHODS);
  requireText(digestValue);
  const [enveloped, canonical] = requireChildren(transforms, ['Transform', 'Transform'], []);
  requireAlgorithm(enveloped, [ENVELOPED_SIGNATURE]);
  requireAlgorithm(canonical, [EXCLUSIVE_CANONICALIZATION]);
}

/** Exactly these, in this order; then, each at most once, the optional ones. */
function requireChildren<const N extends readonly string[]>(
  parent: Element,
  names: N,
  optional: readonly string[],
): { readonly [I in keyof N]: Element } {
  const found = children(parent);
  const isProfile =
    names.every((name, at) => found[at] !== undefined && isNamed(found[at], XMLDSIG, name)) &&
    found.slice(names.length).every((element, at) => isNamed(element, XMLDSIG, optional[at] ?? ''));
  if (!isProfile) refuseAssertion('signature-profile');
  return found.slice(0, names.length) as unknown as { readonly [I in keyof N]: Element };
}

function requireAlgorithm(element: Element, allowed: readonly (string | undefined)[]): void {
  if (!allowed.includes(attributeOf(element, 'Algorithm'))) refuseAssertion('signature-profile');
}

function requireText(element: Element): void {
  if (!BASE64.test(textOf(element) ?? '')) refuseAssertion('signature-profile');
}

/** xml-crypto finds these by their local names anywhere below the signature, so below `KeyInfo`, too. */
const FOUND_BY_NAME = [
  'SignedInfo',
  'CanonicalizationMethod',
  'SignatureMethod',
  'SignatureValue',
  'Reference',
  'Transforms',
  'DigestMethod',
  'DigestValue',
  'KeyInfo',
];

function requireNoSecondSpelling(signature: Element): void {
  const names = descendants(signature).map((element) => element.localName);
  if (FOUND_BY_NAME.some((name) => names.filter((other) => other === name).length > 1)) refuseAssertion('signature-profile');
}
