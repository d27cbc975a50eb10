// Why a SAML assertion is refused, with what WSO2's SAML2BearerGrantHandler says in the same case.

import { OAuthError } from '../../shared/errors.ts';

/** In the order in which they are checked. */
export const SAML_FAULTS = {
  unreadable: 'Error while unmashalling the assertion',
  'too-large': 'Error while unmashalling the assertion',
  'forbidden-markup': 'Error while unmashalling the assertion',
  'nested-assertions': 'Nested assertions found in request',
  'not-an-assertion': 'Only Assertion objects are validated in SAML2Bearer Grant Type',
  'no-subject': 'Cannot find a Subject in the Assertion',
  'no-name-id': 'NameID in Assertion cannot be empty',
  'no-issuer': 'Issuer is empty in the SAML assertion',
  'signature-profile': 'Signature do not adhere to the SAML signature profile.',
  'unknown-issuer': 'Identity provider is null',
  'disabled-issuer': 'No Active IDP found for the given idp',
  'no-certificate': 'No certificates found for the given idp',
  signature: 'Error while validating the signature.',
  'no-conditions': "SAML Assertion doesn't contain Conditions",
  'unknown-condition': 'The Conditions of the Assertion contain one that is not understood',
  'no-audience-restriction': 'Audience restriction not found in the saml assertion',
  audience: 'SAML Assertion Audience Restriction validation failed',
  'time-window': 'Assertion is not valid according to the time window provided in Conditions',
  'no-subject-confirmation': 'No SubjectConfirmation exist in Assertion',
  'no-bearer-confirmation': 'Failed to find a SubjectConfirmation with a Method attribute having : urn:oasis:names:tc:SAML:2.0:cm:bearer',
  recipient: 'Recipient validation failed',
  'no-expiry': 'Cannot find valid NotOnOrAfter details in assertion',
  lifetime: 'The Assertion is valid for longer than 24 hours',
  session: 'The session of the Assertion is over',
  username: 'NameID in Assertion is no user name',
  replayed: 'The Assertion was used before',
} as const;

export type SamlFault = keyof typeof SAML_FAULTS;

/** @throws OAuthError `invalid_grant`, always: outside, every bad assertion looks like a wrong password */
export function refuseAssertion(fault: SamlFault): never {
  throw new OAuthError('invalid_grant', `assertion-${fault}`);
}
