// The registry of the ways in which a client proves who it is (RFC 6749 section 2.3), one line each.

import { createExternalJwtVerifier } from '../../external-issuers/index.ts';
import type { TokenDependencies } from '../dependencies.ts';
import type { ClientAuthentications } from './client-authentication.ts';
import { clientSecretBasic } from './client-secret-basic.ts';
import { clientSecretPost } from './client-secret-post.ts';
import { none } from './none.ts';
import { createPrivateKeyJwt } from './private-key-jwt.ts';
import { tlsClientAuth } from './tls-client-auth.ts';

/** The registry: one line per variant. */
export function createClientAuthentications(dependencies: TokenDependencies): ClientAuthentications {
  const externalJwts = createExternalJwtVerifier(dependencies);
  return {
    credentials: [clientSecretBasic, clientSecretPost, createPrivateKeyJwt({ ...dependencies, externalJwts })],
    bare: [{ ...tlsClientAuth, isAnnounced: dependencies.mutualTlsUrl !== undefined }, none],
  };
}
