// The contract of JWTs that others signed: assertions of clients and issuers (RFC 7523), and access tokens of a
// tenant's own identity provider. A bad token is a value with a reason; keys that can't be had are `Unavailable`.

import type { AsymmetricAlgorithm } from '../keys/algorithms.ts';
import type { SendOutbound } from '../outbound/outbound.ts';
import type { Log } from '../shared/log.ts';
import type { JwtFault } from '../shared/reasons/assertions.ts';

/** Owner of the keys: part of the cache key as a list, so that no two owners can spell the same key (A39). */
type KeyOwner = readonly [tenant: string, kind: 'issuer' | 'client', name: string];

/** Source of the keys; never the token (A24). */
export type KeySource =
  | {
      readonly kind: 'jwks-uri';
      readonly owner: KeyOwner;
      readonly uri: string;
      readonly allowPlaintext: boolean;
      readonly allowPrivateAddress: boolean;
    }
  /** A JWK Set as an entry holds it. */
  | { readonly kind: 'jwks'; readonly owner: KeyOwner; readonly jwks: { readonly keys: readonly unknown[] } }
  /** PEM by kid; `default` answers where the token names no kid, or where there is no other certificate. */
  | { readonly kind: 'certificates'; readonly owner: KeyOwner; readonly certificates: Readonly<Record<string, string>> };

/** A token that is well formed. Its signature was not looked at. */
export interface UnverifiedJwt {
  readonly token: string;
  readonly alg: AsymmetricAlgorithm;
  readonly kid: string | undefined;
  /** Media type in lower case, without `application/`; null where it is absent. */
  readonly typ: string | null;
  /** Undefined where `iss` is no string. */
  readonly unverifiedIssuer: string | undefined;
  readonly unverifiedClaims: Readonly<Record<string, unknown>>;
}

/** Audience that a token must be for. */
export type ExpectedAudience =
  /**
   * One of these must be in `aud`: `any`, whoever else is; `only`, and nobody else (A103); `single`, as one string and no
   * list (A34); `one`, as one string or a list of that one (A147).
   */
  | { readonly anyOf: readonly string[]; readonly form: 'any' | 'only' | 'one' | 'single' }
  /** The claim must name one of these clients, and there must be no `aud`, which would name somebody else. */
  | { readonly clientIds: readonly string[]; readonly claim: string };

/** Claims and header that a token must have. Nothing here has a default: every caller pins everything (A31, A32, A33). */
export interface ExpectedJwt {
  /** The whole `iss`, compared as a string. Null: there must be none, and something else says whose token it is. */
  readonly issuer: string | null;
  readonly audience: ExpectedAudience;
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** Media types of the `typ` header without `application/`, in lower case; `null` where it may be absent. */
  readonly types: readonly (string | null)[];
  /** Claims that must be there besides `iss`, `exp` and what names the audience. */
  readonly requiredClaims: readonly ('sub' | 'iat' | 'jti')[];
  /** Longest time from `iat` (without it, from now) to `exp`; null where the issuer decides. */
  readonly maxLifetimeSeconds: number | null;
  /** How far the other clock may be off. */
  readonly skewSeconds: number;
  /** Kids that are no longer believed, whatever the key set says (A41). */
  readonly revokedKids: readonly string[];
}

/** The claims of a token whose signature, issuer, audience, type and times are right. */
export interface VerifiedJwt {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuer: string;
  /** `sub`, where it is there. */
  readonly subject: string | undefined;
  readonly jti: string | undefined;
  readonly issuedAtSeconds: number | undefined;
  readonly expiresAtSeconds: number;
  /** SHA-256 of the key that verified it: says who signed where two tenants name the same issuer. */
  readonly keyFingerprint: string;
}

export type ExternalJwt =
  | { readonly kind: 'verified'; readonly jwt: VerifiedJwt }
  | { readonly kind: 'refused'; readonly reason: JwtFault };

export interface ExternalIssuerDependencies {
  readonly sendOutbound: SendOutbound;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

/** Verifies tokens of others; keeps their key sets. One for the whole function. */
export interface ExternalJwtVerifier {
  /**
   * @param token as `readJwt` took it apart; the caller found the issuer by `token.unverifiedIssuer`
   * @throws Unavailable where the keys can't be had: the token may be good
   */
  verify(token: UnverifiedJwt, keys: KeySource, expected: ExpectedJwt): Promise<ExternalJwt>;
}
