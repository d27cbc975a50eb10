// What the authorizer says: of credentials, of rules and of tiers.

import type { IssuerFault, JwtFault } from './assertions.ts';
import type { NotOurs, TokenDeath } from './grants.ts';
import type { LoginRefusal, LookupRefusal } from './users.ts';

/** A token that is good, and for another API (RFC 8707, A139). */
export type AudienceFault = 'token-for-another-resource' | 'token-for-no-resource';

/** The authorizer does not believe a credential: 401. */
export type CredentialRefusal =
  | AudienceFault
  | 'malformed-basic'
  | 'locked'
  | LoginRefusal
  | 'client-certificate-malformed'
  | 'client-certificate-expired'
  | 'certificate-names-nobody'
  | 'no-certificates-here'
  | 'issuer-not-listed'
  | 'no-such-tenant'
  | LookupRefusal
  | 'function-refused'
  | 'no-such-client'
  | 'client-suspended'
  | 'unknown-token'
  | NotMineReason
  | TokenDeath
  | JwtFault
  | 'not-an-access-token'
  | 'no-username'
  | 'before-tokens-not-before';

/** A bearer token that one kind of check does not know as its own. */
export type NotMineReason = NotOurs | JwtFault | IssuerFault;

/** 401 of the authorizer. */
export type UnauthorizedReason = CredentialRefusal | 'no-credential' | 'several-credentials';

/** 403 of the authorizer. */
export type ForbiddenReason =
  | 'ambiguous-path'
  | 'unsafe-resource'
  | 'path-too-long'
  | 'no-api-entry'
  | 'api-entry-wrong'
  | 'api-claimed-twice'
  | 'path-differs-in-case'
  | 'tenant-not-allowed'
  | 'no-subscription'
  | 'no-rule'
  | 'scope-or-permission-missing';

export type ThrottledReason = 'tier-used-up';

export type AllowedReason = 'rule-met' | 'open';

export type AuthorizerReason = AllowedReason | UnauthorizedReason | ForbiddenReason | ThrottledReason;
