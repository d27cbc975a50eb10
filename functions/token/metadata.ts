// `/.well-known/oauth-authorization-server` (RFC 8414) and `/.well-known/openid-configuration`: what really works,
// gathered from the registries, so that it can say nothing else.

import type { Tenant } from '../configuration/model.ts';
import { FREE_SCOPES } from '../configuration/scopes.ts';
import type { ClientAuthentications } from './client-authentication/client-authentication.ts';
import type { TokenDependencies } from './dependencies.ts';
import type { GrantVariant } from './grants/grant-variant.ts';
import { cacheableResponse, type HttpResponse, PUBLIC_DOCUMENT_SECONDS } from './http-response.ts';
import type { Route } from './route.ts';
import { UI_LOCALES } from './sign-in/ui-locales.ts';

/** Claims of ID tokens and userinfo, where a store has them (OpenID Connect Core section 5.1). */
const CLAIMS = [
  ...['sub', 'iss', 'aud', 'azp', 'exp', 'iat', 'auth_time', 'nonce', 'sid', 'amr', 'acr', 'preferred_username'],
  ...['name', 'family_name', 'given_name', 'middle_name', 'nickname', 'profile', 'picture', 'website', 'gender'],
  ...['birthdate', 'zoneinfo', 'locale', 'email'],
];

/**
 * @param issuer without a slash at its end
 * @param mutualTlsUrl where clients with a certificate find the endpoints that authenticate; undefined: nowhere
 * @param routes whose `metadata` names the endpoint that they are
 */
export function createMetadata(
  { issuer, mutualTlsUrl, ownTenant, tenants }: Pick<TokenDependencies, 'issuer' | 'mutualTlsUrl' | 'ownTenant' | 'tenants'>,
  routes: readonly Route[],
  clientAuthentications: ClientAuthentications,
  grants: ReadonlyMap<string, GrantVariant>,
): () => Promise<HttpResponse> {
  const methods = [...clientAuthentications.credentials, ...clientAuthentications.bare].filter(({ isAnnounced }) => isAnnounced !== false);
  const confidential = methods.filter((method) => method.name !== 'none');
  const document: Record<string, unknown> = {
    issuer,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    id_token_signing_alg_values_supported: ['RS256', 'ES256', 'EdDSA'],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    claims_supported: CLAIMS,
    ui_locales_supported: UI_LOCALES,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    grant_types_supported: [...grants.keys()],
    scopes_supported: [...FREE_SCOPES],
    // A `sub` is the same for all clients (OpenID Connect Core section 8).
    subject_types_supported: ['public'],
  };
  const aliases: Record<string, string> = {};
  for (const { metadata, paths } of routes) {
    if (metadata === undefined) continue;
    document[metadata.endpoint] = `${issuer}${paths[0]}`;
    if (metadata.clientAuthentication === undefined) continue;
    aliases[metadata.endpoint] = `${mutualTlsUrl}${paths[0]}`;
    const prefix = metadata.endpoint.replace(/_endpoint$/, '_endpoint_auth');
    const allowed = metadata.clientAuthentication === 'confidential' ? confidential : methods;
    document[`${prefix}_methods_supported`] = allowed.map((method) => method.name);
    for (const method of allowed) {
      for (const [member, values] of Object.entries(method.metadata ?? {})) document[`${prefix}_${member}`] = values;
    }
  }
  // RFC 8705 section 5: at the issuer itself nobody is asked for a certificate, so that all can read keys and metadata.
  if (mutualTlsUrl !== undefined) document.mtls_endpoint_aliases = aliases;
  const answer = (more: Readonly<Record<string, unknown>> = {}): HttpResponse =>
    cacheableResponse(JSON.stringify({ ...document, ...more }), PUBLIC_DOCUMENT_SECONDS);
  if (ownTenant === undefined) {
    const shared = answer();
    return async () => shared;
  }
  return async () => answer(membersOf(await tenants.findTenant(ownTenant)));
}

/** What a tenant's own document says of it (RFC 8414 section 2, RFC 9728 section 4). */
function membersOf(tenant: Tenant | undefined): Readonly<Record<string, unknown>> {
  if (tenant === undefined) return {};
  const resources = [...(tenant.resources?.keys() ?? [])];
  return {
    scopes_supported: [...new Set([...FREE_SCOPES, ...tenant.scopes.keys()])],
    // draft-ietf-oauth-client-id-metadata-document section 6: a client may come by the URL of its document.
    ...(tenant.clientDocuments !== undefined && { client_id_metadata_document_supported: true }),
    ...(resources.length > 0 && { protected_resources: resources }),
  };
}
