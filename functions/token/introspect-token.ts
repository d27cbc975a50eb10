// FLOW of `POST /oauth2/introspect` (RFC 7662): form → client → token → what it stands for. Whatever the caller may not
// know is `{"active":false}`, and nothing more (section 2.2).

import { isDeclaredDead } from '../configuration/declared-dead.ts';
import { type Client, usersKeyOf } from '../configuration/model.ts';
import { qualifiedName, subjectOf } from '../configuration/username.ts';
import type { AccessToken, AccessTokenCheck } from '../own-tokens/access-token.ts';
import { grantIdOfOpaqueToken, isTokenOfDigest } from '../own-tokens/opaque-token.ts';
import { actorClaim, audienceOf } from '../own-tokens/sign-access-token.ts';
import { OAuthError } from '../shared/errors.ts';
import type { InactiveReason } from '../shared/reasons/grants.ts';
import type { Grant } from '../storage/grant.ts';
import { presentUser } from '../userstores/primary-user.ts';
import { authenticateClient } from './authenticate-client.ts';
import { CLIENT_PARAMETERS, type ClientAuthentications } from './client-authentication/client-authentication.ts';
import type { TokenDependencies } from './dependencies.ts';
import type { HttpRequest } from './http-request.ts';
import { type HttpResponse, jsonResponse } from './http-response.ts';
import type { RequestTrace } from './request-trace.ts';
import { parseTokenRequest, requireParameter } from './token-request.ts';

export interface IntrospectionEndpoint {
  readonly dependencies: Pick<
    TokenDependencies,
    'clients' | 'documents' | 'ownTenant' | 'grants' | 'users' | 'tenants' | 'issuer' | 'clock'
  >;
  readonly clientAuthentications: ClientAuthentications;
  readonly checkAccessToken: AccessTokenCheck;
}

/** Answer about a token; `reason` is for the log. */
type Introspected =
  | { readonly active: true; readonly members: Readonly<Record<string, unknown>> }
  | { readonly active: false; readonly reason: InactiveReason };

const inactive = (reason: InactiveReason): Introspected => ({ active: false, reason });

/** Parameters that are read; `token_type_hint` is not needed (section 2.1). */
const PARAMETERS: ReadonlySet<string> = new Set([...CLIENT_PARAMETERS, 'token']);

/** @throws OAuthError, Unavailable */
export async function introspectToken(endpoint: IntrospectionEndpoint, http: HttpRequest, trace: RequestTrace): Promise<HttpResponse> {
  const { dependencies } = endpoint;
  const nowSeconds = Math.floor(dependencies.clock() / 1000);
  const request = parseTokenRequest(http, PARAMETERS);
  const token = requireParameter(request.parameters, 'token');
  const { client, isPublic } = await authenticateClient(endpoint, request, nowSeconds, trace);
  // Who can't prove who it is may scan for tokens (section 4).
  if (isPublic) throw new OAuthError('invalid_client', 'public-client');
  const introspected = await introspect(endpoint, client, token, nowSeconds);
  if (!introspected.active) {
    trace.note({ active: false, inactive: introspected.reason });
    return jsonResponse(200, '{"active":false}');
  }
  trace.note({ active: true });
  return jsonResponse(200, JSON.stringify({ active: true, ...introspected.members }));
}

async function introspect(endpoint: IntrospectionEndpoint, client: Client, token: string, nowSeconds: number): Promise<Introspected> {
  if (!client.introspection) return inactive('client-may-not-introspect');
  const refreshGrantId = grantIdOfOpaqueToken('refresh', token);
  if (refreshGrantId !== undefined) return introspectRefreshToken(endpoint, client, { token, grantId: refreshGrantId }, nowSeconds);
  const checked = await endpoint.checkAccessToken(token, nowSeconds);
  if (checked.kind !== 'live') return inactive(checked.reason);
  if (checked.token.tenant.name !== client.tenant) return inactive('token-of-another-tenant');
  return { active: true, members: accessTokenMembers(checked.token, endpoint.dependencies.issuer) };
}

function accessTokenMembers(token: AccessToken, issuer: string): Readonly<Record<string, unknown>> {
  return {
    ...holderMembers(token, token.client.clientId, issuer),
    token_type: 'Bearer',
    token_use: 'access_token',
    scope: token.scopes.join(' '),
    exp: token.expiresAtSeconds,
    iat: token.issuedAtSeconds,
    nbf: token.issuedAtSeconds,
    aud: audienceOf(issuer, token.resources),
    ...(token.jti !== undefined && { jti: token.jti }),
    ...(token.delegation !== undefined && { act: actorClaim(token.delegation.actors) }),
  };
}

/**
 * Introspects a refresh token for the client that holds it alone: any other that asked, a resource server say, might take an active
 * refresh token for an access token (A33).
 */
async function introspectRefreshToken(
  { dependencies }: IntrospectionEndpoint,
  client: Client,
  { token, grantId }: { readonly token: string; readonly grantId: string },
  nowSeconds: number,
): Promise<Introspected> {
  const grant = await dependencies.grants.findGrant(grantId, nowSeconds);
  if (grant === undefined) return inactive('no-such-grant');
  if (grant.clientId !== client.clientId || grant.tenant !== client.tenant) return inactive('refresh-token-of-another-client');
  if (grant.refresh === undefined || !isTokenOfDigest(token, grant.refresh.digest)) return inactive('token-replaced');
  if (nowSeconds >= grant.refresh.expiresAtSeconds) return inactive('expired');
  const tenant = await dependencies.tenants.findTenant(grant.tenant);
  if (tenant?.status !== 'active') return inactive('tenant-not-active');
  if (isDeclaredDead(grant, tenant, client)) return inactive('before-tokens-not-before');
  const { user } = grant;
  if (user !== undefined) {
    const key = usersKeyOf(user);
    const stored = key && (await dependencies.users.findUser(key.tenant, key.username));
    const present = presentUser(tenant, user, stored);
    if (present.kind === 'refused') return inactive(present.reason);
  }
  const members = {
    ...holderMembers(grant, grant.clientId, dependencies.issuer),
    token_use: 'refresh_token',
    scope: grant.scopes.join(' '),
    exp: grant.refresh.expiresAtSeconds,
    iat: grant.access.issuedAtSeconds,
  };
  return { active: true, members };
}

/** Members that say whose token it is. */
function holderMembers({ user }: Pick<Grant, 'user'>, clientId: string, issuer: string): Readonly<Record<string, unknown>> {
  return {
    client_id: clientId,
    iss: issuer,
    ...(user === undefined
      ? { sub: clientId, aut: 'APPLICATION' }
      : { sub: subjectOf(user), username: qualifiedName(user), aut: 'APPLICATION_USER' }),
  };
}
