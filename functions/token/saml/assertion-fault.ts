// Assertion faults: refusals of SAML assertions, with what WSO2's SAML2BearerGrantHandler says in the same case.

import { OAuthError } from '../../shared/errors.ts';
import type { SamlAssertionFault, SamlFault } from '../../shared/reasons/assertions.ts';

/** Descriptions of refusals, in the order in which they are checked. */
export const SAML_DESCRIPTIONS: Readonly<Record<SamlAssertionFault, string>> = {
  'assertion-unreadable': 'Error while unmashalling the assertion',
  'assertion-too-large': 'Error while unmashalling the assertion',
  'assertion-forbidden-markup': 'Error while unmashalling the assertion',
  'assertion-nested-assertions': 'Nested assertions found in request',
  'assertion-not-an-assertion': 'Only Assertion objects are validated in SAML2Bearer Grant Type',
  'assertion-no-subject': 'Cannot find a Subject in the Assertion',
  'assertion-no-name-id': 'NameID in Assertion cannot be empty',
  'assertion-no-issuer': 'Issuer is empty in the SAML assertion',
  'assertion-signature-profile': 'Signature do not adhere to the SAML signature profile.',
  'assertion-unknown-issuer': 'Identity provider is null',
  'assertion-disabled-issuer': 'No Active IDP found for the given idp',
  'assertion-no-certificate': 'No certificates found for the given idp',
  'assertion-signature': 'Error while validating the signature.',
  'assertion-no-conditions': "SAML Assertion doesn't contain Conditions",
  'assertion-unknown-condition': 'The Conditions of the Assertion contain one that is not understood',
  'assertion-no-audience-restriction': 'Audience restriction not found in the saml assertion',
  'assertion-audience': 'SAML Assertion Audience Restriction validation failed',
  'assertion-time-window': 'Assertion is not valid according to the time window provided in Conditions',
  'assertion-no-subject-confirmation': 'No SubjectConfirmation exist in Assertion',
  'assertion-no-bearer-confirmation':
    'Failed to find a SubjectConfirmation with a Method attribute having : urn:oasis:names:tc:SAML:2.0:cm:bearer',
  'assertion-recipient': 'Recipient validation failed',
  'assertion-no-expiry': 'Cannot find valid NotOnOrAfter details in assertion',
  'assertion-lifetime': 'The Assertion is valid for longer than 24 hours',
  'assertion-session': 'The session of the Assertion is over',
  'assertion-username': 'NameID in Assertion is no user name',
  'assertion-replayed': 'The Assertion was used before',
};

/** @throws OAuthError `invalid_grant`, always: outside, every bad assertion looks like a wrong password */
export function refuseAssertion(fault: SamlFault): never {
  throw new OAuthError('invalid_grant', `assertion-${fault}`);
}
