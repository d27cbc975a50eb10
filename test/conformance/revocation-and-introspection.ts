// The rows of RFC 7009 and RFC 7662.

import { DUTY_OF_THE_CLIENT, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const REVOKE = 'functions/token/revoke-token.test.ts';
const INTROSPECT = 'functions/token/introspect-token.test.ts';
const STATE = 'attacks/oauth-token-state.test.ts';
const EITHER = 'revoking either token kills the grant';
const UNKNOWN = 'an unknown, malformed, forged or already revoked token is 200 like any other';
const MISSING = 'no token is invalid_request, no client invalid_client, an outage 503';
const INACTIVE = 'whatever the caller may not know is inactive and nothing more, with the reason in the log';
const PROVE = 'the caller must prove who it is';

export const RFC_7009: readonly Row[] = rowsOf('RFC 7009', [
  ['2', 'MUST support revocation of refresh tokens', REVOKE, EITHER],
  ['2', 'SHOULD support revocation of access tokens', REVOKE, EITHER],
  ['2', 'The endpoint MUST conform to RFC 6749 section 3.1', REVOKE, 'a GET is 405, a token in the URL is refused'],
  ['2', 'The endpoint MUST be reached by HTTPS', TLS_BY_API_GATEWAY],
  ['2', 'Clients MUST verify that the URL is https', DUTY_OF_THE_CLIENT],
  ['2.1', 'token is REQUIRED', REVOKE, MISSING],
  ['2.1', 'A token that the hint does not find MUST be searched among all types', REVOKE, 'a wrong or unknown hint changes nothing'],
  ['2.1', 'Client credentials are validated first', REVOKE, MISSING],
  [
    '2.1',
    "The token MUST be the client's; otherwise the request is refused and the client told",
    STATE,
    "A56 no client revokes another client's token, or learns of another tenant's",
  ],
  ['2.1', 'The token is invalidated at once', REVOKE, EITHER],
  ['2.1', 'Revoking a refresh token SHOULD take its access tokens along, and the other way round', REVOKE, EITHER],
  ['2.2', 'Invalid tokens are 200', REVOKE, UNKNOWN],
  ['2.2', 'The content of the answer is nothing', REVOKE, UNKNOWN],
  ['2.2.1', 'unsupported_token_type where a type cannot be revoked', 'Not applicable: every type of token that is issued can be revoked.'],
  ['2.2.1', 'On 503 the client MUST assume that the token lives', REVOKE, MISSING],
  [
    '2.3',
    'MAY support CORS, with care for the origin',
    'attacks/oauth-token-endpoint.test.ts',
    'A65 only an origin that the client lists may read an answer, and never with credentials',
  ],
  ['3', 'Both kinds of revocation, by reference and of self-contained tokens', REVOKE, EITHER],
  ['5', 'Countermeasures of RFC 6749 for the token endpoint apply', REVOKE, MISSING],
]);

export const RFC_7662: readonly Row[] = rowsOf('RFC 7662', [
  ['2', 'The endpoint MUST be protected by TLS', TLS_BY_API_GATEWAY],
  ['2.1', 'POST with a form body', 'functions/token/metadata.test.ts', 'every endpoint that is named answers'],
  ['2.1', 'token is REQUIRED', INTROSPECT, PROVE],
  ['2.1', 'A token that the hint does not find MUST be searched among all types', INTROSPECT, 'a refresh token, for its own client'],
  ['2.1', 'The endpoint MUST require some form of authorization', INTROSPECT, PROVE],
  ['2.2', 'active is REQUIRED', INTROSPECT, "a user's access token, opaque"],
  ['2.2', 'A token that is not active or may not be seen MUST be active:false', INTROSPECT, INACTIVE],
  ['2.2', 'Such an answer SHOULD NOT say more', INTROSPECT, INACTIVE],
  ['2.2', 'Members may be restricted by caller', INTROSPECT, INACTIVE],
  ['2.2', 'What is said agrees with the token', INTROSPECT, "a user's access token, JWT: what is said agrees with what the token says"],
  ['2.3', 'Wrong credentials are 401', INTROSPECT, PROVE],
  ['2.3', 'A query for a token that is not active is no error', INTROSPECT, INACTIVE],
  [
    '4',
    'MUST perform all applicable checks: expiry, nbf, revocation, signature, audience',
    STATE,
    'A57 introspection believes no JWT before its signature',
  ],
  ['4', 'A token that was revoked MUST NOT be active', REVOKE, EITHER],
  ['4', 'An expired token MUST NOT be active', STATE, 'A82 an expired grant that the table has not swept away yet is dead everywhere'],
  ['4', 'MUST prevent scanning for tokens: the caller authenticates, tokens have 256 bits', INTROSPECT, PROVE],
  ['4', 'TLS MUST be used, certificates MUST be checked', TLS_BY_API_GATEWAY],
  ['4', 'Protected resources MUST NOT pass on what they learn', DUTY_OF_THE_CLIENT],
  [
    '4',
    'Answers MUST NOT be cached beyond exp: they are not cached at all',
    STATE,
    'A62 answers about tokens are never cached, errors included',
  ],
  ['5', 'Privacy: nothing of the user but name, sub and scopes is told', INTROSPECT, "a user's access token, opaque"],
]);
