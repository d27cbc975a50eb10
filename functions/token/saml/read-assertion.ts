// The content of a SAML 2.0 assertion (saml-core-2.0-os sections 2.3 to 2.7). It is read twice: once to learn whom it
// claims to come from, and once, for all else, from the bytes that the signature covers.

import { refuseAssertion } from './assertion-fault.ts';
import { attributeOf, children, descendants, isNamed, textOf } from './parse-xml.ts';

const SAML_NAMESPACE = 'urn:oasis:names:tc:SAML:2.0:assertion';

export interface SubjectConfirmation {
  readonly method: string | undefined;
  /** Undefined where there is no SubjectConfirmationData. */
  readonly data:
    | { readonly recipient: string | undefined; readonly notBefore: string | undefined; readonly notOnOrAfter: string | undefined }
    | undefined;
}

export interface Conditions {
  readonly notBefore: string | undefined;
  readonly notOnOrAfter: string | undefined;
  /** Every one must name us (section 2.5.1.4). */
  readonly audienceRestrictions: readonly (readonly string[])[];
  readonly hasUnknown: boolean;
}

export interface Assertion {
  readonly id: string;
  readonly issuer: string;
  readonly nameId: string;
  readonly confirmations: readonly SubjectConfirmation[];
  readonly conditions: Conditions | undefined;
  /** SessionNotOnOrAfter of its AuthnStatements. */
  readonly sessionEnds: readonly string[];
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** NCName, as far as an ID of somebody honest goes. */
const ID = /^[A-Za-z_][A-Za-z0-9._-]{0,255}$/;

/** @throws OAuthError for what is no assertion about a subject by an issuer */
export function readAssertion(root: Element): Assertion {
  requireOneAssertion(root);
  const subject = onlyChild(root, 'Subject') ?? refuseAssertion('no-subject');
  const nameId = trimmedText(onlyChild(subject, 'NameID')) ?? refuseAssertion('no-name-id');
  const issuer = trimmedText(onlyChild(root, 'Issuer')) ?? refuseAssertion('no-issuer');
  const id = attributeOf(root, 'ID');
  if (id === undefined || !ID.test(id) || attributeOf(root, 'Version') !== '2.0') return refuseAssertion('unreadable');
  const conditions = childrenNamed(root, 'Conditions');
  if (conditions.length > 1) refuseAssertion('unreadable');
  return {
    id,
    issuer,
    nameId,
    confirmations: childrenNamed(subject, 'SubjectConfirmation').map(readConfirmation),
    conditions: conditions[0] && readConditions(conditions[0]),
    sessionEnds: childrenNamed(root, 'AuthnStatement').flatMap((statement) => attributeOf(statement, 'SessionNotOnOrAfter') ?? []),
    attributes: readAttributes(root),
  };
}

function requireOneAssertion(root: Element): void {
  const assertions = descendants(root).filter((element) => /^(Encrypted)?Assertion$/i.test(element.localName));
  if (assertions.length > 1) refuseAssertion('nested-assertions');
  if (!isNamed(root, SAML_NAMESPACE, 'Assertion')) refuseAssertion('not-an-assertion');
}

function readConfirmation(confirmation: Element): SubjectConfirmation {
  const data = onlyChild(confirmation, 'SubjectConfirmationData');
  return {
    method: attributeOf(confirmation, 'Method'),
    data: data && {
      recipient: attributeOf(data, 'Recipient'),
      notBefore: attributeOf(data, 'NotBefore'),
      notOnOrAfter: attributeOf(data, 'NotOnOrAfter'),
    },
  };
}

/** Conditions that ask nothing of us: we use every assertion once, and issue none. */
const HARMLESS_CONDITIONS = ['OneTimeUse', 'ProxyRestriction'];

function readConditions(conditions: Element): Conditions {
  return {
    notBefore: attributeOf(conditions, 'NotBefore'),
    notOnOrAfter: attributeOf(conditions, 'NotOnOrAfter'),
    audienceRestrictions: childrenNamed(conditions, 'AudienceRestriction').map((restriction) =>
      childrenNamed(restriction, 'Audience').flatMap((audience) => trimmedText(audience) ?? []),
    ),
    // Section 2.5.1.1: with a condition that is not understood, it is not known whether the assertion is valid.
    hasUnknown: children(conditions).some(
      (condition) => ![...HARMLESS_CONDITIONS, 'AudienceRestriction'].some((name) => isNamed(condition, SAML_NAMESPACE, name)),
    ),
  };
}

function readAttributes(root: Element): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>();
  for (const attribute of childrenNamed(root, 'AttributeStatement').flatMap((statement) => childrenNamed(statement, 'Attribute'))) {
    const name = attributeOf(attribute, 'Name');
    if (name === undefined) continue;
    const values = childrenNamed(attribute, 'AttributeValue').flatMap((value) => trimmedText(value) ?? []);
    attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
  }
  return attributes;
}

function childrenNamed(parent: Element, localName: string): readonly Element[] {
  return children(parent).filter((child) => isNamed(child, SAML_NAMESPACE, localName));
}

/** Undefined where there is none, and where there are two: which one counts would be a guess. */
function onlyChild(parent: Element, localName: string): Element | undefined {
  const found = childrenNamed(parent, localName);
  return found.length === 1 ? found[0] : undefined;
}

/** Pretty-printed XML puts line breaks around a text; one that is nothing else is none. */
function trimmedText(element: Element | undefined): string | undefined {
  const text = element && textOf(element)?.trim();
  return text === '' ? undefined : text;
}
