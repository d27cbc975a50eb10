// What a token of an issuer was made for, as far as it shows (RFC 8725 section 3.12). The authorizer takes access tokens,
// the jwt-bearer grant assertions, and neither what was made for something else (A33, A103).

import type { UnverifiedJwt } from './external-jwt.ts';
import { findClaim } from './map-claims.ts';

type Claims = UnverifiedJwt['unverifiedClaims'];
type ShownToken = Pick<UnverifiedJwt, 'typ' | 'unverifiedClaims'>;

/** Claims that say what a token is and nothing else: Keycloak's `typ`, Cognito's `token_use`. */
const KIND_CLAIMS = ['typ', 'token_use'] as const;
/** Claims that may say it: of ForgeRock, Curity and others. Other values of theirs mean something else. */
const MAYBE_KIND_CLAIMS = ['token_type', 'tokenName', 'purpose'] as const;

/** A Bearer token is an access token; one that needs a proof as well (`DPoP`) is none to us. */
const ACCESS_KINDS: ReadonlySet<unknown> = new Set(['access', 'access_token', 'at+jwt', 'bearer']);
const OTHER_KINDS: ReadonlySet<unknown> = new Set(['id', 'id_token', 'refresh', 'refresh_token', 'offline', 'logout', 'logout_token']);

/** Hashes of what was issued beside an ID token (OIDC Core sections 3.1.3.6 and 3.3.2.11). */
const ID_TOKEN_HASHES = ['at_hash', 'c_hash', 's_hash'] as const;
/** Claims that an ID token has of the sign-in that it is of (OIDC Core section 2, OIDC Front-Channel Logout section 3). */
const SIGN_IN_CLAIMS = ['nonce', 'auth_time', 'sid'] as const;
/** Claims that name who asked for an access token (RFC 8693 section 4.3), by the names of Keycloak and Auth0, Okta, and Entra ID. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'cid', 'appid'] as const;

const hasAny = (claims: Claims, names: readonly string[]): boolean => names.some((name) => Object.hasOwn(claims, name));

/** Whether an API may take it: what says nothing of itself is what older issuers call an access token. */
export function isAccessToken({ typ, unverifiedClaims: claims }: ShownToken): boolean {
  if (typ === 'at+jwt') return true;
  return !isOfEvent(claims) && !hasAny(claims, ID_TOKEN_HASHES) && (saidKind(claims) ?? 'access') === 'access';
}

/**
 * Whether it may vouch for a user at the token endpoint (RFC 7523 section 2.1).
 *
 * @param clientId of the client that presents it
 */
export function isAssertion({ typ, unverifiedClaims: claims }: ShownToken, clientId: string): boolean {
  if (isOfEvent(claims) || hasAny(claims, ID_TOKEN_HASHES) || saidKind(claims) !== undefined) return false;
  // Whoever signs for itself is a client that authenticates (RFC 7523 section 2.2).
  if (claims.iss === claims.sub) return false;
  return typ === 'authorization-grant+jwt' || !(hasAny(claims, SIGN_IN_CLAIMS) || isLikeAccessToken(claims, clientId));
}

/** A logout token, or another security event (OIDC Back-Channel Logout section 2.4, RFC 8417). */
const isOfEvent = (claims: Claims): boolean => Object.hasOwn(claims, 'events');

/** Kind that the token says it is; undefined where it does not say. */
function saidKind(claims: Claims): 'access' | 'other' | undefined {
  for (const name of KIND_CLAIMS) {
    const kind = kindOf(findClaim(claims, name));
    // `JWT` there is what belongs into the header.
    if (kind !== undefined && kind !== 'jwt') return ACCESS_KINDS.has(kind) ? 'access' : 'other';
  }
  const kinds = MAYBE_KIND_CLAIMS.map((name) => kindOf(findClaim(claims, name)));
  if (kinds.some((kind) => OTHER_KINDS.has(kind))) return 'other';
  return kinds.some((kind) => ACCESS_KINDS.has(kind)) ? 'access' : undefined;
}

/** In lower case, without what token types of RFC 8693 begin with; what is no text stays, and is no kind that is known. */
function kindOf(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase().replace(/^urn:ietf:params:oauth:token-type:/, '') : value;
}

/**
 * An access token by its claims: scopes, and a client that asked for them. A `scope` alone may be a request, where whoever
 * signs is no authorization server: service accounts of Google and others ask by assertion in that way. An authorization
 * server is a URL (RFC 8414 section 2), and what it says is granted.
 */
function isLikeAccessToken(claims: Claims, clientId: string): boolean {
  const { iss, scope } = claims;
  const clients = CLIENT_CLAIMS.map((name) => findClaim(claims, name)).filter((client) => client !== undefined);
  if (clients.some((client) => client !== clientId) || Object.hasOwn(claims, 'scp')) return true;
  if (scope === undefined) return false;
  return typeof scope !== 'string' || clients.length > 0 || (typeof iss === 'string' && /^https?:/i.test(iss));
}
