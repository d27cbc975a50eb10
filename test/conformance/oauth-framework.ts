// The rows of RFC 6749, sections 2 to 5: clients, endpoints, grants, responses.

import { DUTY_OF_THE_CLIENT, RENAMED_BY_API_GATEWAY, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const TABLE = 'functions/token/error-table.test.ts';
const ISSUE = 'functions/token/issue-token.test.ts';
const REFRESH = 'functions/token/refresh-token.test.ts';
const METADATA = 'functions/token/metadata.test.ts';
const ENDPOINT = 'attacks/oauth-token-endpoint.test.ts';
const GUESSING = 'attacks/userstore-guessing.test.ts';
const OPENID_CLIENT = 'clients/openid-client.test.ts';

const RESERVED = 'a client id and secret with reserved characters work encoded, as RFC 6749 wants, and raw, as curl sends them';
const NO_PUBLIC_LOGIN = 'openid-client: a public client renews what it was given, and may not log anybody in';
const ERROR_ROWS = 'error table: ';

const clientRows = rowsOf('RFC 6749', [
  ['2.2', 'client_id alone MUST NOT be used for client authentication', TABLE, 'client_id alone'],
  ['2.3', 'MUST NOT rely on public client authentication to identify the client', OPENID_CLIENT, NO_PUBLIC_LOGIN],
  ['2.3', 'More than one authentication method in a request MUST NOT be', TABLE, 'two kinds of client authentication'],
  ['2.3.1', 'MUST support HTTP Basic for clients with a password, form-encoded', ISSUE, RESERVED],
  ['2.3.1', 'client_id is REQUIRED in the body', TABLE, 'a secret without client_id'],
  ['2.3.1', 'client_secret is REQUIRED in the body', ISSUE, 'the client authenticates by header or by body'],
  ['2.3.1', 'Credentials MUST NOT be in the request URI', TABLE, 'parameters in the URL'],
  ['2.3.1', 'MUST require TLS for password authentication', TLS_BY_API_GATEWAY],
  [
    '2.3.1',
    'MUST protect endpoints that take client passwords against brute force',
    'Met otherwise: client secrets are 256 random bits (A60), which no guessing reaches; only their digests are kept. Requests are bounded by the throttling of API Gateway.',
  ],
  ['2.3.2', 'MUST define a mapping between client id and authentication scheme', TABLE, 'a method that the entry does not list'],
]);

const endpointRows = rowsOf('RFC 6749', [
  [
    '3.1.2.4',
    'MUST NOT redirect to an invalid redirection URI',
    'attacks/authorization-code.test.ts',
    'A64 A118 only what is registered, character for character, is ever redirected to',
  ],
  [
    '3.2',
    'The URI of the token endpoint MUST NOT include a fragment',
    METADATA,
    'the issuer is the configured one, and every endpoint lies below it',
  ],
  ['3.2', 'MUST require TLS at the token endpoint', TLS_BY_API_GATEWAY],
  ['3.2', 'POST MUST be used for access token requests', TABLE, 'GET'],
  [
    '3.2',
    'Parameters without a value MUST be treated as omitted',
    ISSUE,
    'parameters that nobody knows are ignored, empty ones are not there',
  ],
  ['3.2', 'Unrecognized parameters MUST be ignored', ISSUE, 'parameters that nobody knows are ignored, empty ones are not there'],
  ['3.2', 'Parameters MUST NOT be included more than once', TABLE, 'a repeated parameter'],
  ['3.2', 'The same, for parameters nobody knows and other spellings of a name', TABLE, 'a parameter repeated in another spelling'],
  ['3.2.1', 'Confidential clients MUST authenticate', TABLE, 'no client'],
  [
    '3.3',
    'A scope that differs from what was asked MUST be said',
    ISSUE,
    'scopes: none asked is default, SYSTEM is all that may be had, the rest is left out and said',
  ],
  [
    '3.3',
    'An omitted scope MUST be a default value, or fail',
    ISSUE,
    'scopes: none asked is default, SYSTEM is all that may be had, the rest is left out and said',
  ],
]);

const grantRows = rowsOf('RFC 6749', [
  ['4.3.1', 'The client MUST discard the password once it has a token', DUTY_OF_THE_CLIENT],
  ['4.3.2', 'grant_type is REQUIRED', TABLE, 'no grant_type'],
  ['4.3.2', 'username is REQUIRED', TABLE, 'no username'],
  ['4.3.2', 'password is REQUIRED', TABLE, 'no password'],
  ['4.3.2', 'MUST require client authentication of confidential clients', TABLE, 'an unknown client by client_id alone'],
  ['4.3.2', 'MUST authenticate the client if it authenticates', TABLE, 'a wrong secret'],
  ['4.3.2', 'MUST validate the password', TABLE, 'a wrong password'],
  ['4.3.2', 'MUST protect the endpoint against brute force', GUESSING, 'A12 parallel guesses cannot outrun the counter'],
  ['4.4', 'client_credentials MUST only be used by confidential clients', OPENID_CLIENT, NO_PUBLIC_LOGIN],
  ['4.4.2', 'The client MUST authenticate', TABLE, 'no client'],
  ['4.5', 'An extension grant is an absolute URI', METADATA, 'every grant that is named is one that the endpoint knows'],
]);

const responseRows = rowsOf('RFC 6749', [
  ['5.1', 'access_token and token_type are REQUIRED', ISSUE, 'the password grant yields an opaque access token and a refresh token'],
  [
    '5.1',
    'scope is REQUIRED if it differs from the one asked',
    ISSUE,
    'scopes: none asked is default, SYSTEM is all that may be had, the rest is left out and said',
  ],
  [
    '5.1',
    'MUST include Cache-Control: no-store and Pragma: no-cache',
    ENDPOINT,
    'A62 nothing of the token endpoint may be cached, errors included',
  ],
  ['5.1', 'The client MUST ignore unrecognized members', DUTY_OF_THE_CLIENT],
  ['5.2', 'error is REQUIRED, with its code and status 400', TABLE, ERROR_ROWS],
  ['5.2', 'Failed authentication by header MUST be 401 with WWW-Authenticate of the scheme', TABLE, 'Basic that is no base64'],
  ['5.2', 'The same, as it reaches the caller', RENAMED_BY_API_GATEWAY],
  ['5.2', 'error and error_description MUST NOT leave %x20-21 / %x23-5B / %x5D-7E', TABLE, ERROR_ROWS],
  ['5.2', 'error_uri MUST be a URI reference', 'Not applicable: no response has one.'],
  ['5.2', 'invalid_request', TABLE, 'an empty grant_type'],
  ['5.2', 'invalid_client', TABLE, 'an unknown client'],
  ['5.2', 'invalid_grant', TABLE, 'an unknown user'],
  ['5.2', 'unauthorized_client', TABLE, 'a grant that the client may not use'],
  ['5.2', 'unsupported_grant_type', TABLE, 'an unknown grant'],
  ['5.2', 'invalid_scope', TABLE, 'a scope that the tenant does not define'],
]);

const renewalRows = rowsOf('RFC 6749', [
  ['6', 'refresh_token is REQUIRED', TABLE, 'no refresh_token'],
  [
    '6',
    'scope MUST NOT include what was not granted; omitted, it is what was granted',
    REFRESH,
    'it never widens, and the refusal costs the token nothing',
  ],
  ['6', 'MUST authenticate the client', ENDPOINT, 'A54 a refresh token is of no use without its client, or with another one'],
  [
    '6',
    'MUST ensure that the refresh token was issued to that client',
    ENDPOINT,
    'A54 a refresh token is of no use without its client, or with another one',
  ],
  ['6', 'MUST validate the refresh token', TABLE, 'an unknown refresh token'],
  ['6', 'A new refresh token MUST replace the old one at the client', DUTY_OF_THE_CLIENT],
  [
    '6',
    "A new refresh token's scope MUST be identical to the old one's",
    REFRESH,
    'it may narrow for one access token, and be the whole again with the next',
  ],
  [
    '7',
    'The resource server MUST validate the token, its expiry and its scope',
    'functions/authorizer/authorize.test.ts',
    'a scope that the rule asks for is needed, and the challenge names it',
  ],
  ['7.1', 'A client MUST NOT use a token whose type it does not know', DUTY_OF_THE_CLIENT],
]);

export const RFC_6749: readonly Row[] = [...clientRows, ...endpointRows, ...grantRows, ...responseRows, ...renewalRows];
