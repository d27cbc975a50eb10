// The rows of RFC 6749, sections 8 to 12.

import { DUTY_OF_SPECIFICATIONS, DUTY_OF_THE_CLIENT, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const TABLE = 'functions/token/error-table.test.ts';
const ISSUE = 'functions/token/issue-token.test.ts';
const REFRESH = 'functions/token/refresh-token.test.ts';
const ENDPOINT = 'attacks/oauth-token-endpoint.test.ts';
const STATE = 'attacks/oauth-token-state.test.ts';
const GUESSING = 'attacks/userstore-guessing.test.ts';
const PARSERS = 'functions/token/request-parsers.property.test.ts';
const NO_PUBLIC_LOGIN = 'openid-client: a public client renews what it was given, and may not log anybody in';

export const RFC_6749_SECURITY: readonly Row[] = rowsOf('RFC 6749', [
  ['8.1', 'Types of access tokens MUST be registered', ISSUE, 'the password grant yields an opaque access token and a refresh token'],
  ['8.2-8.5', 'New parameters, grants, response types and errors MUST be registered', DUTY_OF_SPECIFICATIONS],
  ['10.1', 'Web applications MUST keep their credentials confidential', DUTY_OF_THE_CLIENT],
  [
    '10.1',
    'MUST NOT issue client passwords to native and browser applications: they use none',
    'clients/openid-client.test.ts',
    NO_PUBLIC_LOGIN,
  ],
  ['10.2', 'MUST authenticate the client whenever possible', TABLE, 'no client'],
  [
    '10.3',
    'Access tokens MUST be kept confidential in storage',
    REFRESH,
    'the table keeps no token in clear, and the sealed answer opens for the replaced token alone',
  ],
  ['10.3', 'Access tokens MUST only be transmitted by TLS', TLS_BY_API_GATEWAY],
  [
    '10.3',
    'Access tokens MUST NOT be generated, modified or guessed by others',
    STATE,
    'A57 introspection believes no JWT before its signature',
  ],
  [
    '10.4',
    'Refresh tokens MUST be kept confidential in storage',
    ISSUE,
    'the grant is stored as digests, with the user as the store described the user',
  ],
  [
    '10.4',
    'MUST maintain and verify the binding of refresh token and client',
    ENDPOINT,
    'A54 a refresh token is of no use without its client, or with another one',
  ],
  ['10.4', 'Refresh tokens MUST only be transmitted by TLS', TLS_BY_API_GATEWAY],
  [
    '10.4',
    'Refresh tokens MUST NOT be generated, modified or guessed by others',
    ENDPOINT,
    'A89 who knows a grant id from an access token, but never held a refresh token, cannot kill the grant',
  ],
  ['10.8', 'Tokens, passwords and credentials MUST NOT be transmitted in the clear', TLS_BY_API_GATEWAY],
  ['10.9', 'MUST require TLS; the client MUST validate the certificate', TLS_BY_API_GATEWAY],
  [
    '10.10',
    'MUST prevent guessing of tokens, passwords and credentials',
    GUESSING,
    'A12 parallel guesses through many functions at once cannot outrun the counter of a user',
  ],
  [
    '10.10',
    'The probability of guessing a token MUST be at most 2^-128: 256 random bits',
    ISSUE,
    'the password grant yields an opaque access token and a refresh token',
  ],
  [
    '10.10',
    'MUST utilize other means to protect credentials of end users',
    GUESSING,
    'A11 the lock is ours, and the store is not asked while it lasts',
  ],
  [
    '10.14',
    'MUST sanitize and validate every value received',
    PARSERS,
    'the endpoint answers every body and header with a status and JSON of ours, and none with a 500',
  ],
  ['11', 'New parameters and errors MUST be registered', DUTY_OF_SPECIFICATIONS],
  ['Appendix B', 'Names and values MUST be UTF-8, then form-encoded', PARSERS, 'what a form library writes is what is read'],
]);
