// The rows of RFC 6750: how access tokens are sent, and what is said of bad ones.

import { DUTY_OF_THE_CLIENT, RENAMED_BY_API_GATEWAY, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const ISSUE = 'functions/token/issue-token.test.ts';
const USER_INFO = 'functions/token/user-info.test.ts';
const STATE = 'attacks/oauth-token-state.test.ts';
const AUTHORIZE = 'functions/authorizer/authorize.test.ts';
const INTROSPECT = 'functions/token/introspect-token.test.ts';

const ERRORS = 'errors are those of RFC 6750 section 3.1';
const HEADER_AND_FORM = 'the claims of the user, for both token formats, by GET and POST, by header and form';
const FORM = 'a form carries a token as RFC 6750 section 2.2 has it, and in no other way';
const CHALLENGED = 'no token, a wrong one and a revoked one are 401 with a challenge';
const SCOPE_NAMED = 'a scope that the rule asks for is needed, and the challenge names it';
const NO_ERROR_URI = 'Not applicable: no challenge has an error_uri.';

export const RFC_6750: readonly Row[] = rowsOf('RFC 6750', [
  ['2', 'Clients MUST NOT send the token in more than one way: who does is refused', USER_INFO, ERRORS],
  ['2', 'The same, at the authorizer', 'attacks/authorizer-gateway.test.ts', 'several Authorization headers, in any spelling, are refused'],
  ['2.1', 'Resource servers MUST take the Authorization header', USER_INFO, HEADER_AND_FORM],
  ['2.1', 'The scheme is taken in any case, and the token is a b64token', USER_INFO, HEADER_AND_FORM],
  ['2.2', 'A form MUST NOT be used but with its media type', USER_INFO, FORM],
  ['2.2', 'A form MUST NOT be used but in a single part', USER_INFO, FORM],
  ['2.2', 'The body MUST be ASCII', USER_INFO, FORM],
  ['2.2', 'A form MUST NOT be used with a method whose body has no meaning, such as GET', USER_INFO, FORM],
  ['2.2', 'Other parameters MUST be separated by `&`', USER_INFO, FORM],
  ['2.3', 'In a query, other parameters MUST be separated by `&`: no query is taken', USER_INFO, ERRORS],
  ['2.3', 'The query SHOULD NOT be used: it is refused', USER_INFO, ERRORS],
  ['3', 'A request without a good token MUST be answered with WWW-Authenticate: userinfo', USER_INFO, ERRORS],
  ['3', 'The same, of a token in a form that is none', USER_INFO, FORM],
  ['3', 'The same, at the authorizer: no token, and a bad one', 'flows/six-steps.ts', CHALLENGED],
  ['3', 'The same, at the authorizer: a scope that is missing', AUTHORIZE, SCOPE_NAMED],
  ['3', 'The same, as userinfo reaches the caller', RENAMED_BY_API_GATEWAY],
  ['3', 'The scheme of challenges MUST be Bearer: userinfo', USER_INFO, ERRORS],
  ['3', 'The scheme of challenges MUST be Bearer: authorizer', AUTHORIZE, SCOPE_NAMED],
  ['3', 'One attribute at least MUST follow the scheme: realm always does', USER_INFO, ERRORS],
  ['3', '`realm` MUST NOT be there twice', USER_INFO, ERRORS],
  ['3', '`scope` MUST NOT be there twice', USER_INFO, ERRORS],
  ['3', '`error` and `error_description` MUST NOT be there twice', USER_INFO, ERRORS],
  ['3', '`error_uri` MUST NOT be there twice', NO_ERROR_URI],
  [
    '3',
    '`scope` MUST NOT have other characters than scopes have: no scope has them',
    'functions/configuration/scopes.test.ts',
    'scope is tokens between blanks (RFC 6749 section 3.3), each once',
  ],
  ['3', '`error` and `error_description` MUST NOT have other characters than printable ASCII without `"` and `\\`', USER_INFO, ERRORS],
  [
    '3',
    'The same: nothing that the caller sends is in a challenge',
    'attacks/oauth-token-endpoint.test.ts',
    'A63 no header of the request gets into the issuer, a link or a challenge',
  ],
  ['3', '`error_uri` MUST be a URI reference', NO_ERROR_URI],
  ['3.1', 'invalid_request is 400, invalid_token 401, insufficient_scope 403', USER_INFO, ERRORS],
  ['3.1', 'A request that says nothing of authentication SHOULD NOT get an error code', USER_INFO, ERRORS],
  ['5.2', 'References MUST be infeasible to guess: 256 random bits', ISSUE, 'the password grant yields an opaque access token'],
  ['5.2', 'Tokens MUST be protected against change', STATE, 'A57 introspection believes no JWT before its signature'],
  [
    '5.2',
    'Tokens by reference: a change of any kind is another token',
    'attacks/authorizer-gateway.test.ts',
    'A67 a token that begins like',
  ],
  ['5.2', 'TLS MUST be implemented', TLS_BY_API_GATEWAY],
  ['5.2', 'Tokens MUST be kept confidential on their way, by TLS with encryption and integrity', TLS_BY_API_GATEWAY],
  [
    '5.2',
    'What the client may not read MUST be encrypted',
    'Not applicable: nothing in a token is kept from its client; opaque tokens say nothing.',
  ],
  ['5.2', 'Clients MUST validate the chain of certificates of the resource server, with revocation', DUTY_OF_THE_CLIENT],
  ['5.2', 'Tokens MUST NOT be kept in cookies that go in the clear', DUTY_OF_THE_CLIENT],
  [
    '5.2',
    'Between a TLS end point in front and the servers behind it the token MUST be kept confidential',
    'Met outside this code: API Gateway calls Lambda by TLS; whether it calls a backend by https is the integration of that API.',
  ],
  ['5.2', 'The lifetime of tokens MUST be limited', ISSUE, 'lifetimes and format: the client counts before the tenant'],
  ['5.2', 'The limit holds', INTROSPECT, 'whatever the caller may not know is inactive and nothing more'],
  ['5.2', 'The exchange of client and authorization server MUST be confidential', TLS_BY_API_GATEWAY],
  ['5.2', 'The exchange of client and resource server MUST be confidential', TLS_BY_API_GATEWAY],
  ['5.2', 'Clients MUST verify which resource server they speak to', DUTY_OF_THE_CLIENT],
  ['5.3', 'Clients MUST NOT leak tokens', DUTY_OF_THE_CLIENT],
  ['5.3', 'Clients MUST validate certificates of TLS', DUTY_OF_THE_CLIENT],
  ['5.3', 'Clients MUST always use TLS', DUTY_OF_THE_CLIENT],
  ['5.3', 'Implementations MUST NOT store tokens in cookies in the clear', 'Not applicable: nothing here sets or reads a cookie.'],
  ['5.3', 'Who stores tokens in cookies MUST guard against CSRF', 'Not applicable: nothing here sets or reads a cookie.'],
  ['5.3', 'Tokens SHOULD be good for an hour or less: the default is an hour', ISSUE, 'the password grant yields an opaque access token'],
  ['5.3', 'Tokens SHOULD have an audience', ISSUE, 'a JWT access token is what RFC 9068 says'],
  ['5.3', 'Tokens SHOULD NOT be in addresses of pages: one in a query is refused', USER_INFO, ERRORS],
]);
