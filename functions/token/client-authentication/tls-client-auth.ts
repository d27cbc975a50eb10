// `tls_client_auth`: the certificate with which the client came through mutual TLS, known by its subject (RFC 8705
// section 2.1). API Gateway verified it against the truststore of the custom domain; no header can bring one (A74).

import type { ClientAuthentication } from './client-authentication.ts';

export const tlsClientAuth: ClientAuthentication = {
  name: 'tls_client_auth',
  find({ parameters, clientCertificate }) {
    const unverifiedClientId = parameters.get('client_id');
    // The id says which client is meant; a certificate without it is a connection's, not a client's.
    if (clientCertificate === undefined || unverifiedClientId === undefined) return undefined;
    return {
      unverifiedClientId,
      async verify(client, nowSeconds) {
        const { verifyClientSubject } = await import('./verify-client-subject.ts');
        return verifyClientSubject(client, clientCertificate.pem, nowSeconds);
      },
    };
  },
};
