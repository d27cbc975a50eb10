// Grants, codes and tokens of our own that are no good any more.

import type { JwtAssertionFault, SamlAssertionFault } from './assertions.ts';
import type { LoginRefusal, PresentUserFault, RecheckRefusal } from './users.ts';

type RefreshTokenFault =
  | 'not-a-refresh-token'
  | 'no-such-grant'
  | 'forged-refresh-token'
  | 'refresh-token-reused'
  | 'refresh-token-expired'
  | 'refresh-token-of-another-client'
  | 'refresh-token-of-another-tenant'
  | 'before-tokens-not-before';

/** A code of the sign-in page is not redeemed. */
export type AuthorizationCodeFault =
  | 'no-such-code'
  | 'forged-code'
  | 'code-reused'
  | 'code-of-another-client'
  | 'code-of-another-tenant'
  | 'another-redirect-uri'
  | 'malformed-code-verifier'
  | 'wrong-code-verifier'
  | 'session-ended';

/** `invalid_grant`: one answer outside for all of them. */
export type GrantRefusal =
  | 'tenant-not-active'
  | 'locked'
  | LoginRefusal
  | RecheckRefusal
  | RefreshTokenFault
  | AuthorizationCodeFault
  | JwtAssertionFault
  | SamlAssertionFault;

/** An access token of our own that no longer lives. */
export type TokenDeath =
  | 'parent-ended'
  | 'too-long'
  | 'expired'
  | 'no-such-grant'
  | 'token-replaced'
  | 'issued-before-offline'
  | 'no-such-tenant'
  | 'tenant-suspended'
  | 'no-such-client'
  | 'client-suspended'
  | 'client-of-another-tenant'
  | 'before-tokens-not-before'
  | PresentUserFault;

/** Token that no key of ours signed. */
export type NotOurs = 'not-a-token-of-ours';

/** `{"active":false}` of the introspection endpoint. */
export type InactiveReason =
  | TokenDeath
  | NotOurs
  | 'client-may-not-introspect'
  | 'token-of-another-tenant'
  | 'refresh-token-of-another-client'
  | 'tenant-not-active';

/** `invalid_token` of RFC 6750 section 3.1. */
export type BearerFault = TokenDeath | NotOurs | 'no-access-token' | 'malformed-bearer';

export type InsufficientScope = 'no-openid-scope' | 'no-end-user';
