// The model that both functions work on, free of how DynamoDB or HTTP write it.

import type { ApiEntry } from './entries/api-entry.ts';
import type { ClientEntry } from './entries/client-entry.ts';
import type { HandlerEntry } from './entries/handler-entry.ts';
import type { IssuerEntry } from './entries/issuer-entry.ts';
import type { RoleEntry, ScopeEntry, TierEntry } from './entries/role-and-scope-entries.ts';
import type { TenantEntry } from './entries/tenant-entry.ts';
import type { UserEntry } from './entries/user-entry.ts';
import type { UserstoreEntry } from './entries/userstore-entry.ts';
import { canonicalName } from './username.ts';

/** A tenant with all its entries, read by one Query. Wrong entries are left out, but for userstores and tiers. */
export interface Tenant extends TenantEntry {
  readonly name: string;
  /** Enabled secondary stores in the order in which they are asked. */
  readonly userstores: readonly SecondaryUserstore[];
  /** Those that no login asks (`enabled: false`), for operators who try one before it is switched on. */
  readonly disabledUserstores: readonly SecondaryUserstore[];
  /** Issuers by `iss` or entityId. */
  readonly issuers: ReadonlyMap<string, IssuerEntry>;
  readonly roles: ReadonlyMap<string, RoleEntry>;
  readonly scopes: ReadonlyMap<string, ScopeEntry>;
  /** `undefined` where the operator wrote a wrong one: it would limit something, and nobody knows what. */
  readonly tiers: ReadonlyMap<string, TierEntry | undefined>;
  /** Functions that say who calls, by name. */
  readonly handlers: ReadonlyMap<string, HandlerEntry>;
  /** The tenant's APIs that are resources (RFC 8707), by their URIs. */
  readonly resources: ReadonlyMap<string, readonly ResourceApi[]>;
}

/** `entry` is undefined where the operator wrote a wrong one: that store is then an outage, so that no later store answers for it. */
export interface SecondaryUserstore {
  readonly domain: string;
  readonly entry: UserstoreEntry | undefined;
}

/** An API of API Gateway, with the tenant that owns it. */
export interface Api extends Omit<ApiEntry, 'context'> {
  readonly name: string;
  readonly owner: string;
  /** What its paths begin with; empty at the API's root. */
  readonly context: string;
}

/** An API as a resource (RFC 8707): who may have tokens for it. */
export type ResourceApi = Pick<Api, 'name' | 'owner' | 'tenants' | 'requireSubscription'>;

/** An `api#` entry as a claim of its tenant to paths of an API of API Gateway. A wrong entry claims as well: it lets nobody in. */
export interface ApiClaim {
  readonly owner: string;
  readonly name: string;
  /** `undefined`: the entry is wrong and names none, so that it may be any. */
  readonly stage: string | undefined;
  readonly context: string;
  /** `undefined`: the entry is wrong. */
  readonly api: Api | undefined;
}

/** An application that may ask for tokens. */
export interface Client extends ClientEntry {
  readonly clientId: string;
}

/** A user of the primary store. */
export interface PrimaryUser extends UserEntry {
  readonly tenant: string;
  readonly username: string;
}

/** Seconds for which a refresh token that was just used gives its successor again, and its access token serves. */
export function refreshGraceSeconds(tenant: Tenant, client: Client | undefined): number {
  return client?.refreshGraceSeconds ?? tenant.refreshGraceSeconds;
}

export type ClaimValue = string | readonly string[];

/** A person whom a userstore or an issuer vouched for. */
export interface EndUser {
  readonly tenant: string;
  /** `PRIMARY`, the domain of a secondary store, or the issuer that asserted the user. */
  readonly domain: string;
  /** The name as the store writes it, else as normalised; never as typed. */
  readonly username: string;
  /** The store's own unique id, where it has one. */
  readonly id?: string;
  /**
   * What the store has to say of the password's state, a moment or a digest: another one means that the password was
   * changed. For comparing alone, and for no token. Absent: the store can't tell.
   */
  readonly passwordState?: string;
  /** Set where the Users table keeps a copy of the user (`migrateUsers`): it is asked then, and the store of `domain` no more. */
  readonly keptIn?: 'PRIMARY';
  /** What `sub` has in place of the name where the store may take several spellings for one user, and this is one of them. */
  readonly subjectName?: string;
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, ClaimValue>>;
}

/** The store that is asked about a user: that of the user's domain, or the Users table where it has a copy. */
export function keeperOf(user: EndUser): string {
  return user.keptIn ?? user.domain;
}

/** Key of the item of the Users table that stands for a user; undefined where another store keeps the user. */
export function usersKeyOf(user: EndUser): { readonly tenant: string; readonly username: string } | undefined {
  const { tenant, username } = user;
  if (user.keptIn === 'PRIMARY') return { tenant, username: canonicalName(username) };
  return user.domain === 'PRIMARY' ? { tenant, username } : undefined;
}

/** One access token of a grant, known by its digest alone. */
export interface AccessTokenState {
  /** SHA-256 of the whole token, base64url. */
  readonly digest: string;
  readonly scopes: readonly string[];
  /** URIs of the APIs that it is for (RFC 8707); absent: for those alone that have none. */
  readonly resources?: readonly string[];
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** The refresh token of a grant. */
export interface RefreshTokenState {
  /** SHA-256 of the whole token, base64url. */
  readonly digest: string;
  /**
   * SHA-256 of the part that all refresh tokens of the grant share and no access token shows: whoever presents it has
   * held one of them, so a token with it that is not the current one is a used one, and no forgery.
   */
  readonly familyDigest: string;
  readonly expiresAtSeconds: number;
}

/**
 * Grant: all that one authorization has become, as one item of the Tokens table, so that issue, renew, revoke and check
 * are each one call on one item. A grant that is revoked is deleted.
 */
export interface Grant {
  /** 128 random bits, base64url: the first part of every token of the grant. */
  readonly id: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly grantType: string;
  /** Absent: the application itself (client_credentials). */
  readonly user?: EndUser;
  /** What was granted at first; a renewal may ask for less, never for more. */
  readonly scopes: readonly string[];
  /** Likewise (RFC 8707 section 2.2). Absent: none. */
  readonly resources?: readonly string[];
  readonly issuedAtSeconds: number;
  /** Counts renewals; every renewal is conditional on it. */
  readonly generation: number;
  readonly access: AccessTokenState;
  /** Absent: the grant can't be renewed. */
  readonly refresh?: RefreshTokenState;
  /** Code of a grant that began at the sign-in page: it waits for the code to be redeemed, or was redeemed for it. */
  readonly code?: AuthorizationCodeState;
  /** The session at the sign-in page that it began in. */
  readonly session?: GrantSession;
  /** Of a grant that was made by token exchange (RFC 8693). */
  readonly delegation?: Delegation;
  /** What the last renewal replaced, good for the grace alone. */
  readonly previous?: PreviousTokens;
}

/** Who acts for the user of a grant, and what the grant hangs on. */
export interface Delegation {
  /** `sub` of those who act, the last one first. */
  readonly actors: readonly string[];
  /** Ids of the grants that it hangs on: it ends when one of them does. */
  readonly parentIds: readonly string[];
}

/** An authorization code, known by its digest alone. */
export interface AuthorizationCodeState {
  /** SHA-256 of the whole code, base64url. */
  readonly digest: string;
  /** BASE64URL(SHA256(verifier)) (RFC 7636 section 4.2). */
  readonly codeChallenge: string;
  readonly redirectUri: string;
  /** Whether the authorization request named it: then the token request must as well. */
  readonly isRedirectUriSent: boolean;
  readonly nonce?: string;
  readonly expiresAtSeconds: number;
  /** Time of the redemption; absent: there was none yet. */
  readonly redeemedAtSeconds?: number;
}

/** Session that a grant began in, as far as the grant knows it. */
interface GrantSession {
  /** Id of the session's item. */
  readonly id: string;
  /** Session id, as ID tokens and logout tokens name it. */
  readonly sid: string;
  readonly authTimeSeconds: number;
  /** Latest end of the session: refresh tokens without `offline_access` end with it. */
  readonly expiresAtSeconds: number;
}

/** A user who is signed in with a tenant in one browser. */
export interface SignInSession {
  /** SHA-256 of the tenant and the part of the cookie that stays, base64url. */
  readonly id: string;
  /** SHA-256 of the tenant and the part that every sign-in renews, base64url. Empty: of an earlier version, and no cookie is of it. */
  readonly secretDigest: string;
  /** 128 random bits by which clients know it. */
  readonly sid: string;
  readonly tenant: string;
  readonly user: EndUser;
  readonly authTimeSeconds: number;
  readonly lastUsedAtSeconds: number;
  /** The absolute limit; the tenant's idle limit may be nearer. */
  readonly expiresAtSeconds: number;
}

/** Scopes that a user has allowed a client at some resources. */
export interface Consent {
  readonly tenant: string;
  /** The `sub` of the user. */
  readonly subject: string;
  readonly clientId: string;
  /** Absent: the tokens are for no resource. */
  readonly resources?: readonly string[];
  readonly scopes: readonly string[];
  readonly allowedAtSeconds: number;
}

interface PreviousTokens {
  readonly refreshDigest: string;
  readonly access: AccessTokenState;
  readonly rotatedAtSeconds: number;
  /** The token response of the renewal, encrypted under a key that only the replaced refresh token yields. */
  readonly sealedResponse: string;
}

/** Time after which the Tokens table may forget the grant. */
export function grantExpiresAtSeconds(grant: Grant): number {
  return Math.max(grant.access.expiresAtSeconds, grant.refresh?.expiresAtSeconds ?? 0);
}
