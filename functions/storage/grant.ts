// A grant as the Tokens table keeps it: all that one authorization has become, with the digests of its tokens and its code.

import type { EndUser } from '../configuration/model.ts';

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
  /**
   * Set with the first JWT of the grant that is believed until the revocation feed says otherwise. Whoever ends the grant tells the
   * feed, whatever the tenant's entry says by then.
   */
  readonly toldByFeed?: true;
  /** End of the last JWT of the grant that is believed so, where it outlives the one that has replaced it. */
  readonly jwtsUntilSeconds?: number;
}

/** What must be known of a grant to end it. */
export type EndedGrant = Pick<Grant, 'id' | 'tenant' | 'toldByFeed'>;

/** Who acts for the user of a grant, and what the grant hangs on. */
export interface Delegation {
  /** `sub` of those who act, the last one first. */
  readonly actors: readonly string[];
  /** Ids of the grants that it hangs on: it ends when one of them does. */
  readonly parentIds: readonly string[];
  /** What else must hold of them, in the same order. Present where the end of each of them is told by the revocation feed. */
  readonly parents?: readonly ParentGrant[];
}

/** A grant that another hangs on, as far as a token that is checked without it must know it. */
interface ParentGrant {
  readonly clientId: string;
  readonly issuedAtSeconds: number;
  /** Of the session at the sign-in page that it began in, where it did. */
  readonly authTimeSeconds?: number;
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

interface PreviousTokens {
  readonly refreshDigest: string;
  readonly access: AccessTokenState;
  readonly rotatedAtSeconds: number;
  /** The token response of the renewal, encrypted under a key that only the replaced refresh token yields. */
  readonly sealedResponse: string;
}

/** Time after which the Tokens table may forget the grant: what is believed until the feed says otherwise must be there to be ended. */
export function grantExpiresAtSeconds({ access, refresh, jwtsUntilSeconds = 0 }: Grant): number {
  return Math.max(access.expiresAtSeconds, refresh?.expiresAtSeconds ?? 0, jwtsUntilSeconds);
}

/**
 * What a renewal keeps of the JWTs that it replaces: since lifetimes may be lowered, they may outlive the next one.
 *
 * @param expiresAtSeconds end of the next access token
 */
export function outlivingJwts(
  { toldByFeed, access, jwtsUntilSeconds = 0 }: Grant,
  expiresAtSeconds: number,
): Pick<Grant, 'jwtsUntilSeconds'> {
  const untilSeconds = Math.max(access.expiresAtSeconds, jwtsUntilSeconds);
  return toldByFeed === true && untilSeconds > expiresAtSeconds ? { jwtsUntilSeconds: untilSeconds } : {};
}
