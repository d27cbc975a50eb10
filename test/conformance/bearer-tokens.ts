// The rows of RFC 6750 (bearer tokens), RFC 9068 (JWT access tokens) and RFC 8414 (metadata).

import { DUTY_OF_THE_CLIENT, DUTY_OF_THE_RESOURCE_SERVER, RENAMED_BY_API_GATEWAY, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const ISSUE = 'functions/token/issue-token.test.ts';
const TABLE = 'functions/token/error-table.test.ts';
const USER_INFO = 'functions/token/user-info.test.ts';
const METADATA = 'functions/token/metadata.test.ts';
const STATE = 'attacks/oauth-token-state.test.ts';
const GATEWAY_TOKENS = 'attacks/authorizer-tokens.test.ts';
const AUTHORIZE = 'functions/authorizer/authorize.test.ts';
const ENDPOINT = 'attacks/oauth-token-endpoint.test.ts';
const SIX_STEPS = 'flows/six-steps.test.ts';
const OAUTH4WEBAPI = 'clients/oauth4webapi.test.ts';

const RFC_6750_ERRORS = 'errors are those of RFC 6750 section 3.1';
const RFC_9068_TOKEN = 'a JWT access token is what RFC 9068 says, and the published keys verify it';

export const RFC_6750: readonly Row[] = rowsOf('RFC 6750', [
  ['2', 'Clients MUST NOT use more than one method to send the token', USER_INFO, RFC_6750_ERRORS],
  [
    '2.1',
    'Resource servers MUST support the Authorization header',
    USER_INFO,
    'the claims of the user, for both token formats, by GET and POST, by header and form',
  ],
  [
    '2.1',
    'The scheme is case-insensitive, the token b64token',
    USER_INFO,
    'the claims of the user, for both token formats, by GET and POST, by header and form',
  ],
  ['2.2', 'The form method MUST NOT be used but with a form body and a method that has one', USER_INFO, RFC_6750_ERRORS],
  ['2.3', 'The query method SHOULD NOT be used: it is refused', USER_INFO, RFC_6750_ERRORS],
  ['3', 'A request without a good token MUST be answered with WWW-Authenticate: Bearer', USER_INFO, RFC_6750_ERRORS],
  ['3', 'The same, at the authorizer: no credential', SIX_STEPS, 'no token, a wrong one and a revoked one are 401 with a challenge'],
  [
    '3',
    'The same, at the authorizer: a scope that is missing',
    AUTHORIZE,
    'a scope that the rule asks for is needed, and the challenge names it',
  ],
  ['3', 'The same, as userinfo reaches the caller', RENAMED_BY_API_GATEWAY],
  ['3', 'realm, scope and error MUST NOT appear more than once', USER_INFO, RFC_6750_ERRORS],
  ['3', 'Characters of scope, error and error_description are bounded', USER_INFO, RFC_6750_ERRORS],
  ['3.1', 'invalid_request is 400, invalid_token 401, insufficient_scope 403', USER_INFO, RFC_6750_ERRORS],
  ['3.1', 'A request without any authentication SHOULD NOT get an error code', USER_INFO, RFC_6750_ERRORS],
  [
    '5.2',
    'Tokens MUST be protected against change: by signature or by reference',
    STATE,
    'A57 introspection believes no JWT before its signature',
  ],
  ['5.2', 'TLS MUST be used', TLS_BY_API_GATEWAY],
  ['5.2', 'Tokens MUST NOT be kept in cookies that go in the clear', DUTY_OF_THE_CLIENT],
  ['5.3', 'Clients MUST validate the certificate of TLS', DUTY_OF_THE_CLIENT],
  ['5.3', 'Tokens SHOULD be short-lived', ISSUE, 'lifetimes and format: the client counts before the tenant'],
  [
    '5.3',
    'Tokens SHOULD NOT be passed in page URLs',
    ENDPOINT,
    'A61 no secret, token, password or name as typed is in the log, whatever comes of the request',
  ],
  ['5.3', 'Tokens SHOULD have an audience', ISSUE, RFC_9068_TOKEN],
]);

export const RFC_9068: readonly Row[] = rowsOf('RFC 9068', [
  ['2.1', 'JWT access tokens MUST be signed, MUST NOT use none', ISSUE, RFC_9068_TOKEN],
  [
    '2.1',
    'Servers and resource servers MUST support RS256',
    ISSUE,
    'a tenant chooses the algorithm of its JWTs among those that deployments have keys for',
  ],
  ['2.1', 'typ MUST be at+jwt', ISSUE, RFC_9068_TOKEN],
  ['2.2', 'iss, exp, aud, sub, client_id, iat and jti are REQUIRED', ISSUE, RFC_9068_TOKEN],
  [
    '2.2',
    "sub of an application's own token SHOULD be an identifier of the application",
    OAUTH4WEBAPI,
    'oauth4webapi: client_credentials, and a JWT access token that a resource server verifies',
  ],
  ['2.2.3', 'A scope that was asked for SHOULD be in `scope`', ISSUE, RFC_9068_TOKEN],
  [
    '3',
    'If `resource` is sent, aud MUST be it',
    'Not applicable: RFC 8707 is not supported; the parameter is ignored as RFC 6749 section 3.2 has it.',
  ],
  ['3', 'Without `resource`, aud MUST be a default resource indicator: our issuer', ISSUE, RFC_9068_TOKEN],
  [
    '3',
    'All scopes MUST have meaning for the audience',
    ISSUE,
    'scopes: none asked is default, SYSTEM is all that may be had, the rest is left out and said',
  ],
  ['4', 'typ MUST be verified', GATEWAY_TOKENS, 'A33 only an access token is an access token'],
  [
    '4',
    'An encrypted token is decrypted with the keys of registration',
    STATE,
    'A29 crit, b64, zip and an encrypted token are refused, though signed by our own key',
  ],
  ['4', 'iss MUST match exactly', GATEWAY_TOKENS, 'A33 only an access token is an access token'],
  ['4', 'aud MUST contain the resource server', GATEWAY_TOKENS, 'A33 only an access token is an access token'],
  [
    '4',
    'The signature MUST be validated; none MUST be rejected',
    STATE,
    'A23 no unsigned token, and none signed with the public key as a shared secret',
  ],
  ['4', 'The key MUST come from the issuer', STATE, 'A24 a key, a link or a certificate in the header is not looked at'],
  [
    '4',
    'Now MUST be before exp',
    'functions/token/introspect-token.test.ts',
    'whatever the caller may not know is inactive and nothing more, with the reason in the log',
  ],
  ['4', 'Errors MUST be those of RFC 6750 section 3.1', USER_INFO, RFC_6750_ERRORS],
  [
    '5',
    'A client SHOULD NOT be able to choose a client_id that passes for the sub of a user: operators write it, and every token says `aut`',
    STATE,
    'A91 an application whose id reads like the sub of a user is not taken for that user',
  ],
  ['6', 'Clients MUST NOT inspect access tokens', DUTY_OF_THE_CLIENT],
  ['6', 'Who may read personal claims: none but name and store is in the token', ISSUE, RFC_9068_TOKEN],
]);

export const RFC_8414: readonly Row[] = rowsOf('RFC 8414', [
  ['2', 'issuer is REQUIRED: https, no query, no fragment', METADATA, 'the issuer is the configured one, and every endpoint lies below it'],
  ['2', 'authorization_endpoint is REQUIRED unless no grant uses it', METADATA, 'no authorization endpoint is named, and no response type'],
  ['2', 'token_endpoint is REQUIRED', METADATA, 'the issuer is the configured one, and every endpoint lies below it'],
  ['2', 'jwks_uri: keys with use where there are several', ISSUE, 'the service keys are public, and nothing of them is private'],
  ['2', 'response_types_supported is REQUIRED', METADATA, 'no authorization endpoint is named, and no response type'],
  ['2', 'grant_types_supported: what works', METADATA, 'every grant that is named is one that the endpoint knows'],
  [
    '2',
    'Authentication methods of each endpoint',
    METADATA,
    'client authentication is named for each endpoint, and none of it for introspection is `none`',
  ],
  [
    '2',
    'signing_alg_values_supported MUST be there with private_key_jwt, and MUST NOT contain none',
    METADATA,
    'signing algorithms are named wherever private_key_jwt is, and none of them is none',
  ],
  ['2.1', 'signed_metadata MUST be signed and have iss', 'Not applicable: there is no signed_metadata.'],
  [
    '3',
    'MUST be served at the well-known path by HTTPS',
    OAUTH4WEBAPI,
    'oauth4webapi: discovery, password, userinfo, introspection, renewal, revocation',
  ],
  [
    '3.1',
    'With an issuer that has a path, the well-known part MUST come before that path',
    'Not met at the default address of API Gateway, where the first segment is the stage: /.well-known/openid-configuration after the issuer works everywhere (OpenID Connect Discovery section 4), and a custom domain has no path.',
  ],
  ['3.1', 'The document MUST be asked for by GET', METADATA, 'both documents are the same, public and cacheable'],
  ['3.2', 'MUST be 200 and application/json', METADATA, 'both documents are the same, public and cacheable'],
  [
    '3.2',
    'Claims with zero elements MUST be omitted',
    'Not met for response_types_supported alone, which section 2 REQUIRES and which has nothing to name: an empty list breaks no client, a missing one does.',
  ],
  [
    '3.3',
    'issuer MUST be identical to the one asked for',
    OAUTH4WEBAPI,
    'oauth4webapi: discovery, password, userinfo, introspection, renewal, revocation',
  ],
  ['4', 'Comparisons of strings MUST be by code points, with no normalization', TABLE, 'a known grant in another spelling: '],
  ['6.1', 'TLS MUST be supported', TLS_BY_API_GATEWAY],
  [
    '6.2',
    'The issuer comes from configuration, so nobody can pass for it',
    ENDPOINT,
    'A63 no header of the request gets into the issuer, a link or a challenge',
  ],
  ['6.2', 'Protected resources MUST check what the issuer says', DUTY_OF_THE_RESOURCE_SERVER],
]);
