// The registry of grants: the values of `grant_type` (RFC 6749 section 1.3), one line each.

import { createExternalJwtVerifier } from '../../external-issuers/index.ts';
import type { AccessTokenCheck } from '../../own-tokens/access-token.ts';
import type { TokenDependencies } from '../dependencies.ts';
import { createAuthorizationCode } from './authorization-code.ts';
import { clientCredentials } from './client-credentials.ts';
import type { GrantVariant } from './grant-variant.ts';
import { createJwtBearer } from './jwt-bearer.ts';
import { createPassword } from './password.ts';
import { createRefreshToken } from './refresh-token.ts';
import { createSaml2Bearer } from './saml2-bearer.ts';
import { createTokenExchange } from './token-exchange.ts';

/** The registry: one line per variant. */
export function createGrants(
  dependencies: TokenDependencies & { readonly checkAccessToken: AccessTokenCheck },
): ReadonlyMap<string, GrantVariant> {
  const externalJwts = createExternalJwtVerifier(dependencies);
  const variants = [
    createAuthorizationCode(dependencies),
    createPassword(dependencies),
    createRefreshToken(dependencies),
    clientCredentials,
    createJwtBearer({ ...dependencies, externalJwts }),
    createSaml2Bearer(dependencies),
    createTokenExchange({ ...dependencies, externalJwts }),
  ];
  return new Map(variants.map((variant) => [variant.grantType, variant]));
}
