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
  /** The tenant's APIs that are resources (RFC 8707), by their URIs. Undefined where they were not read: in the authorizer. */
  readonly resources: ReadonlyMap<string, readonly ResourceApi[]> | undefined;
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
  /** Of a client that nobody has registered, and whose id is the URL of the document that describes it. */
  readonly document?: ClientDocument;
}

export interface ClientDocument {
  /** Host of the URL, in ASCII: who answers for what the document says. */
  readonly host: string;
  /** Whether the tenant's entry names that host. */
  readonly isTrusted: boolean;
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
