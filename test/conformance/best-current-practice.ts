// The rows of RFC 9700, the best current practice that came after RFC 6749.

import { DUTY_OF_THE_CLIENT, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const SIGN_IN_CODE = 'attacks/authorization-code.test.ts';
const SIGN_IN_PAGE = 'attacks/sign-in-page.test.ts';
const SIGN_IN_ENDPOINT = 'functions/token/sign-in/authorization-endpoint.test.ts';
const NO_IN_BROWSER_COMMUNICATION = 'Not applicable: answers go by redirect or form alone; our pages have no scripts and send no messages.';
const TABLE = 'functions/token/error-table.test.ts';
const ISSUE = 'functions/token/issue-token.test.ts';
const REFRESH = 'functions/token/refresh-token.test.ts';
const METADATA = 'functions/token/metadata.test.ts';
const CLIENT_JWT = 'functions/token/client-authentication/private-key-jwt.test.ts';
const AUTHORIZE = 'functions/authorizer/authorize.test.ts';
const ENDPOINT = 'attacks/oauth-token-endpoint.test.ts';
const STATE = 'attacks/oauth-token-state.test.ts';
const NO_PUBLIC_LOGIN = 'openid-client: a public client renews what it was given, and may not log anybody in';
const SCOPES = 'scopes: none asked is default, SYSTEM is all that may be had, the rest is left out and said';
const ROTATION = 'a renewal replaces both tokens and counts one up';
const REUSE = 'after the grace the grant dies with all its tokens, and the log says so';
const APPLICATION_AS_USER = 'A91 an application whose id reads like the sub of a user is not taken for that user';
const ONLY_ACCESS_TOKENS = 'A33 only an access token is an access token';
const IN_THE_TABLE = 'the table keeps no token in clear, and the sealed answer opens for the replaced token alone';

export const RFC_9700: readonly Row[] = rowsOf('RFC 9700', [
  [
    '2.1',
    'Redirect URIs MUST be compared exactly',
    SIGN_IN_CODE,
    'A64 A118 only what is registered, character for character, is ever redirected to',
  ],
  [
    '2.1',
    'Clients and servers MUST NOT have open redirectors',
    SIGN_IN_CODE,
    'A119 what is wrong with the client or its address is a page, and goes nowhere',
  ],
  ['2.1', 'Clients MUST prevent CSRF, by PKCE, nonce or state', DUTY_OF_THE_CLIENT],
  ['2.1', 'Clients of several servers MUST be guarded against mix-up', DUTY_OF_THE_CLIENT],
  [
    '2.1',
    'Credentials of users MUST NOT be forwarded by a redirect',
    SIGN_IN_PAGE,
    'A120 no page is stored or tells where it was, the way back is a 303, and no log has a code or a password',
  ],
  [
    '2.1.1',
    'Clients MUST prevent injection of codes; public ones MUST use PKCE',
    SIGN_IN_CODE,
    'A116 every client must send a challenge, by S256 alone',
  ],
  ['2.1.1', 'Challenge or nonce MUST be of one transaction, and bound to client and user agent', DUTY_OF_THE_CLIENT],
  ['2.1.1', 'Servers MUST support PKCE', SIGN_IN_CODE, 'A116 every client must send a challenge, by S256 alone'],
  ['2.1.1', 'Servers MUST hold those who send a challenge to it', SIGN_IN_CODE, 'A116 a code is worth nothing without its verifier'],
  ['2.1.1', 'Servers MUST mitigate PKCE downgrades', SIGN_IN_CODE, 'A116 every client must send a challenge, by S256 alone'],
  ['2.1.1', 'Servers MUST let clients find out whether they support PKCE', METADATA, 'the only response type is code, with PKCE by S256'],
  ['2.1.2', 'The implicit grant SHOULD NOT be used: there is none', METADATA, 'the only response type is code, with PKCE by S256'],
  ['2.2.1, 4.10.1', 'Sender-constrained access tokens SHOULD be used', 'Not met: DPoP and certificate-bound tokens come later.'],
  ['2.2.2', 'Refresh tokens of public clients MUST be bound to the sender or rotate: those of all rotate', REFRESH, ROTATION],
  [
    '2.2.2',
    'Refresh tokens are of use to their client alone',
    ENDPOINT,
    'A54 a refresh token is of no use without its client, or with another one',
  ],
  ['2.3', 'Access tokens SHOULD grant the least: scopes by client and roles', ISSUE, SCOPES],
  ['2.3', 'Access tokens SHOULD have an audience', ISSUE, 'a JWT access token is what RFC 9068 says'],
  [
    '2.3',
    'A resource server MUST verify at each request that the token was for it, or refuse',
    'attacks/authorizer-tokens.test.ts',
    ONLY_ACCESS_TOKENS,
  ],
  ['2.3', 'The same, between tenants', AUTHORIZE, 'a tenant that the entry does not let in is refused, one that it lists or `*` is let in'],
  [
    '2.3',
    'A resource server MUST verify that the token allows this action on this resource, or refuse',
    AUTHORIZE,
    'a scope that the rule asks for is needed',
  ],
  ['2.3', 'The same, where no rule says anything', AUTHORIZE, 'what no rule names is refused: another method, another path'],
  [
    '2.4',
    'The resource owner password credentials grant MUST NOT be used',
    'Not met, by decision: the users of this product need it. It is off unless the entry of a client lists it, and never for a public client.',
  ],
  [
    '2.4',
    'The decision is held to: no client has the password grant unless its entry lists it',
    TABLE,
    'a grant that the client may not use',
  ],
  ['2.4', 'The decision is held to: a public client never has it', 'clients/openid-client.test.ts', NO_PUBLIC_LOGIN],
  ['2.5', 'Clients SHOULD be authenticated', TABLE, 'no client'],
  ['2.5', 'Asymmetric methods are RECOMMENDED: private_key_jwt', CLIENT_JWT, 'an assertion by each kind of key yields a token'],
  [
    '2.5',
    'Asymmetric methods are RECOMMENDED: mutual TLS',
    'functions/token/client-authentication/tls-client-auth.test.ts',
    'the certificate of the subject yields a token',
  ],
  ['2.6', 'Metadata SHOULD be published, and used', METADATA, 'every endpoint that is named answers'],
  ['2.6', 'Clients SHOULD NOT be able to choose a client_id or `sub` that is taken for a user', STATE, APPLICATION_AS_USER],
  ['2.6', 'TLS end to end is RECOMMENDED', TLS_BY_API_GATEWAY],
  [
    '2.6',
    'Authorization responses MUST NOT travel in the clear, redirect URIs MUST NOT be http',
    SIGN_IN_CODE,
    'A118 the port is free for loopback addresses alone',
  ],
  ['2.6', 'Partners of in-browser communication MUST be verified strictly', NO_IN_BROWSER_COMMUNICATION],
  [
    '2.6',
    'Endpoints for browsers MAY support CORS: for origins that a client lists',
    ENDPOINT,
    'A65 only an origin that the client lists may read an answer, and never with credentials',
  ],
  ['2.6', 'The authorization endpoint MUST NOT support CORS', SIGN_IN_ENDPOINT, 'no other page may read what it answers'],
  [
    '4.1.3',
    'The two redirect URIs MUST be equal, but for the port of a native client',
    SIGN_IN_CODE,
    'A118 the port is free for loopback addresses alone',
  ],
  ['4.1.3', 'Servers of redirect URIs MUST NOT have open redirectors', DUTY_OF_THE_CLIENT],
  [
    '4.2.4',
    'A code MUST be dead after its first use',
    SIGN_IN_CODE,
    'A113 a code is good once, and its second use ends what the first one made',
  ],
  [
    '4.3.2',
    'Clients MUST NOT send access tokens in a query: who does is refused',
    'functions/token/user-info.test.ts',
    'errors are those of RFC 6750',
  ],
  ['4.4.2', 'Clients of several servers MUST prevent mix-up, and MUST keep and compare issuers or redirect URIs', DUTY_OF_THE_CLIENT],
  ['4.5.3', 'Clients that rely on a nonce MUST validate it, and MUST use no token before', DUTY_OF_THE_CLIENT],
  ['4.7.1', 'Clients MUST make sure that PKCE is supported, or MUST use state or nonce, and MUST protect state', DUTY_OF_THE_CLIENT],
  ['4.7.1', 'Servers MUST let clients find out whether they support PKCE', METADATA, 'the only response type is code, with PKCE by S256'],
  [
    '4.8.2',
    'Servers MUST bind the challenge to the code, and MUST reject a verifier without a challenge',
    SIGN_IN_CODE,
    'A116 a code is worth nothing without its verifier',
  ],
  ['4.9.3', 'A resource server MUST treat tokens as secrets, and not store them in the clear: grants', REFRESH, IN_THE_TABLE],
  [
    '4.9.3',
    'The same: the gateway hands none to HTTP backends of REST APIs',
    'attacks/credential-at-the-backend.test.ts',
    'A106 no token and no password reaches the HTTP backend of a REST API: ',
  ],
  [
    '4.9.3',
    'The same: logs of functions and gateway',
    'attacks/running-system.ts',
    'A61 no token, password, secret or end-user JWT is in any line that the functions and the gateway wrote',
  ],
  ['4.10.2', 'Access tokens SHOULD have an audience', ISSUE, 'a JWT access token is what RFC 9068 says'],
  ['4.11.1', 'Clients MUST NOT be open redirectors', DUTY_OF_THE_CLIENT],
  [
    '4.11.2',
    'Servers MUST NOT redirect where client and redirect URI do not match, and MUST authenticate the user first',
    SIGN_IN_CODE,
    'A119 what is wrong with the client or its address is a page, and goes nowhere',
  ],
  [
    '4.12',
    'A request with credentials MUST NOT be redirected by 307',
    SIGN_IN_PAGE,
    'A120 no page is stored or tells where it was, the way back is a 303, and no log has a code or a password',
  ],
  [
    '4.13',
    'A reverse proxy MUST sanitize headers that the application server trusts: X-JWT-Assertion',
    'attacks/spoofed-assertion.test.ts',
    'A72 a spoofed X-JWT-Assertion never reaches the backend: ',
  ],
  [
    '4.13',
    'The same: other spellings of the name, which the web ACL blocks',
    'infra/web-acl.test.ts',
    'A72 A109 a request that brings an end-user JWT of its own is blocked',
  ],
  [
    '4.13',
    'The same: headers by which a backend would serve another method',
    'attacks/credential-at-the-backend.test.ts',
    'A109 a header by which a backend would serve another method says the one that was judged: ',
  ],
  [
    '4.13',
    'The same: addresses, paths, certificates and users that a header claims',
    'attacks/running-system.ts',
    'A73 A74 headers that claim to know the address, the path, the certificate or the user are the client’s word',
  ],
  [
    '4.13',
    'The link between proxy and application server MUST be protected against eavesdropping, injection and replay',
    'Met outside this code: API Gateway calls Lambda by TLS; whether it calls a backend by https is the integration of that API, and what the backend gets is signed and short-lived.',
  ],
  [
    '4.14.2',
    'Whom refresh tokens are given MUST be decided by risk: clients whose entry lists the grant',
    ISSUE,
    'a client whose entry does not list refresh_token gets none',
  ],
  [
    '4.14.2',
    'The same: none for an assertion',
    'functions/token/grants/jwt-bearer.test.ts',
    'an assertion yields an access token of a user',
  ],
  [
    '4.14.2',
    'Refresh tokens MUST be bound to the scope that was granted',
    REFRESH,
    'it never widens, and the refusal costs the token nothing',
  ],
  [
    '4.14.2',
    'Refresh tokens MUST be bound to the resource servers: all tokens are for one, our issuer',
    ISSUE,
    'a JWT access token is what RFC 9068 says',
  ],
  ['4.14.2', 'Replay of a refresh token MUST be detected, by binding or rotation: after the grace it is', REFRESH, REUSE],
  ['4.14.2', 'The same, at once, where the tenant sets no grace', REFRESH, 'a grace of 0 is none'],
  ['4.14.2', 'Where it is, the active one is revoked', REFRESH, 'a token of two renewals ago kills the grant even within the grace'],
  [
    '4.14.2',
    'What a refresh token says of its grant MUST be kept whole',
    ENDPOINT,
    'A89 who knows a grant id from an access token, but never held a refresh token, cannot kill the grant',
  ],
  [
    '4.14.2',
    'Refresh tokens MAY be revoked on a security event, and a renewal at that moment must not escape it',
    'attacks/oauth-tokens-not-before.test.ts',
    'A90 a renewal while the old entry is still cached does not outlive tokensNotBefore: ',
  ],
  [
    '4.14.2',
    'Refresh tokens SHOULD expire without use',
    REFRESH,
    'each renewal begins a new period, and a refresh token that is not used for one is dead',
  ],
  ['4.15.1', 'Clients SHOULD NOT be able to choose a client_id or claim that passes for a user', STATE, APPLICATION_AS_USER],
  ['4.15.1', 'Where they are, resource servers MUST be able to tell: every token says `aut`', STATE, APPLICATION_AS_USER],
  ['4.16', 'Servers MUST prevent clickjacking', SIGN_IN_PAGE, 'A123 no page may stand in a frame'],
  ['4.17.2', 'Origins of in-browser communication MUST be compared exactly, and wildcards MUST NOT be used', NO_IN_BROWSER_COMMUNICATION],
  ['4.17.2', 'Clients MUST prevent injection of messages, and MUST compare origins exactly', DUTY_OF_THE_CLIENT],
]);
