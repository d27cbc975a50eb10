// `tls_client_auth`: the certificate with which the client came through mutual TLS, known by its subject (RFC 8705
// section 2.1). API Gateway verified it against the truststore of the custom domain; no header can bring one (A74).

import type { Client } from '../../configuration/model.ts';
import { comparableCertificateName, parseSubject } from '../../keys/certificate-subject.ts';
import { isCurrent, readCertificate } from '../../keys/client-certificate.ts';
import type { ClientAuthentication, ClientVerification } from './client-authentication.ts';

export const tlsClientAuth: ClientAuthentication = {
  name: 'tls_client_auth',
  find({ parameters, clientCertificate }) {
    const unverifiedClientId = parameters.get('client_id');
    // The id says which client is meant; a certificate without it is a connection's, not a client's.
    if (clientCertificate === undefined || unverifiedClientId === undefined) return undefined;
    return { unverifiedClientId, verify: (client, nowSeconds) => verifyCertificate(client, clientCertificate.pem, nowSeconds) };
  },
};

function verifyCertificate(client: Client | undefined, pem: string, nowSeconds: number): ClientVerification {
  if (client?.tlsSubjectDn === undefined) return { kind: 'refused', reason: 'no-client-subject' };
  const certificate = readCertificate(pem);
  if (certificate === undefined) return { kind: 'refused', reason: 'client-certificate-malformed' };
  if (!isCurrent(certificate, nowSeconds)) return { kind: 'refused', reason: 'client-certificate-expired' };
  const subject = certificate.subject && comparableCertificateName(certificate.subject);
  const isSubject = subject !== undefined && subject === parseSubject(client.tlsSubjectDn);
  return isSubject ? { kind: 'verified' } : { kind: 'refused', reason: 'client-certificate-subject' };
}
