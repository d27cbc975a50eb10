// The rows of RFC 6749 that speak of the authorization endpoint, codes and the implicit grant.

import { DUTY_OF_THE_CLIENT, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const CODE = 'attacks/authorization-code.test.ts';
const PAGE = 'attacks/sign-in-page.test.ts';
const ENDPOINT = 'functions/token/sign-in/authorization-endpoint.test.ts';
const FLOW = 'functions/token/sign-in/sign-in.test.ts';
const REFUSALS = 'functions/token/sign-in/sign-in-refusals.test.ts';
const OPENID = 'conformance/openid-foundation.test.ts';
const NO_IMPLICIT_GRANT = 'Not applicable: there is no implicit grant; the only response type is code.';
const NO_ERROR_URI = 'Not applicable: no error has an error_uri.';
const NO_QUERY = 'Not applicable: the URI of the endpoint has no query.';

const OF_THE_SERVER: readonly Row[] = rowsOf('RFC 6749', [
  [
    '3.1',
    'MUST first verify the identity of the resource owner',
    FLOW,
    'asks for name and password, and nothing is stored before they were right',
  ],
  ['3.1', 'A query in the URI of the endpoint MUST be retained', NO_QUERY],
  [
    '3.1',
    'The URI of the endpoint MUST NOT include a fragment',
    'functions/token/metadata.test.ts',
    'every endpoint that is named answers',
  ],
  ['3.1', 'MUST require TLS', TLS_BY_API_GATEWAY],
  ['3.1', 'MUST support GET', FLOW, 'leads to a code, to tokens, to the user'],
  ['3.1', 'Parameters without a value MUST be treated as omitted', ENDPOINT, 'a parameter without a value is as if it were not there'],
  ['3.1', 'Unrecognized parameters MUST be ignored', OPENID, 'oidcc-ensure-request-with-unknown-parameter-succeeds'],
  [
    '3.1',
    'Parameters MUST NOT be included more than once',
    ENDPOINT,
    'a parameter that is read may stand there once, and what is not read is ignored however often',
  ],
  ['3.1.1', 'response_type is REQUIRED', OPENID, 'oidcc-response-type-missing: an error, not a code'],
  ['3.1.1', 'response_type MUST be a known value', REFUSALS, 'unsupported_response_type, unknown-response-type'],
  ['3.1.1', 'A missing or unknown response_type MUST be an error', REFUSALS, 'unsupported_response_type, unknown-response-type'],
  [
    '3.1.2',
    'The redirection URI MUST be absolute',
    CODE,
    'A64 A118 only what is registered, character for character, is ever redirected to',
  ],
  [
    '3.1.2',
    'A query in the redirection URI MUST be retained',
    ENDPOINT,
    'the query of a redirect URI stays, and the answer is added to it',
  ],
  [
    '3.1.2',
    'The redirection URI MUST NOT include a fragment',
    CODE,
    'A64 A118 only what is registered, character for character, is ever redirected to',
  ],
  [
    '3.1.2.2',
    'Public clients and clients of the implicit grant MUST register redirection URIs',
    ENDPOINT,
    'of several redirect URIs the client must name one; the only one may be left out',
  ],
  [
    '3.1.2.3',
    'Where several or none are registered, the client MUST send one',
    ENDPOINT,
    'of several redirect URIs the client must name one; the only one may be left out',
  ],
  [
    '3.1.2.3',
    'A redirection URI that is sent MUST match a registered one',
    CODE,
    'A64 A118 only what is registered, character for character, is ever redirected to',
  ],
  [
    '3.1.2.3',
    'A full registered URI MUST be compared as a string',
    CODE,
    'A64 A118 only what is registered, character for character, is ever redirected to',
  ],
  [
    '3.2.1',
    'An unauthenticated client MUST send its client_id with a code',
    CODE,
    'A114 another client can neither redeem a code nor burn it',
  ],
  ['4.1.1', 'response_type is REQUIRED', OPENID, 'oidcc-response-type-missing: an error, not a code'],
  ['4.1.1', 'response_type MUST be code', REFUSALS, 'unsupported_response_type, unknown-response-type'],
  ['4.1.1', 'client_id is REQUIRED', CODE, 'A119 what is wrong with the client or its address is a page, and goes nowhere'],
  ['4.1.2', 'code is REQUIRED', FLOW, 'leads to a code, to tokens, to the user'],
  ['4.1.2', 'A code MUST expire shortly after it is issued', CODE, 'A113 a code ends after a minute'],
  ['4.1.2', 'A code MUST NOT be used more than once', CODE, 'A113 a code is good once, and its second use ends what the first one made'],
  ['4.1.2', 'A code used twice MUST be denied', CODE, 'A113 a code is good once, and its second use ends what the first one made'],
  ['4.1.2', 'state is REQUIRED if it was sent', FLOW, 'leads to a code, to tokens, to the user'],
  [
    '4.1.2.1',
    'MUST NOT redirect where client or redirection URI are invalid',
    CODE,
    'A119 what is wrong with the client or its address is a page, and goes nowhere',
  ],
  ['4.1.2.1', 'error is REQUIRED', ENDPOINT, 'error and error_description keep to their characters'],
  ['4.1.2.1', 'error MUST NOT leave its characters', ENDPOINT, 'error and error_description keep to their characters'],
  ['4.1.2.1', 'error_description MUST NOT leave its characters', ENDPOINT, 'error and error_description keep to their characters'],
  ['4.1.2.1', 'error_uri MUST be a URI reference', NO_ERROR_URI],
  ['4.1.2.1', 'state is REQUIRED if it was sent', ENDPOINT, 'error and error_description keep to their characters'],
  ['4.1.3', 'grant_type is REQUIRED', 'functions/token/error-table.test.ts', 'no grant_type'],
  ['4.1.3', 'grant_type MUST be authorization_code', FLOW, 'leads to a code, to tokens, to the user'],
  ['4.1.3', 'code is REQUIRED', REFUSALS, 'there is none'],
  [
    '4.1.3',
    'redirect_uri is REQUIRED if it was sent, and MUST be identical',
    CODE,
    'A115 a code is redeemed with the redirect URI of its request, character for character',
  ],
  ['4.1.3', 'client_id is REQUIRED if the client does not authenticate', CODE, 'A114 another client can neither redeem a code nor burn it'],
  ['4.1.3', 'Confidential clients MUST authenticate', CODE, 'A114 another client can neither redeem a code nor burn it'],
  [
    '4.1.3',
    'MUST require client authentication, authenticate, and check code, client and redirect_uri',
    CODE,
    'A114 another client can neither redeem a code nor burn it',
  ],
  ['4.2.1', 'response_type is REQUIRED', NO_IMPLICIT_GRANT],
  ['4.2.1', 'response_type MUST be token', NO_IMPLICIT_GRANT],
  ['4.2.1', 'client_id is REQUIRED', NO_IMPLICIT_GRANT],
  ['4.2.1', 'MUST verify that the redirection URI is registered', NO_IMPLICIT_GRANT],
  ['4.2.2', 'access_token is REQUIRED', NO_IMPLICIT_GRANT],
  ['4.2.2', 'token_type is REQUIRED', NO_IMPLICIT_GRANT],
  ['4.2.2', 'scope is REQUIRED if it differs', NO_IMPLICIT_GRANT],
  ['4.2.2', 'state is REQUIRED if it was sent', NO_IMPLICIT_GRANT],
  ['4.2.2', 'MUST NOT issue a refresh token', NO_IMPLICIT_GRANT],
  ['4.2.2.1', 'MUST NOT redirect where client or redirection URI are invalid', NO_IMPLICIT_GRANT],
  ['4.2.2.1', 'error is REQUIRED', NO_IMPLICIT_GRANT],
  ['4.2.2.1', 'error MUST NOT leave its characters', NO_IMPLICIT_GRANT],
  ['4.2.2.1', 'error_description MUST NOT leave its characters', NO_IMPLICIT_GRANT],
  ['4.2.2.1', 'error_uri MUST be a URI reference', NO_IMPLICIT_GRANT],
  ['4.2.2.1', 'state is REQUIRED if it was sent', NO_IMPLICIT_GRANT],
  [
    '10.2',
    'MUST require redirection URIs of clients that cannot be authenticated',
    ENDPOINT,
    'of several redirect URIs the client must name one; the only one may be left out',
  ],
  ['10.5', 'Codes MUST be short lived and single-use', CODE, 'A113 a code ends after a minute'],
  [
    '10.5',
    'MUST authenticate the client and check that the code is its own',
    CODE,
    'A114 another client can neither redeem a code nor burn it',
  ],
  [
    '10.6',
    'MUST ensure that both redirection URIs are identical',
    CODE,
    'A115 a code is redeemed with the redirect URI of its request, character for character',
  ],
  [
    '10.6',
    'MUST require public clients to register redirection URIs',
    ENDPOINT,
    'of several redirect URIs the client must name one; the only one may be left out',
  ],
  [
    '10.6',
    'MUST validate a redirection URI against the registered value',
    CODE,
    'A64 A118 only what is registered, character for character, is ever redirected to',
  ],
  ['10.11', 'MUST require TLS on every endpoint for end-user interaction', TLS_BY_API_GATEWAY],
  [
    '10.12',
    'MUST implement CSRF protection for the authorization endpoint',
    PAGE,
    'A121 a form of another browser signs nobody in, and its password is not even looked at',
  ],
  ['10.16', 'Delegated login MUST NOT use the implicit flow without more', NO_IMPLICIT_GRANT],
]);

const OF_THE_CLIENT: readonly (readonly [section: string, ...requirements: string[]])[] = [
  ['3.1.2.5', 'Scripts of the client MUST run before others on its redirection endpoint'],
  ['4.1.2', 'The client MUST ignore unrecognized members'],
  ['4.2.2', 'The client MUST ignore unrecognized members'],
  ['10.5', 'A client that logs in by codes MUST require TLS at its redirection endpoint'],
  ['10.12', 'The client MUST implement CSRF protection', 'Its binding value MUST be one that cannot be guessed'],
];

export const RFC_6749_AUTHORIZATION: readonly Row[] = [
  ...OF_THE_SERVER,
  ...rowsOf(
    'RFC 6749',
    OF_THE_CLIENT.flatMap(([section, ...requirements]) =>
      requirements.map((requirement) => [section, requirement, DUTY_OF_THE_CLIENT] as const),
    ),
  ),
];
