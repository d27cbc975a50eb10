// The contract of the check of our own access tokens, both formats (RFC 6750, RFC 9068).

import type { Client, EndUser, Tenant } from '../configuration/model.ts';
import type { NotOurs, TokenDeath } from '../shared/reasons/grants.ts';
import type { Delegation } from '../storage/grant.ts';
import type { ClientStore, TenantStore } from '../storage/stores.ts';
import type { HolderDependencies } from './find-holder.ts';
import type { AccessTokenClaims, FeedClaim, TokenFormat } from './sign-access-token.ts';
import type { SigningKeys } from './signing-keys.ts';

/** An access token that was checked, with all that it stands for. */
export interface AccessToken {
  readonly format: TokenFormat;
  /** SHA-256 of the whole token, base64url. */
  readonly digest: string;
  readonly grantId: string;
  readonly tenant: Tenant;
  readonly client: Client;
  /** User as the store knows the user now, or knew at the last renewal. Absent: the application's own token. */
  readonly user?: EndUser;
  /** Scopes, without those that the user's roles permit no more. */
  readonly scopes: readonly string[];
  /** URIs of the APIs that it is for (RFC 8707). Empty: for those alone that have none. */
  readonly resources: readonly string[];
  /** Of a token that was exchanged for another (RFC 8693). */
  readonly delegation?: Delegation;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
  /** Id of a JWT; absent for opaque tokens. */
  readonly jti?: string;
  /** Age of what was known of revocations, where they were told by the feed. Absent: the grant was read. */
  readonly feedAgeMs?: number;
}

/** `reason` is for the log: the caller learns nothing but that the token is no good. */
export type CheckedAccessToken =
  | { readonly kind: 'live'; readonly token: AccessToken }
  | { readonly kind: 'dead'; readonly reason: TokenDeath }
  /** No key of ours signed it: somebody else may know it. */
  | { readonly kind: 'not-ours'; readonly reason: NotOurs };

export interface AccessTokenDependencies extends HolderDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly signingKeys: () => Promise<SigningKeys>;
  /** The deployment's; tokens of tenants with issuers of their own are known by it as well. */
  readonly issuer: string;
  /** Opened when the first token comes that the revocation feed tells of. Absent: the grants of such tokens are read. */
  readonly checkByFeed?: () => Promise<FeedCheck>;
}

/** A JWT of which the signature was checked, and of which the feed tells. */
export interface FedToken {
  readonly tenant: Tenant;
  readonly claims: AccessTokenClaims & { readonly feed: FeedClaim };
  /** SHA-256 of the whole token, base64url. */
  readonly digest: string;
  readonly keys: SigningKeys;
}

/** @throws Unavailable where the feed can't be read for longer than its bound */
export type FeedCheck = (token: FedToken, nowSeconds: number) => Promise<CheckedAccessToken>;

export type AccessTokenCheck = (token: string, nowSeconds: number) => Promise<CheckedAccessToken>;

export const NOT_OURS: CheckedAccessToken = { kind: 'not-ours', reason: 'not-a-token-of-ours' };
export const dead = (reason: TokenDeath): CheckedAccessToken => ({ kind: 'dead', reason });
