// The table of endpoints. The metadata is made from it, so that it names what is here and nothing else.

import { createAccessTokenCheck } from '../own-tokens/access-token.ts';
import { CLIENT_PARAMETERS } from './client-authentication/client-authentication.ts';
import { createClientAuthentications } from './client-authentication/index.ts';
import { findClientOrigins } from './cross-origin.ts';
import type { TokenDependencies } from './dependencies.ts';
import { createGrants } from './grants/index.ts';
import type { HttpRequest } from './http-request.ts';
import { cacheableResponse, type HttpResponse } from './http-response.ts';
import { type IntrospectionEndpoint, introspectToken } from './introspect-token.ts';
import { issueToken, type TokenEndpoint } from './issue-token.ts';
import { createMetadata, PUBLIC_DOCUMENT_SECONDS } from './metadata.ts';
import { type RevocationEndpoint, revokeToken } from './revoke-token.ts';
import type { Route } from './route.ts';
import { findTokenOrigins, userInfo } from './user-info.ts';

export function createRoutes(dependencies: TokenDependencies): readonly Route[] {
  const clientAuthentications = createClientAuthentications(dependencies);
  const grants = createGrants(dependencies);
  const tokenParameters = new Set([
    'grant_type',
    'scope',
    ...CLIENT_PARAMETERS,
    ...[...grants.values()].flatMap(({ parameters }) => parameters),
  ]);
  const endpoint = { dependencies, clientAuthentications, grants, tokenParameters, checkAccessToken: createAccessTokenCheck(dependencies) };
  const documented = [...clientRoutes(endpoint), userInfoRoute(endpoint), keysRoute(dependencies)];
  return [...documented, metadataRoute(createMetadata(dependencies.issuer, documented, clientAuthentications, grants))];
}

type Endpoint = TokenEndpoint & RevocationEndpoint & IntrospectionEndpoint;

/** Those at which a client authenticates. */
function clientRoutes(endpoint: Endpoint): readonly Route[] {
  const findOrigins = (request: HttpRequest) => findClientOrigins(endpoint.clientAuthentications, endpoint.dependencies.clients, request);
  const common = { methods: ['POST'], challenge: 'Basic', findOrigins } as const;
  return [
    {
      ...common,
      path: '/oauth2/token',
      alias: '/token',
      metadata: { endpoint: 'token_endpoint', clientAuthentication: 'any' },
      answer: (request, trace) => issueToken(endpoint, request, trace),
    },
    {
      ...common,
      path: '/oauth2/revoke',
      alias: '/revoke',
      metadata: { endpoint: 'revocation_endpoint', clientAuthentication: 'any' },
      answer: (request, trace) => revokeToken(endpoint, request, trace),
    },
    {
      ...common,
      path: '/oauth2/introspect',
      metadata: { endpoint: 'introspection_endpoint', clientAuthentication: 'confidential' },
      answer: (request, trace) => introspectToken(endpoint, request, trace),
    },
  ];
}

function userInfoRoute({ checkAccessToken, dependencies: { clock } }: Endpoint): Route {
  const endpoint = { checkAccessToken, clock };
  return {
    path: '/oauth2/userinfo',
    methods: ['GET', 'POST'],
    challenge: 'Bearer',
    metadata: { endpoint: 'userinfo_endpoint' },
    findOrigins: (request) => findTokenOrigins(endpoint, request),
    answer: (request, trace) => userInfo(endpoint, request, trace),
  };
}

/** JWK Set (RFC 7517 section 5). */
function keysRoute({ signingKeys }: Pick<TokenDependencies, 'signingKeys'>): Route {
  return {
    path: '/oauth2/jwks',
    alias: '/.well-known/jwks.json',
    methods: ['GET', 'HEAD'],
    challenge: 'Basic',
    metadata: { endpoint: 'jwks_uri' },
    answer: async () => cacheableResponse(JSON.stringify((await signingKeys()).jwks), PUBLIC_DOCUMENT_SECONDS),
  };
}

function metadataRoute(metadata: HttpResponse): Route {
  return {
    path: '/.well-known/oauth-authorization-server',
    alias: '/.well-known/openid-configuration',
    methods: ['GET', 'HEAD'],
    challenge: 'Basic',
    answer: async () => metadata,
  };
}
