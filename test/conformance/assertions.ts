// The rows of RFC 7521, 7522 and 7523: assertions as grants and as client authentication.

import { type Row, rowsOf } from './row.ts';

const JWT = 'functions/token/grants/jwt-bearer.test.ts';
const SAML = 'functions/token/grants/saml2-bearer.test.ts';
const CLIENT = 'functions/token/client-authentication/private-key-jwt.test.ts';
const JWT_ATTACKS = 'attacks/jwt-assertions.test.ts';
const SAML_WRAPPING = 'attacks/saml-wrapping.test.ts';
const SAML_SIGNATURES = 'attacks/saml-signatures.test.ts';
const SAML_REPLAY = 'attacks/saml-replay-and-tenants.test.ts';
const TOKENS = 'attacks/jwt-tokens.test.ts';
const CLAIMS = 'attacks/jwt-claims.test.ts';

export const RFC_7521: readonly Row[] = rowsOf('RFC 7521', [
  ['4.1', '`assertion` is REQUIRED', JWT, 'what is no JWT, or none that may be used, is refused'],
  [
    '4.1',
    'The scope issued MUST be equal to or less than what was granted to the accessor',
    JWT,
    'without a mapping to role there are no roles',
  ],
  [
    '4.1',
    'Access tokens SHOULD NOT exceed the validity of the assertion by a significant period; no refresh token',
    JWT,
    'an assertion yields an access token of a user whose store is the issuer, and no refresh token',
  ],
  ['4.1.1', 'An assertion that is not valid: `error` MUST be invalid_grant', JWT, 'is refused as'],
  [
    '4.2',
    '`client_assertion_type` and `client_assertion` are REQUIRED',
    CLIENT,
    'half of an assertion, an unknown type, and a client_id that differs',
  ],
  [
    '4.2',
    '`client_id`, if present, MUST identify the same client',
    CLIENT,
    'half of an assertion, an unknown type, and a client_id that differs',
  ],
  [
    '4.2',
    'A client MUST NOT use more than one authentication method per request',
    JWT_ATTACKS,
    'A37 two ways of authentication in one request are refused',
  ],
  ['4.2.1', 'A client assertion that is not valid: `error` MUST be invalid_client', CLIENT, 'is invalid_client,'],
  ['5.2', 'The assertion MUST contain an Issuer', JWT, 'no iss'],
  ['5.2', 'The assertion MUST contain a Subject', JWT, 'no sub'],
  ['5.2', 'For client authentication the Subject MUST be the client_id', CLIENT, 'another sub'],
  ['5.2', 'The assertion MUST contain an Audience that is us; another MUST be rejected', JWT, 'another audience'],
  ['5.2', 'The assertion MUST contain Expires At; an expired one MUST be rejected', JWT, 'an exp that is over'],
  [
    '5.2',
    'The assertion MUST be signed or have a MAC; an invalid one MUST be rejected',
    TOKENS,
    'A23 a token signed by another key of the same type is refused',
  ],
  ['8.2', 'Replay SHOULD be prevented', JWT_ATTACKS, 'A35 a client assertion is good once; of fifty at once one gets a token'],
]);

export const RFC_7522: readonly Row[] = rowsOf('RFC 7522', [
  ['2.1', '`assertion` MUST contain a single SAML 2.0 Assertion', SAML_WRAPPING, 'A44 '],
  ['2.1', 'The Assertion MUST be encoded as base64url', SAML, 'an XML declaration, KeyInfo, either base64 alphabet and padding are taken'],
  [
    '2.2',
    'Client authentication by a SAML assertion',
    'Not offered and not announced: nobody asked for it, and private_key_jwt does the same.',
  ],
  ['3 (1)', 'Issuer MUST be there, and is compared as a string', SAML, 'an issuer that the tenant does not have'],
  [
    '3 (2)',
    'Conditions MUST hold an AudienceRestriction with an Audience that is us; otherwise it MUST be rejected',
    SAML,
    'another audience',
  ],
  ['3 (3)', 'Subject MUST be there', SAML, 'no Subject'],
  ['3 (4)', 'There MUST be an expiry, in Conditions or in SubjectConfirmationData', SAML, 'no expiry anywhere'],
  ['3 (5)', 'There MUST be a SubjectConfirmation by bearer', SAML, 'a holder-of-key confirmation alone'],
  ['3 (5)', 'SubjectConfirmationData, if there, MUST have a Recipient that is us', SAML, 'data without a recipient'],
  ['3 (6)', 'NotOnOrAfter of Conditions that has passed: the whole Assertion MUST be rejected', SAML, 'NotOnOrAfter in the past'],
  [
    '3 (6)',
    'NotOnOrAfter of a SubjectConfirmation that has passed: that confirmation MUST be rejected',
    SAML,
    'a confirmation that is over',
  ],
  [
    '3 (11)',
    'Otherwise the Assertion MUST be valid by SAML: a session that is over is not (SessionNotOnOrAfter)',
    SAML,
    'a session that is over',
  ],
  [
    '3 (9)',
    'The Assertion MUST be signed by the issuer, and an invalid signature MUST be rejected',
    SAML_SIGNATURES,
    'A50 no signature, an empty one, or one of another namespace',
  ],
  [
    '3 (10)',
    'Encrypted elements',
    'Encrypted assertions, NameIDs and attributes are refused: TLS carries them, and no client of the systems that we replace sends them (WSO2 refuses them, too).',
  ],
  [
    '3 (11)',
    'Otherwise the Assertion MUST be valid by SAML: a condition that is not understood is not',
    SAML,
    'a condition of an unknown kind',
  ],
  ['3', 'Replay MAY be prevented for as long as the assertion lasts', SAML_REPLAY, 'A52 of fifty at once one gets a token'],
  ['3.1', 'A bad Assertion: `error` MUST be invalid_grant', SAML, 'is refused as'],
  [
    '3 (9)',
    'Assertions made and signed by other software verify',
    'contracts/saml-issuers.test.ts',
    'an assertion made and signed by pysaml2 is redeemed',
  ],
  ['6', 'Replay, wrapping and certificates from the message', SAML_SIGNATURES, 'A51 a certificate in KeyInfo is not believed'],
]);

export const RFC_7523: readonly Row[] = rowsOf('RFC 7523', [
  ['2.1', '`assertion` MUST contain a single JWT', JWT, 'what is no JWT, or none that may be used, is refused'],
  [
    '2.2',
    '`client_assertion` MUST contain a single JWT; `client_assertion_type` is jwt-bearer',
    CLIENT,
    'half of an assertion, an unknown type, and a client_id that differs',
  ],
  ['3 (1)', 'iss MUST be there, compared as a string', CLAIMS, 'A32 iss is compared as a string'],
  ['3 (2)', 'sub MUST be there', JWT, 'no sub'],
  ['3 (2)', 'For client authentication sub MUST be the client_id', CLIENT, 'another sub'],
  ['3 (3)', 'aud MUST contain us; otherwise it MUST be rejected', CLIENT, 'another audience'],
  [
    '3 (3)',
    'rfc7523bis: aud of a client assertion is one string',
    JWT_ATTACKS,
    'A34 an assertion that another server could have been given is refused',
  ],
  ['3 (4)', 'exp MUST be there; a passed one MUST be rejected', CLIENT, 'an exp that is over'],
  ['3 (4)', 'exp unreasonably far ahead MAY be rejected', CLIENT, 'a life of more than an hour'],
  ['3 (5)', 'nbf, if there, MUST have come', CLIENT, 'an nbf ahead'],
  ['3 (6)', 'iat may be there', CLIENT, 'iat, kid (with one key) and client_id may be left out'],
  ['3 (11)', 'jti may be there, and is then used once', JWT_ATTACKS, 'A35 the same jti in another assertion is refused'],
  ['3 (8)', 'Other claims may be there', JWT, 'numbers and booleans become text'],
  ['3 (9)', 'The JWT MUST be signed or have a MAC; an invalid one MUST be rejected', TOKENS, 'A23 alg none, in any case'],
  ['3 (10)', 'A JWT that is not valid by RFC 7519 MUST be rejected', CLAIMS, 'A30 times that are no numbers'],
  ['3.1', 'A bad grant: `error` MUST be invalid_grant', JWT, 'is refused as'],
  ['3.2', 'A bad client JWT: `error` MUST be invalid_client', CLIENT, 'is invalid_client,'],
  ['5', 'RS256 is mandatory to implement', CLIENT, 'an assertion by each kind of key yields a token'],
]);
