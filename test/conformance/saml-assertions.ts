// The rows of RFC 7522: SAML 2.0 assertions as grants.

import { DUTY_OF_THE_CLIENT } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const SAML = 'functions/token/grants/saml2-bearer.test.ts';
const REQUESTS = 'functions/token/grants/assertion-requests.test.ts';
const WRAPPING = 'attacks/saml-wrapping.test.ts';
const SIGNATURES = 'attacks/saml-signatures.test.ts';
const DOCUMENTS = 'attacks/saml-documents.test.ts';
const REPLAY = 'attacks/saml-replay-and-tenants.test.ts';

const HONEST = 'an assertion yields an access token of a user whose store is the issuer, and no refresh token';
const ENCODINGS = 'an XML declaration, KeyInfo, either base64 alphabet and padding are taken';
const NOT_SIGNED = 'A50 no signature, an empty one, or one of another namespace';
const OVER = 'NotOnOrAfter in the past';
const NO_CLIENT_BY_SAML =
  'Not applicable: clients do not authenticate by SAML, and metadata does not say so; nobody asked for it, and private_key_jwt does the same.';

export const RFC_7522: readonly Row[] = rowsOf('RFC 7522', [
  ['2.1', '`assertion` MUST NOT be more than one Assertion', WRAPPING, 'XSW3, without a wrapper'],
  ['2.1', 'The same: one inside or beside the other', WRAPPING, 'A44 however a document is patched together, nobody but alice comes out'],
  ['2.1', 'The Assertion MUST be base64url', SAML, ENCODINGS],
  ['2.1', 'It MUST NOT be wrapped into lines, and MUST NOT be padded: padding is forgiven', DUTY_OF_THE_CLIENT],
  ['2.2', '`client_assertion` MUST be a single Assertion', NO_CLIENT_BY_SAML],
  ['2.2', '`client_assertion` MUST be base64url', NO_CLIENT_BY_SAML],
  ['3', 'The Assertion MUST be validated before a token is issued', SAML, 'is refused as'],
  ['3 (1)', 'Issuer MUST be there', SAML, 'no Issuer'],
  ['3 (1)', 'Issuer MUST be compared as a string', SAML, 'an issuer that the tenant does not have'],
  ['3 (2)', 'Conditions MUST be there', SAML, 'no Conditions'],
  ['3 (2)', 'AudienceRestriction MUST be there', SAML, 'no AudienceRestriction'],
  ['3 (2)', 'An Assertion for another audience MUST be rejected', SAML, 'another audience'],
  ['3 (2)', 'The same, where one of two restrictions leaves us out', SAML, 'two restrictions, one of which leaves us out'],
  ['3 (2)', 'Audiences MUST be compared as strings', SAML, 'a prefix of our audience'],
  ['3 (3)', 'Subject MUST be there', SAML, 'no Subject'],
  ['3 (3)', 'Of a client, Subject MUST be the client_id', NO_CLIENT_BY_SAML],
  ['3 (4)', 'There MUST be an expiry', SAML, 'no expiry anywhere'],
  ['3 (5)', 'There MUST be a SubjectConfirmation', SAML, 'no SubjectConfirmation'],
  ['3 (5)', 'One MUST be by bearer', SAML, 'a holder-of-key confirmation alone'],
  ['3 (5)', 'Where Conditions do not end, there MUST be SubjectConfirmationData that does', SAML, 'no expiry anywhere'],
  ['3 (5)', 'SubjectConfirmationData MUST have a Recipient', SAML, 'data without a recipient'],
  ['3 (5)', 'That the Recipient is our token endpoint MUST be verified', SAML, 'another recipient'],
  ['3 (5)', 'SubjectConfirmationData MUST have NotOnOrAfter', SAML, 'confirmation data without an end, though the Conditions have one'],
  ['3 (6)', 'After NotOnOrAfter of Conditions the whole Assertion MUST be rejected', SAML, OVER],
  ['3 (6)', 'After NotOnOrAfter of a SubjectConfirmation that MUST be rejected', SAML, 'a confirmation that is over'],
  ['3 (6)', 'A NotOnOrAfter too far ahead may be rejected', SAML, 'a window of more than a day'],
  ['3 (6)', 'Replay MAY be prevented', REPLAY, 'A52 of fifty at once one gets a token'],
  ['3 (8)', 'Other statements MAY be there', SAML, HONEST],
  ['3 (9)', 'The Assertion MUST be signed or have a MAC', SIGNATURES, NOT_SIGNED],
  ['3 (9)', 'An invalid signature MUST be rejected', WRAPPING, 'A44 what the signature does not cover can not be changed'],
  ['3 (9)', 'The same: one by a key that the message brings', SIGNATURES, 'A51 a certificate in KeyInfo is not believed'],
  ['3 (9)', 'The same: one by a MAC with the public key', SIGNATURES, 'A51 the public key as the secret of an HMAC'],
  [
    '3 (9)',
    'Assertions made and signed by other software verify',
    'contracts/saml-issuers.test.ts',
    'an assertion made and signed by pysaml2 is redeemed',
  ],
  [
    '3 (10)',
    'Encrypted elements MAY be there',
    'Not met, by decision: encrypted assertions, NameIDs and attributes are refused: TLS carries them, and no client of the systems that we replace sends them (WSO2 refuses them, too).',
  ],
  ['3 (11)', 'What SAML does not find valid MUST be rejected: NotBefore', SAML, 'NotBefore in the future'],
  ['3 (11)', 'The same: a condition of an unknown kind', SAML, 'a condition of an unknown kind'],
  ['3 (11)', 'The same: a session that is over', SAML, 'a session that is over'],
  ['3 (11)', 'The same: another version', SAML, 'SAML 1.1'],
  ['3 (11)', 'The same: XML that parsers read differently', DOCUMENTS, 'A46 what parsers read differently is refused'],
  ['3.1', 'Credentials of a client beside the Assertion MUST be validated', REQUESTS, 'client credentials count, however good the SAML'],
  ['3.1', 'A bad Assertion: `error` MUST be invalid_grant', SAML, 'is refused as'],
  ['3.2', 'A bad Assertion of a client: `error` MUST be invalid_client', NO_CLIENT_BY_SAML],
  ['5', 'RSA-SHA256 is mandatory to implement', SAML, HONEST],
]);
