// `/.well-known/oauth-authorization-server` (RFC 8414) and `/.well-known/openid-configuration`: what really works,
// gathered from the registries, so that it can say nothing else.

import type { ClientAuthentications } from './client-authentication/client-authentication.ts';
import type { GrantVariant } from './grants/grant-variant.ts';
import { cacheableResponse, type HttpResponse } from './http-response.ts';
import type { Route } from './route.ts';

/** As long as caches may keep keys and metadata: a new key is announced for longer before it signs. */
export const PUBLIC_DOCUMENT_SECONDS = 300;

/**
 * @param issuer without a slash at its end
 * @param routes whose `metadata` names the endpoint that they are
 */
export function createMetadata(
  issuer: string,
  routes: readonly Route[],
  clientAuthentications: ClientAuthentications,
  grants: ReadonlyMap<string, GrantVariant>,
): HttpResponse {
  const methods = [...clientAuthentications.credentials, ...clientAuthentications.bare].filter(({ isAnnounced }) => isAnnounced !== false);
  const confidential = methods.filter((method) => method.name !== 'none');
  const document: Record<string, unknown> = {
    issuer,
    // REQUIRED by RFC 8414 section 2; empty, since there is no authorization endpoint.
    response_types_supported: [],
    grant_types_supported: [...grants.keys()],
    // Those of every tenant; its own are its own affair.
    scopes_supported: ['default', 'openid'],
    // A `sub` is the same for all clients (OpenID Connect Core section 8).
    subject_types_supported: ['public'],
  };
  for (const { metadata, path } of routes) {
    if (metadata === undefined) continue;
    document[metadata.endpoint] = `${issuer}${path}`;
    if (metadata.clientAuthentication === undefined) continue;
    const prefix = metadata.endpoint.replace(/_endpoint$/, '_endpoint_auth');
    const allowed = metadata.clientAuthentication === 'confidential' ? confidential : methods;
    document[`${prefix}_methods_supported`] = allowed.map((method) => method.name);
    for (const method of allowed) {
      for (const [member, values] of Object.entries(method.metadata ?? {})) document[`${prefix}_${member}`] = values;
    }
  }
  return cacheableResponse(JSON.stringify(document), PUBLIC_DOCUMENT_SECONDS);
}
