// `client_secret_post`: client_id and client_secret in the body (RFC 6749 section 2.3.1).

import { OAuthError } from '../../shared/errors.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { verifySecret } from './verify-secret.ts';

export const clientSecretPost: ClientAuthentication = {
  name: 'client_secret_post',
  find({ parameters }) {
    const secret = parameters.get('client_secret');
    if (secret === undefined) return undefined;
    const unverifiedClientId = parameters.get('client_id');
    if (unverifiedClientId === undefined) throw new OAuthError('invalid_request', 'missing-client-id');
    return { unverifiedClientId, verify: (client, nowSeconds) => verifySecret(client, [secret], nowSeconds) };
  },
};
