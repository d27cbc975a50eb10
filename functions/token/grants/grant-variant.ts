// The contract of a grant: one way in which a token is asked for (RFC 6749 section 1.3).

import type { GrantType } from '../../configuration/entries/client-entry.ts';
import type { Client, EndUser, Tenant } from '../../configuration/model.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { Delegation, Grant, RefreshTokenState } from '../../storage/grant.ts';
import type { SignInRecord } from '../../storage/sign-in-places.ts';
import type { RequestTrace } from '../request-trace.ts';

/** One value of `grant_type`: what is to be known of it before anybody asks for it. */
export interface GrantVariant {
  readonly grantType: GrantType;
  /** The parameters that it reads besides `grant_type`, `scope` and `resource`. */
  readonly parameters: readonly string[];
  /** Whether a client that can't keep a secret may use it too (RFC 6749 section 2.1). Absent: no. */
  readonly allowsPublicClients?: true;
  /** Loads the grant at its first request: of seven, a cold start needs one. */
  readonly load: () => Promise<Redeem>;
}

/**
 * Judges what was presented. It may read anything and claim a `jti`, but writes no grant: that comes last, once
 * nothing can be refused any more.
 *
 * @throws OAuthError `invalid_request` for a missing parameter, `invalid_grant` for all that is wrong with the grant
 * @throws Unavailable where it can't be judged
 */
export type Redeem = (request: GrantRequest) => Promise<Redeemed>;

/** Request for a grant. The client is authenticated, and its entry lists the grant. */
export interface GrantRequest {
  /** Parameters of the body; one that was sent empty is not there. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Address of the caller, as API Gateway saw it (A73). */
  readonly sourceAddress: string;
  /** See `end-user-address.ts`. */
  readonly endUserAddresses: readonly string[];
  readonly client: Client;
  /** The client's tenant; undefined where that is unknown or suspended: see `requireTenant`. */
  readonly tenant: Tenant | undefined;
  /** Well formed, and defined by the tenant. Empty: none asked. */
  readonly askedScopes: readonly string[];
  /** APIs that the token is to be for (RFC 8707), known to the tenant and allowed to the client. Empty: none asked. */
  readonly askedResources: readonly string[];
  readonly nowSeconds: number;
  /** Trace for the one log line of the request. */
  readonly trace: RequestTrace;
}

export type Redeemed = NewGrant | Redemption | Renewal | Repetition;

/** A grant begins: `scopes` follow from what was asked, the client's list and the roles of the user. */
export interface NewGrant {
  readonly kind: 'new';
  readonly tenant: Tenant;
  /** Undefined: the application itself. */
  readonly user: EndUser | undefined;
  /** Whether a refresh token is issued; the client's entry must list `refresh_token` as well. */
  readonly renewable: boolean;
  /** The access token expires no later than this, whatever the settings say: the end of an assertion. */
  readonly notAfterSeconds?: number;
  /** What it is asked for, in place of the request's scopes: no more than the token has that was exchanged. */
  readonly askedScopes?: readonly string[];
  readonly delegation?: Delegation;
  /** `issued_token_type` of the answer (RFC 8693 section 2.2.1). */
  readonly issuedTokenType?: string;
  /** What the login leaves behind; absent where there was none. */
  readonly signIn?: SignInRecord;
}

/** A grant that waited for its code begins. */
export interface Redemption {
  readonly kind: 'redemption';
  readonly tenant: Tenant;
  readonly grant: Grant;
  /** User as the store describes the user now. */
  readonly user: EndUser;
  /** What this access token is for: never more than the grant is. */
  readonly resources: readonly string[];
}

/** A grant goes on. */
export interface Renewal {
  readonly kind: 'renewal';
  readonly tenant: Tenant;
  readonly grant: Grant;
  /** User as the store describes the user now. */
  readonly user: EndUser | undefined;
  /** What this access token is asked for: never more than the grant has. */
  readonly scopes: readonly string[];
  /** What it is for: likewise. */
  readonly resources: readonly string[];
  readonly presentedRefreshToken: string;
  /** What the grant knows it by. */
  readonly refresh: RefreshTokenState;
}

/** The same renewal again, within its grace: the response is the same to the byte. */
interface Repetition {
  readonly kind: 'repetition';
  readonly body: string;
}

/** @throws OAuthError `invalid_grant`: an unknown or suspended tenant is answered like a wrong password */
export function requireTenant(request: Pick<GrantRequest, 'tenant'>): Tenant {
  if (request.tenant === undefined) throw new OAuthError('invalid_grant', 'tenant-not-active');
  return request.tenant;
}
