// What the Tokens table keeps of the sign-in page: sessions, and what users have allowed.

import type { EndUser } from '../configuration/model.ts';

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
