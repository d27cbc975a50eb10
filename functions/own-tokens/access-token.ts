// The contract of the check of our own access tokens, both formats (RFC 6750, RFC 9068).

import type { Client, EndUser, Tenant } from '../configuration/model.ts';
import type { NotOurs, TokenDeath } from '../shared/reasons/grants.ts';
import type { Delegation } from '../storage/grant.ts';
import type { ClientStore, TenantStore } from '../storage/stores.ts';
import type { HolderDependencies } from './find-holder.ts';
import type { TokenFormat } from './sign-access-token.ts';
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
}

export type AccessTokenCheck = (token: string, nowSeconds: number) => Promise<CheckedAccessToken>;

export const NOT_OURS: CheckedAccessToken = { kind: 'not-ours', reason: 'not-a-token-of-ours' };
export const dead = (reason: TokenDeath): CheckedAccessToken => ({ kind: 'dead', reason });
