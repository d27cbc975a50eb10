// The rows of RFC 7521 and 7523: assertions as grants and as client authentication, and JWTs as assertions.

import { DUTY_OF_THE_CLIENT, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const JWT = 'functions/token/grants/jwt-bearer.test.ts';
const SAML = 'functions/token/grants/saml2-bearer.test.ts';
const REQUESTS = 'functions/token/grants/assertion-requests.test.ts';
const CLIENT = 'functions/token/client-authentication/private-key-jwt.test.ts';
const WORKLOAD = 'functions/token/client-authentication/workload.test.ts';
const WORKLOAD_ATTACKS = 'attacks/workloads.test.ts';
const TABLE = 'functions/token/error-table.test.ts';
const JWT_ATTACKS = 'attacks/jwt-assertions.test.ts';
const TOKENS = 'attacks/jwt-tokens.test.ts';
const CLAIMS = 'attacks/jwt-claims.test.ts';

const HONEST = 'an assertion yields an access token of a user whose store is the issuer, and no refresh token';
const HALF = 'half of an assertion, an unknown type, and a client_id that differs';
const NO_JWT = 'what is no JWT, or none that may be used, is refused';
const OTHER_KEY = 'A23 a token signed by another key of the same type is refused';
const ANY_BYTE = 'a change of any byte of a signed token is noticed';
const BY_EACH_KEY = 'an assertion by each kind of key yields a token';
const ISSUER_AS_TEXT = 'A32 iss is compared as a string';
const AUDIENCE_AS_TEXT = 'A31 the audience is one of ours, whole';
const TIMES = 'times: expiry, nbf, iat and lifetime, to the second of the skew';
const CREDENTIALS_COUNT = 'client credentials count, however good the JWT';

export const RFC_7521: readonly Row[] = rowsOf('RFC 7521', [
  ['3', 'Assertions MUST be kept whole by a signature or MAC of their issuer', TOKENS, ANY_BYTE],
  ['4', 'Requests MUST use TLS', TLS_BY_API_GATEWAY],
  ['4.1', '`grant_type` is REQUIRED', TABLE, 'no grant_type'],
  ['4.1', '`assertion` is REQUIRED', JWT, NO_JWT],
  ['4.1', 'The scope asked for MUST NOT be more than was granted to the accessor: what is more is left out', JWT, HONEST],
  ['4.1', 'The scope issued MUST NOT be more than was granted to the accessor', JWT, 'without a mapping to role there are no roles'],
  ['4.1', 'The access token SHOULD NOT long outlive the assertion', JWT, HONEST],
  ['4.1', 'Refresh tokens are not issued for assertions', JWT, HONEST],
  ['4.1.1', 'An assertion that is not valid: `error` MUST be invalid_grant', JWT, 'is refused as'],
  ['4.2', '`client_assertion_type` is REQUIRED', CLIENT, HALF],
  ['4.2', '`client_assertion` is REQUIRED', CLIENT, HALF],
  ['4.2', '`client_id`, if it is there, MUST be that of the assertion', CLIENT, HALF],
  ['4.2', 'The same, of the token of a workload', WORKLOAD, 'another subject is invalid_client'],
  [
    '4.2',
    '`client_id` is OPTIONAL: whose an assertion is can be told by its subject',
    WORKLOAD,
    'is its client, with client_id and without',
  ],
  ['4.2', 'An assertion beside other credentials is refused', JWT_ATTACKS, 'A37 two ways of authentication in one request are refused'],
  ['4.2.1', 'A client assertion that is not valid: `error` MUST be invalid_client', CLIENT, 'is invalid_client,'],
  ['5.1', 'Issuers MUST be compared as strings', CLAIMS, ISSUER_AS_TEXT],
  ['5.1', 'Audiences MUST be compared as strings', CLAIMS, AUDIENCE_AS_TEXT],
  ['5.1', 'Expiry is REQUIRED to be UTC without a zone: SAML', SAML, 'a time with a zone'],
  ['5.1', 'Time of issue is REQUIRED to be UTC without a zone: seconds, in a JWT', CLAIMS, 'A30 times that are no numbers'],
  ['5.1', 'Ids of assertions MUST NOT be given twice', DUTY_OF_THE_CLIENT],
  [
    '5.1',
    'The same: an id that comes twice is refused',
    JWT_ATTACKS,
    'A35 the same jti in another assertion of the same issuer is refused',
  ],
  ['5.2', 'There MUST be an issuer', JWT, 'no iss'],
  ['5.2', 'A self-issued assertion MUST name the client_id as issuer', CLIENT, 'another iss'],
  ['5.2', 'There MUST be a subject', JWT, 'no sub'],
  ['5.2', 'Of a client that acts for itself the subject MUST be the client_id', CLIENT, 'another sub'],
  [
    '5.2',
    'The subject that another issuer names MUST be one that the server knows as a client’s',
    WORKLOAD_ATTACKS,
    'A145 a wildcard or a beginning',
  ],
  ['5.2', 'There MUST be an audience', JWT, 'no aud'],
  ['5.2', 'An assertion for another audience MUST be rejected', JWT, 'another audience'],
  ['5.2', 'There MUST be an expiry', JWT, 'no exp'],
  ['5.2', 'An expired assertion MUST be rejected', JWT, 'an exp that is over'],
  ['5.2', 'An invalid signature or MAC MUST be rejected', TOKENS, OTHER_KEY],
  ['8.2', 'Replay is countered', JWT_ATTACKS, 'A35 a client assertion is good once; of fifty at once one gets a token'],
]);

export const RFC_7523: readonly Row[] = rowsOf('RFC 7523', [
  ['2.1', '`assertion` MUST be a single JWT', REQUESTS, 'two JWTs in one assertion parameter are none'],
  ['2.1', 'What is no JWT is none', JWT, NO_JWT],
  ['2.2', '`client_assertion_type` is jwt-bearer', CLIENT, HALF],
  ['2.2', '`client_assertion` MUST NOT be more than one JWT', CLIENT, 'two JWTs in one client_assertion are none'],
  ['3', 'The JWT MUST be validated before a token is issued', JWT, 'is refused as'],
  ['3', 'The JWT MUST be validated before the client is believed', CLIENT, 'is invalid_client,'],
  ['3 (1)', '`iss` MUST be there: grant', JWT, 'no iss'],
  ['3 (1)', '`iss` MUST be there: client', CLIENT, 'another iss'],
  ['3 (1)', '`iss` MUST be compared as a string', CLAIMS, ISSUER_AS_TEXT],
  ['3 (2)', '`sub` MUST be there: grant', JWT, 'no sub'],
  ['3 (2)', '`sub` MUST be there: client', CLIENT, 'no sub'],
  ['3 (2)', "Of a client, `sub` MUST be the client's id", CLIENT, 'another sub'],
  [
    '3 (2)',
    'The same, of the token of a workload',
    'Not met, by decision: its platform writes who the workload is. The client’s entry says which issuer and subject that is, and no two clients may say the same (`workload`).',
  ],
  ['3 (3)', '`aud` MUST be there: grant', JWT, 'no aud'],
  ['3 (3)', '`aud` MUST be there: client', CLIENT, 'no audience'],
  ['3 (3)', 'A JWT for another audience MUST be rejected: grant', JWT, 'another audience'],
  ['3 (3)', 'A JWT for another audience MUST be rejected: client', CLIENT, 'another audience'],
  ['3 (3)', 'The token endpoint MAY be the audience: grant', JWT, 'the audience may be one of several'],
  ['3 (3)', '`aud` MUST be compared as a string', CLAIMS, AUDIENCE_AS_TEXT],
  [
    '3 (3)',
    'RFC 10070: the issuer MUST be the only `aud` of a client assertion',
    JWT_ATTACKS,
    'A34 an assertion that another server could have been given is refused',
  ],
  [
    '3 (3)',
    'RFC 10070: the same, of the token of a workload',
    WORKLOAD_ATTACKS,
    'A147 a token for another audience, for two, or for none is refused',
  ],
  ['3 (3)', 'The same, but for clients whose entry says otherwise', CLIENT, 'the audience is our issuer alone (RFC 10070)'],
  ['3 (4)', '`exp` MUST be there: grant', JWT, 'no exp'],
  ['3 (4)', '`exp` MUST be there: client', CLIENT, 'no exp'],
  ['3 (4)', 'A JWT whose `exp` has passed MUST be rejected: grant', JWT, 'an exp that is over'],
  ['3 (4)', 'A JWT whose `exp` has passed MUST be rejected: client', CLIENT, 'an exp that is over'],
  ['3 (4)', 'An `exp` too far ahead may be rejected', CLIENT, 'a life of more than an hour'],
  ['3 (5)', 'Before `nbf` a JWT MUST NOT be accepted: grant', JWT, 'an nbf ahead'],
  ['3 (5)', 'Before `nbf` a JWT MUST NOT be accepted: client', CLIENT, 'an nbf ahead'],
  ['3 (6)', '`iat` MAY be there', CLIENT, 'iat, kid (with one key) and client_id may be left out'],
  [
    '3 (6)',
    'A grant without `iat` is good',
    'Not met, by decision: what has no `iat` has no bounded life, and policy beyond the criteria is left to the server (section 3).',
  ],
  ['3 (7)', 'Replay MAY be prevented by `jti`: client', JWT_ATTACKS, 'A35 the same jti in another assertion is refused'],
  [
    '3 (7)',
    'The same, of the token of a workload',
    'Not met, by decision: its platform gives it the same token until that expires. It may live for a day at most.',
  ],
  ['3 (7)', 'Replay MAY be prevented by `jti`: grant', JWT, 'an assertion without jti is good once, too'],
  ['3 (8)', 'Other claims MAY be there', JWT, 'numbers and booleans become text'],
  ['3 (9)', 'The JWT MUST be signed or have a MAC', TOKENS, 'A23 alg none, in any case'],
  ['3 (9)', 'A JWT with an invalid signature MUST be rejected', TOKENS, OTHER_KEY],
  ['3 (10)', 'A JWT that RFC 7519 does not find valid MUST be rejected', TOKENS, 'A27 blanks, padding, other alphabets, stray bits'],
  ['3 (10)', 'The same: times', CLAIMS, TIMES],
  ['3.1', 'Credentials of a client beside the JWT MUST be validated', REQUESTS, CREDENTIALS_COUNT],
  ['3.1', 'A bad grant: `error` MUST be invalid_grant', JWT, 'is refused as'],
  ['3.2', 'A bad client JWT: `error` MUST be invalid_client', CLIENT, 'is invalid_client,'],
  ['5', 'RS256 is mandatory to implement: grant', JWT, HONEST],
  ['5', 'RS256 is mandatory to implement: client', CLIENT, BY_EACH_KEY],
]);
