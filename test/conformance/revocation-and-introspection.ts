// The rows of RFC 7009 and RFC 7662.

import { DUTY_OF_SPECIFICATIONS, DUTY_OF_THE_CLIENT, DUTY_OF_THE_RESOURCE_SERVER, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const REVOKE = 'functions/token/revoke-token.test.ts';
const INTROSPECT = 'functions/token/introspect-token.test.ts';
const METADATA = 'functions/token/metadata.test.ts';
const STATE = 'attacks/oauth-token-state.test.ts';
const ENDPOINT = 'attacks/oauth-token-endpoint.test.ts';
const EITHER = 'revoking either token kills the grant';
const UNKNOWN = 'an unknown, malformed, forged or already revoked token is 200 like any other';
const MISSING = 'no token is invalid_request, no client invalid_client, an outage 503';
const INACTIVE = 'whatever the caller may not know is inactive and nothing more, with the reason in the log';
const PROVE = 'the caller must prove who it is';
const HINT = 'a wrong or unknown hint changes nothing';
const BELOW_THE_ISSUER = 'the issuer is the configured one, and every endpoint lies below it';
const PARAMETERS = 'parameters by RFC 6749 section 3.1: one nobody knows or without a value is not there, a repeated one is refused';
const HTTPS_ISSUER = 'an issuer is an https URL as RFC 8414 wants it, or is refused';

export const RFC_7009: readonly Row[] = rowsOf('RFC 7009', [
  ['2', 'MUST be able to revoke refresh tokens', REVOKE, EITHER],
  ['2', 'SHOULD be able to revoke access tokens', REVOKE, EITHER],
  ['2', 'RFC 6749 section 3.1 MUST hold: no fragment in the address of the endpoint', METADATA, BELOW_THE_ISSUER],
  ['2', 'RFC 6749 section 3.1 MUST hold: empty, unknown and repeated parameters', REVOKE, PARAMETERS],
  ['2', 'Clients MUST check that the address is https', DUTY_OF_THE_CLIENT],
  ['2', 'The address of the endpoint MUST be https: it lies below the issuer, which is', 'infra/functions.test.ts', HTTPS_ISSUER],
  ['2', 'The endpoint MUST be served by TLS', TLS_BY_API_GATEWAY],
  ['2', 'An address by http, if there is one, MUST NOT be published', METADATA, BELOW_THE_ISSUER],
  ['2.1', 'The request is a POST with a form', REVOKE, 'a GET is 405, a token in the URL is refused'],
  ['2.1', '`token` is REQUIRED', REVOKE, MISSING],
  ['2.1', 'A token that the hint does not find MUST be looked for among all types', REVOKE, HINT],
  ['2.1', 'Credentials of the client are validated before anything else', REVOKE, MISSING],
  ['2.1', 'A public client is held to its own tokens', REVOKE, 'a public client revokes its own tokens by its id alone'],
  [
    '2.1',
    "Another client's token is not revoked, and the caller gets an error",
    STATE,
    "A56 no client revokes another client's token, or learns of another tenant's",
  ],
  ['2.1', 'The token is dead at once', REVOKE, EITHER],
  ['2.1', 'With a refresh token its access tokens SHOULD go, and with an access token its refresh token may', REVOKE, EITHER],
  ['2.2', 'A token that is not valid is answered by 200', REVOKE, UNKNOWN],
  ['2.2', 'All that there is to the answer is its status', REVOKE, UNKNOWN],
  ['2.2', 'A hint that is not known is no error', REVOKE, HINT],
  ['2.2.1', 'Errors are those of RFC 6749 section 5.2', REVOKE, MISSING],
  ['2.2.1', 'unsupported_token_type where a type cannot be revoked', 'Not applicable: every type of token that is issued can be revoked.'],
  ['2.2.1', 'After a 503 the token is to be taken for alive, and it is', REVOKE, MISSING],
  ['2.3', 'JSONP MAY be offered', 'Not applicable: a page of a listed origin has CORS, and JSONP would give the answer to every page.'],
  [
    '2.3',
    'CORS, with care for the origin',
    ENDPOINT,
    'A65 only an origin that the client lists may read an answer, and never with credentials',
  ],
  ['3', 'Tokens by reference and tokens that carry all they say are both revoked at once', REVOKE, EITHER],
  ['4.1.2', 'New hints MUST be registered', DUTY_OF_SPECIFICATIONS],
  [
    '5',
    'What counters denial of service at the token endpoint MUST counter it here: one stage, one limit for all',
    'infra/token-api.test.ts',
    'the token API and both of the demo are regional, with one stage that limits and logs',
  ],
  ['5', 'Misleading hints MUST NOT cost look-ups', 'functions/token/table-calls.test.ts', 'a login calls the tables three times at most'],
  ['5', 'Guessed tokens: the caller is a client, and the token its own', STATE, 'A56 no client revokes'],
  ['5', 'Clients MUST authenticate the endpoint', DUTY_OF_THE_CLIENT],
]);

export const RFC_7662: readonly Row[] = rowsOf('RFC 7662', [
  ['2', 'The endpoint MUST be protected by TLS', TLS_BY_API_GATEWAY],
  ['2.1', 'The request is a POST with a form', METADATA, 'every endpoint that is named answers'],
  ['2.1', '`token` is REQUIRED', INTROSPECT, PROVE],
  ['2.1', 'A token that the hint does not find MUST be looked for among all types', INTROSPECT, HINT],
  ['2.1', 'The endpoint MUST ask for some authorization', INTROSPECT, PROVE],
  ['2.2', '`active` is REQUIRED', INTROSPECT, "a user's access token, opaque"],
  [
    '2.2',
    'Names of members that cross domains MUST be registered',
    'Not applicable: `aut` and `token_use` are for the APIs of one deployment; all others are registered.',
  ],
  ['2.2', 'A token that is not active MUST be `active: false`', INTROSPECT, INACTIVE],
  ['2.2', 'A token that does not exist MUST be `active: false`', INTROSPECT, INACTIVE],
  ['2.2', 'A token that the caller may not introspect MUST be `active: false`', INTROSPECT, INACTIVE],
  ['2.2', 'Such an answer SHOULD NOT say more', INTROSPECT, INACTIVE],
  ['2.2', 'Callers may be told different things', INTROSPECT, 'another client of the tenant, such as a resource server'],
  ['2.2', 'What is said agrees with the token', INTROSPECT, "a user's access token, JWT: what is said agrees with what the token says"],
  ['2.3', 'Wrong credentials are 401 as in RFC 6749 section 5.2', INTROSPECT, PROVE],
  [
    '2.3',
    'A caller that authenticates by an access token gets RFC 6750 section 3 for a bad one',
    'Not applicable: callers authenticate as clients alone; a Bearer header is refused as no authentication of a client.',
  ],
  ['2.3', 'A query for a token that is not active MUST NOT be an error', INTROSPECT, INACTIVE],
  ['4', 'Whether the token has expired MUST be found out', INTROSPECT, INACTIVE],
  [
    '4',
    'Whether its time has begun MUST be found out',
    'Not applicable: tokens are good from the second in which they are issued, and none is issued for later.',
  ],
  ['4', 'Whether it was revoked MUST be found out', REVOKE, EITHER],
  [
    '4',
    'The same, of a grant that has ended and is still in the table',
    STATE,
    'A82 an expired grant that the table has not swept away yet',
  ],
  ['4', 'The same, of all tokens of a client or tenant', INTROSPECT, INACTIVE],
  ['4', 'The signature of a signed token MUST be validated', STATE, 'A57 introspection believes no JWT before its signature'],
  ['4', 'Whether the token is good at the resource server that asks MUST be found out: at those of its tenant', INTROSPECT, INACTIVE],
  ['4', 'Protected resources MUST authenticate', INTROSPECT, PROVE],
  ['4', 'Protected resources SHOULD be authorized one by one', INTROSPECT, INACTIVE],
  ['4', 'TLS 1.2 MUST be supported', TLS_BY_API_GATEWAY],
  ['4', 'Callers MUST check the certificate', DUTY_OF_THE_RESOURCE_SERVER],
  ['4', 'What caching costs MUST be considered: answers forbid it', STATE, 'A62 answers about tokens are never cached, errors included'],
  ['4', 'An answer MUST NOT be cached beyond its `exp`', STATE, 'A62 answers about tokens are never cached, errors included'],
  [
    '5',
    'Disclosure of what is private MUST be prevented: none but name, sub and scopes is told',
    INTROSPECT,
    "a user's access token, opaque",
  ],
  ['5', 'The same: nothing is told to clients of other tenants', INTROSPECT, INACTIVE],
]);
