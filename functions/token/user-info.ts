// FLOW of `GET` and `POST /oauth2/userinfo` (OpenID Connect Core section 5.3): bearer token (RFC 6750) → its user → claims.

import { qualifiedName, subjectOf } from '../configuration/username.ts';
import type { AccessToken, AccessTokenCheck } from '../own-tokens/access-token.ts';
import { standardClaims } from '../own-tokens/standard-claims.ts';
import { OAuthError } from '../shared/errors.ts';
import type { HttpRequest } from './http-request.ts';
import { type HttpResponse, jsonResponse } from './http-response.ts';
import type { RequestTrace } from './request-trace.ts';
import { parseForm, refuseInUrl } from './token-request.ts';

export interface UserInfoEndpoint {
  readonly checkAccessToken: AccessTokenCheck;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

const PARAMETERS: ReadonlySet<string> = new Set(['access_token']);
const SCHEME = /^Bearer( |$)/i;
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** @throws OAuthError `invalid_token`, `insufficient_scope`; Unavailable */
export async function userInfo(endpoint: UserInfoEndpoint, http: HttpRequest, trace: RequestTrace): Promise<HttpResponse> {
  const token = await requireAccessToken(endpoint, http);
  trace.note({ tenant: token.tenant.name, clientId: token.client.clientId, grant: token.grantId });
  if (!token.scopes.includes('openid')) throw new OAuthError('insufficient_scope', 'no-openid-scope');
  if (token.user === undefined) throw new OAuthError('insufficient_scope', 'no-end-user');
  const { user } = token;
  trace.note({ subject: subjectOf(user) });
  // What a store says of a user comes first, so that it can't say who the user is (A87).
  const claims = { ...user.claims, ...standardClaims(user, token.scopes) };
  return jsonResponse(200, JSON.stringify({ ...claims, sub: subjectOf(user), preferred_username: qualifiedName(user) }));
}

/** The origins of the client whose token it is: its own pages may read the answer. */
export async function findTokenOrigins(endpoint: UserInfoEndpoint, http: HttpRequest): Promise<readonly string[]> {
  try {
    return (await requireAccessToken(endpoint, http)).client.allowedOrigins;
  } catch {
    // Whatever is wrong with the token or the table was answered already.
    return [];
  }
}

async function requireAccessToken({ checkAccessToken, clock }: UserInfoEndpoint, http: HttpRequest): Promise<AccessToken> {
  const checked = await checkAccessToken(parseBearerToken(http), Math.floor(clock() / 1000));
  if (checked.kind !== 'live') throw new OAuthError('invalid_token', checked.reason);
  return checked.token;
}

/** Bearer token, by header or in a form of a POST; never in the URL, which RFC 6750 section 2.3 leaves to those who must. */
function parseBearerToken(http: HttpRequest): string {
  refuseInUrl(http, PARAMETERS);
  const hasForm = http.method === 'POST' && http.contentType !== undefined && http.body;
  const inForm = hasForm ? parseForm(http, PARAMETERS).get('access_token') : undefined;
  if (http.authorization === undefined || !SCHEME.test(http.authorization)) {
    if (inForm === undefined) throw new OAuthError('invalid_token', 'no-access-token');
    return inForm;
  }
  if (inForm !== undefined) throw new OAuthError('invalid_request', 'two-access-tokens');
  const token = BEARER.exec(http.authorization)?.[1];
  if (token === undefined) throw new OAuthError('invalid_token', 'malformed-bearer');
  return token;
}
