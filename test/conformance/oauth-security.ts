// The rows of RFC 6749, sections 8 to 12, and of RFC 9700, the best current practice that came after it.

import { DUTY_OF_SPECIFICATIONS, DUTY_OF_THE_CLIENT, NO_AUTHORIZATION_ENDPOINT, TLS_BY_API_GATEWAY } from './reasons.ts';
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

export const RFC_9700: readonly Row[] = rowsOf('RFC 9700', [
  ['2.1', 'Redirect URIs MUST be compared exactly; no open redirectors; CSRF MUST be prevented', NO_AUTHORIZATION_ENDPOINT],
  ['2.1', 'MUST NOT forward credentials by HTTP 307', NO_AUTHORIZATION_ENDPOINT],
  ['2.1.1', 'Public clients MUST use PKCE; servers MUST support and enforce it', NO_AUTHORIZATION_ENDPOINT],
  ['2.1.1', 'MUST mitigate PKCE downgrades', NO_AUTHORIZATION_ENDPOINT],
  [
    '2.2.2',
    'Refresh tokens for public clients MUST be sender-constrained or use rotation',
    REFRESH,
    'a renewal replaces both tokens and counts one up',
  ],
  [
    '2.3',
    'Privileges of access tokens SHOULD be the minimum: scopes by client and roles',
    ISSUE,
    'scopes: none asked is default, SYSTEM is all that may be had, the rest is left out and said',
  ],
  [
    '2.4',
    'The resource owner password credentials grant MUST NOT be used',
    'Not met, by decision: the users of this product need it (DESIGN section 2). It is off unless the entry of a client lists it, and never for a public client.',
  ],
  [
    '2.4',
    'The decision is held to: no client has the password grant unless its entry lists it',
    TABLE,
    'a grant that the client may not use',
  ],
  ['2.4', 'The decision is held to: a public client never has it', 'clients/openid-client.test.ts', NO_PUBLIC_LOGIN],
  [
    '2.5',
    'Client authentication SHOULD be enforced; asymmetric methods are RECOMMENDED',
    'functions/token/client-authentication/private-key-jwt.test.ts',
    'an assertion by each kind of key yields a token',
  ],
  [
    '2.6',
    'Metadata SHOULD be published; it MUST NOT name what is not there',
    'functions/token/metadata.test.ts',
    'every endpoint that is named answers',
  ],
  [
    '2.6',
    'Endpoints for browsers SHOULD support CORS; the authorization endpoint MUST NOT',
    ENDPOINT,
    'A65 only an origin that the client lists may read an answer, and never with credentials',
  ],
  ['4.1-4.8', 'Redirection, mix-up, code injection, CSRF, PKCE downgrade', NO_AUTHORIZATION_ENDPOINT],
  [
    '4.10.1',
    'Sender-constrained access tokens are RECOMMENDED',
    'Not met: DPoP and certificate-bound tokens come later (DESIGN section 2).',
  ],
  ['4.11-4.12', 'MUST NOT be an open redirector, MUST NOT redirect with 307', NO_AUTHORIZATION_ENDPOINT],
  [
    '4.13',
    'A reverse proxy MUST sanitize headers that the application server trusts: X-JWT-Assertion',
    'attacks/spoofed-assertion.test.ts',
    'A72 a spoofed X-JWT-Assertion never reaches the backend: ',
  ],
  [
    '4.13',
    'The same: addresses, paths, certificates and users that a header claims',
    'attacks/running-system.test.ts',
    'A73 A74 headers that claim to know the address, the path, the certificate or the user are the client’s word',
  ],
  [
    '4.14.2',
    'Servers MUST decide by risk whom they give refresh tokens: clients whose entry lists the grant, never for an assertion',
    ISSUE,
    'a client whose entry does not list refresh_token gets none',
  ],
  [
    '4.14.2',
    'Refresh tokens SHOULD be revoked on a security event, and a renewal at that moment must not escape it',
    'attacks/oauth-tokens-not-before.test.ts',
    'A90 a renewal while the old entry is still cached does not outlive tokensNotBefore: ',
  ],
  [
    '4.14.2',
    'Refresh tokens MUST be bound to the scope and resource servers that were consented to',
    REFRESH,
    'it never widens, and the refusal costs the token nothing',
  ],
  [
    '4.14.2',
    'A used refresh token of a public client MUST be detected, and the active one revoked',
    REFRESH,
    'after the grace the grant dies with all its tokens, and the log says so',
  ],
  [
    '4.14.2',
    'Refresh tokens SHOULD expire when the client is inactive',
    REFRESH,
    'each renewal begins a new period, and a refresh token that is not used for one is dead',
  ],
  [
    '4.15',
    'Clients SHOULD NOT be able to choose a client_id or claim that passes for a resource owner; tokens of both MUST be told apart',
    STATE,
    'A91 an application whose id reads like the sub of a user is not taken for that user',
  ],
  ['4.16-4.17', 'Clickjacking and in-browser flows', NO_AUTHORIZATION_ENDPOINT],
]);
