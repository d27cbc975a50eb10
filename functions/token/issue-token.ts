// FLOW of `POST /oauth2/token` (RFC 6749 section 3.2): form → client → grant → scopes → tokens → store → response.
// What is cheap is checked first, and nothing is written before everything is checked.

import type { Tenant } from '../configuration/model.ts';
import { parseResources, requireResources } from '../configuration/resources.ts';
import { grantScopes, parseScope, requireDefinedScopes } from '../configuration/scopes.ts';
import { subjectOf } from '../configuration/username.ts';
import { OAuthError } from '../shared/errors.ts';
import { authenticateClient } from './authenticate-client.ts';
import type { ClientAuthentications } from './client-authentication/client-authentication.ts';
import type { TokenDependencies } from './dependencies.ts';
import type { GrantRequest, GrantVariant, NewGrant, Redemption, Renewal } from './grants/grant-variant.ts';
import type { HttpRequest } from './http-request.ts';
import { type HttpResponse, jsonResponse } from './http-response.ts';
import { type Minted, mintNewGrant, mintRedemption, mintRenewal } from './mint-tokens.ts';
import type { RequestTrace } from './request-trace.ts';
import { parseTokenRequest, requireParameter } from './token-request.ts';

export interface TokenEndpoint {
  readonly dependencies: TokenDependencies;
  readonly clientAuthentications: ClientAuthentications;
  readonly grants: ReadonlyMap<string, GrantVariant>;
  /** The names of the parameters that a grant or a client authentication reads. */
  readonly tokenParameters: ReadonlySet<string>;
}

/** @throws OAuthError, Unavailable */
export async function issueToken(endpoint: TokenEndpoint, http: HttpRequest, trace: RequestTrace): Promise<HttpResponse> {
  const { dependencies } = endpoint;
  const nowSeconds = Math.floor(dependencies.clock() / 1000);
  const request = parseTokenRequest(http, endpoint.tokenParameters);
  const variant = endpoint.grants.get(requireParameter(request.parameters, 'grant_type'));
  if (variant === undefined) throw new OAuthError('unsupported_grant_type', 'unknown-grant-type');
  trace.note({ grantType: variant.grantType });
  const askedScopes = parseScope(request.parameters.get('scope'));
  const askedResources = parseResources(request.parameters.get('resource'));
  const { client, isPublic } = await authenticateClient(endpoint, request, nowSeconds, trace);
  if (!client.grantTypes.includes(variant.grantType)) throw new OAuthError('unauthorized_client', 'grant-not-of-this-client');
  if (isPublic && variant.allowsPublicClients !== true) throw new OAuthError('unauthorized_client', 'grant-not-for-public-clients');
  const tenant = await findActiveTenant(dependencies, client.tenant);
  // Before anybody's password is looked at: a mistake of the application is no failed attempt of its user.
  if (tenant !== undefined) {
    requireDefinedScopes(tenant, askedScopes);
    requireResources(tenant, client, askedResources);
  }
  const { parameters, sourceAddress } = request;
  const grantRequest = {
    parameters,
    sourceAddress,
    endUserAddresses: http.endUserAddresses,
    client,
    tenant,
    askedScopes,
    askedResources,
    nowSeconds,
    trace,
  };
  return jsonResponse(200, await redeem(dependencies, variant, grantRequest));
}

/** Grant → tokens → store. Of two renewals at once one is stored; the other then finds itself within the grace. */
async function redeem(dependencies: TokenDependencies, variant: GrantVariant, request: GrantRequest): Promise<string> {
  const redeemGrant = await variant.load();
  for (let attempt = 0; attempt < 2; attempt++) {
    const redeemed = await redeemGrant(request);
    switch (redeemed.kind) {
      case 'repetition':
        request.trace.note({ audit: 'token-repeated' });
        return redeemed.body;
      case 'new':
        return await issueNew(dependencies, variant, request, redeemed);
      case 'redemption': {
        const body = await redeemCode(dependencies, request, redeemed);
        if (body !== undefined) return body;
        break;
      }
      case 'renewal': {
        const body = await renew(dependencies, request, redeemed);
        if (body !== undefined) return body;
      }
    }
  }
  throw new OAuthError('temporarily_unavailable', 'renewed-at-once-too-often');
}

async function issueNew(
  dependencies: TokenDependencies,
  variant: GrantVariant,
  request: GrantRequest,
  redeemed: NewGrant,
): Promise<string> {
  const { client, nowSeconds, trace } = request;
  const scopes = grantScopes(redeemed.tenant, client, redeemed.askedScopes ?? request.askedScopes, redeemed.user?.roles);
  const asked = { client, grantType: variant.grantType, scopes, resources: request.askedResources, nowSeconds };
  const minted = await mintAndStore(dependencies, redeemed, asked);
  trace.note({
    audit: 'token-issued',
    grant: minted.grant.id,
    scopes,
    ...(redeemed.user !== undefined && { subject: subjectOf(redeemed.user) }),
    ...(redeemed.delegation !== undefined && { parent: redeemed.delegation.parentIds[0], actors: redeemed.delegation.actors }),
  });
  return minted.body;
}

async function mintAndStore(
  dependencies: TokenDependencies,
  redeemed: NewGrant,
  asked: Parameters<typeof mintNewGrant>[2],
): Promise<Minted> {
  const { signIn } = redeemed;
  try {
    const minted = await mintNewGrant(dependencies, redeemed, asked);
    await dependencies.grants.insertGrant(minted.grant, signIn);
    return minted;
  } catch (error) {
    // The password was right: users who try again while we can't sign or store must not lock themselves out (A93).
    if (signIn !== undefined) await dependencies.attempts.rememberSignIn(signIn).catch(() => {});
    throw error;
  }
}

/** Undefined where another redemption was stored first: the write is conditional on the generation (A113). */
async function redeemCode(dependencies: TokenDependencies, request: GrantRequest, redemption: Redemption): Promise<string | undefined> {
  const { client, nowSeconds, trace } = request;
  const minted = await mintRedemption(dependencies, client, redemption, nowSeconds);
  if (!(await dependencies.grants.rotateGrant(redemption.grant, minted.grant))) return undefined;
  trace.note({ audit: 'token-issued', scopes: minted.grant.scopes });
  return minted.body;
}

/** Undefined where another renewal of the same grant was stored first: the write is conditional on the generation (A55). */
async function renew(dependencies: TokenDependencies, request: GrantRequest, renewal: Renewal): Promise<string | undefined> {
  const { client, trace } = request;
  // Not the request's beginning: a directory that took long to say who the user is would have used up the grace.
  const nowSeconds = Math.floor(dependencies.clock() / 1000);
  const scopes = grantScopes(renewal.tenant, client, renewal.scopes, renewal.user?.roles);
  const minted = await mintRenewal(dependencies, renewal, { client, scopes, resources: renewal.resources, nowSeconds });
  if (!(await dependencies.grants.rotateGrant(renewal.grant, minted.grant))) return undefined;
  trace.note({
    audit: 'token-renewed',
    generation: minted.grant.generation,
    scopes,
  });
  return minted.body;
}

async function findActiveTenant(dependencies: Pick<TokenDependencies, 'tenants'>, name: string): Promise<Tenant | undefined> {
  const tenant = await dependencies.tenants.findTenant(name);
  return tenant?.status === 'active' ? tenant : undefined;
}
