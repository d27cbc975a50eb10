// The rows of RFC 9068 (JWT access tokens): what the token API issues, and what the authorizer and userinfo check.

import { DUTY_OF_THE_CLIENT } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const ISSUE = 'functions/token/issue-token.test.ts';
const STATE = 'attacks/oauth-token-state.test.ts';
const TOKENS = 'attacks/authorizer-tokens.test.ts';
const GATEWAY = 'attacks/authorizer-gateway.test.ts';
const IS_RFC_9068 = 'a JWT access token is what RFC 9068 says, and the published keys verify it';
const ALGORITHM = 'a tenant chooses the algorithm of its JWTs among those that deployments have keys for';
const APPLICATION = 'oauth4webapi: client_credentials, and a JWT access token that a resource server verifies';
const SCOPES = 'scopes: none asked is default, SYSTEM is all that may be had, the rest is left out and said';
const ONLY_ACCESS_TOKENS = 'A33 only an access token is an access token';
const APPLICATION_AS_USER = 'A91 an application whose id reads like the sub of a user is not taken for that user';

export const RFC_9068: readonly Row[] = rowsOf('RFC 9068', [
  ['2.1', 'The token MUST be signed', ISSUE, IS_RFC_9068],
  ['2.1', 'The algorithm MUST NOT be none', ISSUE, ALGORITHM],
  ['2.1', 'The authorization server MUST support RS256', ISSUE, ALGORITHM],
  ['2.1', 'The resource server MUST support RS256', ISSUE, ALGORITHM],
  ['2.1', '`typ` MUST be application/at+jwt, and SHOULD be written at+jwt', ISSUE, IS_RFC_9068],
  ['2.2', '`iss` is REQUIRED', ISSUE, IS_RFC_9068],
  ['2.2', '`exp` is REQUIRED', ISSUE, IS_RFC_9068],
  ['2.2', '`aud` is REQUIRED', ISSUE, IS_RFC_9068],
  ['2.2', '`sub` is REQUIRED', ISSUE, IS_RFC_9068],
  ['2.2', "`sub` of an application's own token SHOULD name the application", 'clients/oauth4webapi.test.ts', APPLICATION],
  ['2.2', '`client_id` is REQUIRED', ISSUE, IS_RFC_9068],
  ['2.2', '`iat` is REQUIRED', ISSUE, IS_RFC_9068],
  ['2.2', '`jti` is REQUIRED', ISSUE, IS_RFC_9068],
  ['2.2.3', 'A scope that was asked for SHOULD be in `scope`', ISSUE, IS_RFC_9068],
  ['2.2.3', 'Every scope MUST mean something to the audience: others are left out', ISSUE, SCOPES],
  [
    '3',
    'With `resource`, `aud` SHOULD be it',
    'attacks/tokens-for-resources.test.ts',
    'A139 a token is for the resources that were asked for, in every spelling of their host',
  ],
  ['3', 'A token that grants ambiguously MUST NOT be issued: one audience, and scopes that its tenant defines', ISSUE, SCOPES],
  ['3', 'Without `resource`, `aud` MUST be a default: our issuer', ISSUE, IS_RFC_9068],
  [
    '4',
    'Metadata by RFC 8414 and by OpenID Connect Discovery MUST agree',
    'functions/token/metadata.test.ts',
    'both documents are the same, public and cacheable',
  ],
  ['4', 'The resource server MUST verify `typ`; of the two spellings ours is the one that we issue', TOKENS, ONLY_ACCESS_TOKENS],
  [
    '4',
    'An encrypted token is decrypted with the keys of registration: none is encrypted, and one that is is refused',
    STATE,
    'A29 crit, b64, zip and an encrypted token are refused, though signed by our own key',
  ],
  ['4', '`iss` MUST match exactly', TOKENS, ONLY_ACCESS_TOKENS],
  ['4', '`aud` MUST have the resource server, or the token MUST be rejected', TOKENS, ONLY_ACCESS_TOKENS],
  ['4', 'The signature MUST be validated: userinfo and introspection', STATE, 'A57 introspection believes no JWT before its signature'],
  ['4', 'The signature MUST be validated: authorizer', TOKENS, 'A23 the algorithm is the key’s, never the token’s'],
  ['4', '`none` MUST be rejected', STATE, 'A23 no unsigned token, and none signed with the public key as a shared secret'],
  ['4', 'The keys MUST be those of the authorization server: userinfo', STATE, 'A24 a key, a link or a certificate in the header'],
  ['4', 'The keys MUST be those of the authorization server: authorizer', TOKENS, 'A24 a key that the token brings along is not looked at'],
  ['4', 'Now MUST be before `exp`', GATEWAY, 'A82 a token is dead from its last second on, though its item is still there'],
  [
    '4',
    'Errors MUST be those of RFC 6750 section 3.1: userinfo',
    'functions/token/user-info.test.ts',
    'errors are those of RFC 6750 section 3.1',
  ],
  [
    '4',
    'A token that fails a check MUST be answered with invalid_token: authorizer',
    'flows/six-steps.ts',
    'no token, a wrong one and a revoked one are 401 with a challenge',
  ],
  [
    '5',
    'No client can choose a `sub` that is taken for a user: operators write ids, and every token says `aut`',
    STATE,
    APPLICATION_AS_USER,
  ],
  [
    '5',
    'Tokens for different resources MUST have different audiences: all are for one, the gateway, and what backends get has an audience per API',
    GATEWAY,
    'A69 the end-user JWT of one API is never handed out for another',
  ],
  ['6', 'Clients MUST NOT look into access tokens', DUTY_OF_THE_CLIENT],
  ['6', 'Personal claims: none but the name with its store is in the token', ISSUE, IS_RFC_9068],
]);
