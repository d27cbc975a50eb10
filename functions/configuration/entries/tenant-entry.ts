// `entry = "tenant"` of the Tenants table: what holds for a whole tenant.

import * as v from 'valibot';
import {
  epochSeconds,
  hostOfUrl,
  httpsUrl,
  listOf,
  mapOf,
  offByDefault,
  onByDefault,
  ownAlgorithm,
  scopePattern,
  scopeToken,
  someString,
  status,
  text,
  whole,
} from './fields.ts';

/** How the end-user JWT of this tenant's callers looks. */
const endUserJwt = v.object({
  algorithm: v.optional(v.picklist(['RS256', 'ES256', 'none'], 'RS256, ES256 or none'), 'RS256'),
  encoding: v.optional(v.picklist(['base64url', 'base64'], 'base64url or base64'), 'base64url'),
  dialect: v.optional(text(256), 'http://wso2.org/claims/'),
  userClaims: onByDefault,
  excludedClaims: v.optional(listOf(text(256), 100), []),
  audience: v.optional(text(256)),
});

/** How the sign-in page looks and how long a sign-in lasts. Text and colours alone: no markup of a tenant's is ever shown. */
const signIn = v.object({
  sessionIdleSeconds: v.optional(whole(60, 2_592_000), 28_800),
  sessionSeconds: v.optional(whole(60, 31_536_000), 604_800),
  colour: v.optional(v.pipe(someString, v.regex(/^#[0-9a-f]{6}$/i, 'a colour such as #1f5fbf'))),
  /** A small picture in the page itself, since a page that asks for passwords loads nothing from elsewhere. */
  logo: v.optional(
    v.pipe(
      someString,
      v.regex(/^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]{4,5460}={0,2}$/, 'a data: URL of a picture of at most 4 kB'),
    ),
  ),
  helpText: v.optional(text(500)),
  passwordHelpUrl: v.optional(httpsUrl),
});

/** Clients that nobody has registered: their id is the URL of a document that describes them. */
const clientDocuments = v.union(
  [
    v.literal('any'),
    v.object({
      trustedHosts: v.union([v.literal('any'), v.pipe(listOf(hostOfUrl, 100), v.minLength(1, 'at least one host'))]),
      scopes: v.optional(listOf(scopeToken, 200)),
      /** Counts where we are on a loopback address ourselves, and nowhere else. */
      allowLoopback: offByDefault,
    }),
  ],
  '"any", or a map with trustedHosts: hosts in lower case such as agents.example.com, with no https:// and no path',
);

export const tenantEntry = v.object({
  status: v.optional(status, 'active'),
  displayName: v.optional(text(256)),
  issuer: v.optional(v.picklist(['shared', 'own'], 'shared or own'), 'shared'),
  accessTokenSeconds: v.optional(whole(60, 86_400), 3600),
  refreshTokenSeconds: v.optional(whole(60, 31_536_000), 86_400),
  tokenFormat: v.optional(v.picklist(['opaque', 'jwt'], 'opaque or jwt'), 'opaque'),
  accessTokenAlgorithm: v.optional(ownAlgorithm, 'RS256'),
  refreshGraceSeconds: v.optional(whole(0, 300), 30),
  legacyScopes: v.optional(listOf(scopePattern, 50), []),
  jwtRevocation: v.optional(v.picklist(['check', 'feed', 'offline'], 'check, feed or offline'), 'check'),
  tokensNotBefore: v.optional(epochSeconds, 0),
  endOnPasswordChange: onByDefault,
  lockout: v.optional(
    v.object({
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
  signIn: v.optional(signIn),
  clientDocuments: v.optional(clientDocuments),
  clientTokensNotBefore: v.optional(mapOf(epochSeconds), {}),
  migrateUsers: offByDefault,
});

/** The settings of a tenant, defaults filled in. */
export type TenantEntry = v.InferOutput<typeof tenantEntry>;
export type EndUserJwtSettings = TenantEntry['endUserJwt'];
