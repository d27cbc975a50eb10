// JWTs and SAML assertions that somebody else signed, and that are no good.

/** A JWT that somebody else signed is no good: an assertion, or a token of a tenant's own issuer. */
export type JwtFault =
  | 'too-long'
  | 'not-compact'
  | 'not-canonical'
  | 'not-json'
  | 'encrypted'
  | 'extension'
  | 'algorithm'
  | 'kid-malformed'
  | 'kid-revoked'
  | 'type'
  | 'issuer'
  | 'audience'
  | 'claim-missing'
  | 'claim-malformed'
  | 'expired'
  | 'not-yet-valid'
  | 'issued-in-the-future'
  | 'lifetime'
  | 'unknown-kid'
  | 'ambiguous-kid'
  | 'certificate-expired'
  | 'signature';

/** No entry of the tenant answers for the issuer that a token or assertion names. */
export type IssuerFault = 'unknown-issuer' | 'disabled-issuer';

/** A SAML assertion is no good, in the order in which it is checked. */
export type SamlFault =
  | 'unreadable'
  | 'too-large'
  | 'forbidden-markup'
  | 'nested-assertions'
  | 'not-an-assertion'
  | 'no-subject'
  | 'no-name-id'
  | 'no-issuer'
  | 'signature-profile'
  | IssuerFault
  | 'no-certificate'
  | 'signature'
  | 'no-conditions'
  | 'unknown-condition'
  | 'no-audience-restriction'
  | 'audience'
  | 'time-window'
  | 'no-subject-confirmation'
  | 'no-bearer-confirmation'
  | 'recipient'
  | 'no-expiry'
  | 'lifetime'
  | 'session'
  | 'username'
  | 'replayed';

export type SamlAssertionFault = `assertion-${SamlFault}`;

export type JwtAssertionFault = `assertion-${JwtFault | IssuerFault | 'username' | 'replayed' | 'not-an-assertion'}`;
