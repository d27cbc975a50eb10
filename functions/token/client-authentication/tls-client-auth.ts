// `tls_client_auth`: the certificate with which the client came through mutual TLS, known by its subject (RFC 8705
// section 2.1). API Gateway verified it against the truststore of the custom domain; no header can bring one (A74).

import { X509Certificate } from 'node:crypto';
import type { Client } from '../../configuration/model.ts';
import { parseSubject, subjectOfCertificate } from '../../keys/certificate-subject.ts';
import type { ComparableName } from '../../keys/distinguished-name.ts';
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
  // A connection may outlive the certificate that opened it (A36).
  const isValid = nowSeconds * 1000 >= certificate.validFromMs && nowSeconds * 1000 <= certificate.validToMs;
  if (!isValid) return { kind: 'refused', reason: 'client-certificate-expired' };
  const isSubject = certificate.subject !== undefined && certificate.subject === parseSubject(client.tlsSubjectDn);
  return isSubject ? { kind: 'verified' } : { kind: 'refused', reason: 'client-certificate-subject' };
}

interface ReadCertificate {
  readonly subject: ComparableName | undefined;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** The subject comes from the certificate itself: `subjectDN` of the context is text whose escapes AWS does not document. */
function readCertificate(pem: string): ReadCertificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return {
      subject: subjectOfCertificate(certificate.raw),
      validFromMs: certificate.validFromDate.getTime(),
      validToMs: certificate.validToDate.getTime(),
    };
  } catch {
    return undefined;
  }
}
