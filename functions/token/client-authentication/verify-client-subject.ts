// Whether a certificate has the subject of the client's entry, and is of today (RFC 8705 section 2.1.2).

import type { Client } from '../../configuration/model.ts';
import { comparableCertificateName, parseSubject } from '../../keys/certificate-subject.ts';
import { isCurrent, readCertificate } from '../../keys/client-certificate.ts';
import type { ClientVerification } from './client-authentication.ts';

export function verifyClientSubject(client: Client | undefined, pem: string, nowSeconds: number): ClientVerification {
  if (client?.tlsSubjectDn === undefined) return { kind: 'refused', reason: 'no-client-subject' };
  const certificate = readCertificate(pem);
  if (certificate === undefined) return { kind: 'refused', reason: 'client-certificate-malformed' };
  if (!isCurrent(certificate, nowSeconds)) return { kind: 'refused', reason: 'client-certificate-expired' };
  const subject = certificate.subject && comparableCertificateName(certificate.subject);
  const isSubject = subject !== undefined && subject === parseSubject(client.tlsSubjectDn);
  return isSubject ? { kind: 'verified' } : { kind: 'refused', reason: 'client-certificate-subject' };
}
