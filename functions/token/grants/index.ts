// The registry of grants: the values of `grant_type` (RFC 6749 section 1.3). What a request needs to know of each stands here
// as data. The grants themselves are loaded with the first request for them, but for those small ones that most applications
// begin with.

import { createExternalJwtVerifier } from '../../external-issuers/index.ts';
import type { AccessTokenCheck } from '../../own-tokens/access-token.ts';
import { lazy } from '../../shared/lazy.ts';
import type { TokenDependencies } from '../dependencies.ts';
import { redeemClientCredentials } from './client-credentials.ts';
import type { GrantVariant } from './grant-variant.ts';
import { createPassword } from './password.ts';
import { createRefreshToken } from './refresh-token.ts';

/** The registry: one entry per variant. */
export function createGrants(
  dependencies: TokenDependencies & { readonly checkAccessToken: AccessTokenCheck },
): ReadonlyMap<string, GrantVariant> {
  const externalJwts = createExternalJwtVerifier(dependencies);
  const password = createPassword(dependencies);
  const refreshToken = createRefreshToken(dependencies);
  const variants: readonly GrantVariant[] = [
    {
      grantType: 'authorization_code',
      parameters: ['code', 'redirect_uri', 'code_verifier'],
      allowsPublicClients: true,
      load: lazy(async () => (await import('./authorization-code.ts')).createAuthorizationCode(dependencies)),
    },
    {
      grantType: 'password',
      parameters: ['username', 'password'],
      load: async () => password,
    },
    {
      grantType: 'refresh_token',
      parameters: ['refresh_token'],
      allowsPublicClients: true,
      load: async () => refreshToken,
    },
    {
      grantType: 'client_credentials',
      parameters: [],
      load: async () => redeemClientCredentials,
    },
    {
      grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      parameters: ['assertion'],
      load: lazy(async () => (await import('./jwt-bearer.ts')).createJwtBearer({ ...dependencies, externalJwts })),
    },
    {
      grantType: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
      parameters: ['assertion'],
      load: lazy(async () => (await import('./saml2-bearer.ts')).createSaml2Bearer(dependencies)),
    },
    {
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      parameters: ['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type'],
      load: lazy(async () => (await import('./token-exchange.ts')).createTokenExchange({ ...dependencies, externalJwts })),
    },
  ];
  return new Map(variants.map((variant) => [variant.grantType, variant]));
}
