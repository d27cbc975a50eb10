// An item of the Clients table: an application that may ask for tokens (RFC 6749 section 2).

import * as v from 'valibot';
import { isClientUrl } from '../client-url.ts';
import {
  epochSeconds,
  httpsUrl,
  listOf,
  mapOf,
  offByDefault,
  ownAlgorithm,
  redirectUri,
  resourceUri,
  scopeToken,
  someString,
  status,
  tenantName,
  text,
  trueOrFalse,
  whole,
} from './fields.ts';

/** client-id of RFC 6749 appendix A.1: VSCHAR. Never one that is taken for the URL of a document (A137). */
export const clientId = v.pipe(
  someString,
  v.regex(/^[\x20-\x7E]{1,256}$/, 'printable ASCII, at most 256 characters'),
  v.check((id) => !isClientUrl(id), 'an id that does not begin with https://: such clients are described by a document, and have no entry'),
);

const secret = v.object({
  sha256: v.pipe(someString, v.regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the secret in lower-case hex')),
  expiresAt: v.optional(epochSeconds),
});

/** A wildcard would be compared as it stands and never be met: whoever writes one means something that there is not (A145). */
const exactly = (pattern: RegExp, expected: string) => v.pipe(text(1024), v.regex(pattern, expected));

/** Every platform is a URL, or a SPIFFE trust domain. What is neither is a client that signs for itself and has not written its id. */
export const platformIssuer = exactly(/^[a-z][a-z0-9+.-]*:\/\/[^\s*?]+$/, 'iss as it stands in the token: a URL, and no wildcard');

const workload = v.object({
  issuer: platformIssuer,
  subject: exactly(/^[^*?]+$/, 'sub as it stands in the token: no wildcard'),
});

export const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'tls_client_auth', 'none'] as const;

const GRANT_TYPES = [
  'password',
  'refresh_token',
  'client_credentials',
  'authorization_code',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
] as const;

const origin = v.pipe(someString, v.regex(/^https?:\/\/[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/, 'an origin such as https://app.example.org'));

export const clientEntry = v.object({
  tenant: tenantName,
  name: v.optional(text(256)),
  owner: v.optional(text(256), 'admin'),
  status: v.optional(status, 'active'),
  secrets: v.optional(listOf(secret, 10), []),
  authMethods: v.optional(listOf(v.picklist(AUTH_METHODS, `one of ${AUTH_METHODS.join(', ')}`), AUTH_METHODS.length), [
    'client_secret_basic',
    'client_secret_post',
  ]),
  grantTypes: v.optional(listOf(v.picklist(GRANT_TYPES, `one of ${GRANT_TYPES.join(', ')}`), GRANT_TYPES.length), []),
  scopes: v.optional(listOf(scopeToken, 200), []),
  tokenFormat: v.optional(v.picklist(['opaque', 'jwt'], 'opaque or jwt')),
  accessTokenSeconds: v.optional(whole(60, 86_400)),
  refreshGraceSeconds: v.optional(whole(0, 300)),
  keyType: v.optional(v.picklist(['PRODUCTION', 'SANDBOX'], 'PRODUCTION or SANDBOX'), 'PRODUCTION'),
  applicationTier: v.optional(text(128), 'Unlimited'),
  subscriptions: v.optional(mapOf(text(128)), {}),
  usageKey: v.optional(v.pipe(text(128), v.minLength(20, 'the value of an API key, 20 to 128 characters'))),
  attributes: v.optional(mapOf(text(1024)), {}),
  introspection: v.optional(trueOrFalse, true),
  /** Believed about where its user is: see `end-user-address.ts`. */
  sendsEndUserAddress: offByDefault,
  tokensNotBefore: v.optional(epochSeconds, 0),
  /** RFC 7517 section 5: members that nobody knows are ignored, in the set as in its keys. */
  jwks: v.optional(v.looseObject({ keys: listOf(v.unknown(), 20) })),
  jwksUri: v.optional(text(2048)),
  /** A client assertion may name the URL of the token endpoint as its audience, as before RFC 10070. */
  legacyAssertionAudience: offByDefault,
  tlsSubjectDn: v.optional(text(1024)),
  /** A platform's tokens of this workload authenticate the client, whatever `authMethods` lists. */
  workload: v.optional(workload),
  allowedOrigins: v.optional(listOf(origin, 50), []),
  redirectUris: v.optional(listOf(redirectUri, 50), []),
  postLogoutRedirectUris: v.optional(listOf(redirectUri, 50), []),
  backchannelLogoutUri: v.optional(httpsUrl),
  exchange: v.optional(listOf(resourceUri, 50), []),
  firstParty: offByDefault,
  idTokenAlgorithm: v.optional(ownAlgorithm, 'RS256'),
});

export type ClientEntry = v.InferOutput<typeof clientEntry>;
export type AuthMethod = (typeof AUTH_METHODS)[number];
export type GrantType = (typeof GRANT_TYPES)[number];
