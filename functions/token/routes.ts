// The table of endpoints. The metadata is made from it, so that it names what is here and nothing else. What answers at an
// endpoint is loaded with its first request: only the token endpoint's is there from the start.

import type { AccessTokenCheck } from '../own-tokens/access-token.ts';
import { lazy } from '../shared/lazy.ts';
import { TOKEN_PATHS } from '../shared/token-paths.ts';
import { CLIENT_PARAMETERS } from './client-authentication/client-authentication.ts';
import { createClientAuthentications } from './client-authentication/index.ts';
import type { TokenDependencies } from './dependencies.ts';
import { createGrants } from './grants/index.ts';
import type { HttpRequest } from './http-request.ts';
import { cacheableResponse, type HttpResponse, PUBLIC_DOCUMENT_SECONDS } from './http-response.ts';
import type { IntrospectionEndpoint } from './introspect-token.ts';
import { issueToken, type TokenEndpoint } from './issue-token.ts';
import type { RevocationEndpoint } from './revoke-token.ts';
import type { Route } from './route.ts';

const loadCrossOrigin = lazy(() => import('./cross-origin.ts'));
const loadRevocation = lazy(() => import('./revoke-token.ts'));
const loadIntrospection = lazy(() => import('./introspect-token.ts'));
const loadUserInfo = lazy(() => import('./user-info.ts'));

export function createRoutes(dependencies: TokenDependencies): readonly Route[] {
  const clientAuthentications = createClientAuthentications(dependencies);
  const checkAccessToken = createLateCheck(dependencies);
  const grants = createGrants({ ...dependencies, checkAccessToken });
  const tokenParameters = new Set([
    'grant_type',
    'scope',
    'resource',
    ...CLIENT_PARAMETERS,
    ...[...grants.values()].flatMap(({ parameters }) => parameters),
  ]);
  const endpoint = { dependencies, clientAuthentications, grants, tokenParameters, checkAccessToken };
  const documented = [...clientRoutes(endpoint), ...signInRoutes(dependencies), userInfoRoute(endpoint), keysRoute(dependencies)];
  const metadata = lazy(async () => {
    const { createMetadata } = await import('./metadata.ts');
    return createMetadata(dependencies, documented, clientAuthentications, grants);
  });
  return [...documented, metadataRoute(async () => (await metadata())())];
}

/** The check of our access tokens: of what the token endpoint serves, one grant alone needs it. */
function createLateCheck(dependencies: TokenDependencies): AccessTokenCheck {
  const { issuer, sharedIssuer = issuer } = dependencies;
  const check = lazy(async () => {
    const { createAccessTokenCheck } = await import('../own-tokens/check-access-token.ts');
    return createAccessTokenCheck({ ...dependencies, issuer: sharedIssuer });
  });
  return async (token, nowSeconds) => (await check())(token, nowSeconds);
}

type Endpoint = TokenEndpoint & RevocationEndpoint & IntrospectionEndpoint;

/** Routes at which a client authenticates. */
function clientRoutes(endpoint: Endpoint): readonly Route[] {
  const findOrigins = async (request: HttpRequest) => {
    const { findClientOrigins } = await loadCrossOrigin();
    return findClientOrigins(endpoint.clientAuthentications, endpoint.dependencies, request);
  };
  const common = { methods: ['POST'], challenge: 'Basic', findOrigins } as const;
  return [
    {
      ...common,
      paths: TOKEN_PATHS.token,
      metadata: { endpoint: 'token_endpoint', clientAuthentication: 'any' },
      answer: (request, trace) => issueToken(endpoint, request, trace),
    },
    {
      ...common,
      paths: TOKEN_PATHS.revoke,
      metadata: { endpoint: 'revocation_endpoint', clientAuthentication: 'any' },
      answer: async (request, trace) => (await loadRevocation()).revokeToken(endpoint, request, trace),
    },
    {
      ...common,
      paths: TOKEN_PATHS.introspect,
      metadata: { endpoint: 'introspection_endpoint', clientAuthentication: 'confidential' },
      answer: async (request, trace) => (await loadIntrospection()).introspectToken(endpoint, request, trace),
    },
  ];
}

/** Routes that browsers come to. Nothing of them is loaded before one does, and no other page may read what it answers. */
function signInRoutes(dependencies: TokenDependencies): readonly Route[] {
  const signIn = lazy(async () => (await import('./sign-in/index.ts')).createSignIn(dependencies));
  const common = { methods: ['GET', 'POST'], challenge: 'Basic', findOrigins: async () => [] } as const;
  return [
    {
      ...common,
      paths: TOKEN_PATHS.authorize,
      metadata: { endpoint: 'authorization_endpoint' },
      answer: async (request, trace) => (await signIn()).authorize(request, trace),
    },
    {
      ...common,
      paths: TOKEN_PATHS.logout,
      metadata: { endpoint: 'end_session_endpoint' },
      answer: async (request, trace) => (await signIn()).signOut(request, trace),
    },
  ];
}

function userInfoRoute({ checkAccessToken, dependencies: { clock } }: Endpoint): Route {
  const endpoint = { checkAccessToken, clock };
  return {
    paths: TOKEN_PATHS.userinfo,
    methods: ['GET', 'POST'],
    challenge: 'Bearer',
    metadata: { endpoint: 'userinfo_endpoint' },
    findOrigins: async (request) => (await loadUserInfo()).findTokenOrigins(endpoint, request),
    answer: async (request, trace) => (await loadUserInfo()).userInfo(endpoint, request, trace),
  };
}

/** JWK Set (RFC 7517 section 5). */
function keysRoute({ signingKeys }: Pick<TokenDependencies, 'signingKeys'>): Route {
  return {
    paths: TOKEN_PATHS.jwks,
    methods: ['GET', 'HEAD'],
    challenge: 'Basic',
    metadata: { endpoint: 'jwks_uri' },
    answer: async () => cacheableResponse(JSON.stringify((await signingKeys()).jwks), PUBLIC_DOCUMENT_SECONDS),
  };
}

function metadataRoute(findMetadata: () => Promise<HttpResponse>): Route {
  return {
    paths: TOKEN_PATHS.metadata,
    methods: ['GET', 'HEAD'],
    challenge: 'Basic',
    answer: findMetadata,
  };
}
