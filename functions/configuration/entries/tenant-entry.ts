// `entry = "tenant"` of the Tenants table: what holds for a whole tenant.

import * as v from 'valibot';
import { epochSeconds, httpsUrl, listOf, offByDefault, onByDefault, scopePattern, status, text, whole } from './fields.ts';

/** How the end-user JWT of this tenant's callers looks. */
const endUserJwt = v.object({
  /** `none` gives an unsigned token and a warning with every configuration load. */
  algorithm: v.optional(v.picklist(['RS256', 'ES256', 'none'], 'RS256, ES256 or none'), 'RS256'),
  /** `base64` is the padded alphabet that some older backends expect. */
  encoding: v.optional(v.picklist(['base64url', 'base64'], 'base64url or base64'), 'base64url'),
  /** Put before every claim name that is not registered in RFC 7519. */
  dialect: v.optional(text(256), 'http://wso2.org/claims/'),
  userClaims: onByDefault,
  excludedClaims: v.optional(listOf(text(256), 100), []),
  audience: v.optional(text(256)),
});

/** How the sign-in page looks and how long a sign-in lasts. Text and colours alone: no markup of a tenant's is ever shown. */
const signIn = v.object({
  /** Without a use for it, 8 hours. */
  sessionIdleSeconds: v.optional(whole(60, 2_592_000), 28_800),
  /** 7 days at most, however much it is used. */
  sessionSeconds: v.optional(whole(60, 31_536_000), 604_800),
  /** Of buttons. Whether black or white is written on it follows from it. */
  colour: v.optional(v.pipe(v.string('a string'), v.regex(/^#[0-9a-f]{6}$/i, 'a colour such as #1f5fbf'))),
  /** A small picture in the page itself, since a page that asks for passwords loads nothing from elsewhere. */
  logo: v.optional(
    v.pipe(
      v.string('a string'),
      v.regex(/^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]{4,5460}={0,2}$/, 'a data: URL of a picture of at most 4 kB'),
    ),
  ),
  /** Below the form. */
  helpText: v.optional(text(500)),
  /** Where users get help with a password. */
  passwordHelpUrl: v.optional(httpsUrl),
});

export const tenantEntry = v.object({
  status: v.optional(status, 'active'),
  displayName: v.optional(text(256)),
  accessTokenSeconds: v.optional(whole(60, 86_400), 3600),
  refreshTokenSeconds: v.optional(whole(60, 31_536_000), 86_400),
  tokenFormat: v.optional(v.picklist(['opaque', 'jwt'], 'opaque or jwt'), 'opaque'),
  /** Of JWT access tokens. ES256 costs an eleventh of RS256 to sign. */
  accessTokenAlgorithm: v.optional(v.picklist(['RS256', 'ES256', 'EdDSA'], 'RS256, ES256 or EdDSA'), 'RS256'),
  /** How long a refresh token that was just used gives its successor again. 0: not at all. */
  refreshGraceSeconds: v.optional(whole(0, 300), 30),
  /**
   * Scopes that applications of another system ask for without a meaning here, such as `PRODUCTION` and `device_*` of
   * WSO2's: they are granted to every client and user, and no rule of an API is met by one. A scope that the tenant
   * defines is never one of them. Default: none.
   */
  legacyScopes: v.optional(listOf(scopePattern, 50), []),
  /** `offline`: a JWT of ours is not looked up in the Tokens table, and lives until its `exp`. */
  jwtRevocation: v.optional(v.picklist(['check', 'offline'], 'check or offline'), 'check'),
  /** Tokens issued before this moment are dead. */
  tokensNotBefore: v.optional(epochSeconds, 0),
  /** A user whose password was changed loses the tokens that began before, where the user's store can tell. */
  endOnPasswordChange: onByDefault,
  lockout: v.optional(
    v.object({
      /** At each place where a user of the name has signed in lately, and at all others together. */
      maxAttempts: v.optional(whole(1, 100), 5),
      lockSeconds: v.optional(whole(1, 900), 300),
      /** Of names that are not at home there, within `lockSeconds`; never of an application's server (A92). 0: none. */
      maxAttemptsPerAddress: v.optional(whole(0, 1_000_000), 100),
      /** How long every failed login takes. Absent: see `failure-deadline.ts`. */
      failureMs: v.optional(whole(100, 5000)),
    }),
    {},
  ),
  endUserJwt: v.optional(endUserJwt, {}),
  /** The sign-in page. Absent: it is off for this tenant. */
  signIn: v.optional(signIn),
  /** A user who is found in a secondary store is copied to the Users table at login. */
  migrateUsers: offByDefault,
});

/** The settings of a tenant, defaults filled in. */
export type TenantEntry = v.InferOutput<typeof tenantEntry>;
export type EndUserJwtSettings = TenantEntry['endUserJwt'];
