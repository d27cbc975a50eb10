// Client certificates: subject, issuer and dates (RFC 5280 section 4.1.2), read from the certificate. The text that
// API Gateway sends beside it has escapes that AWS does not document, and is not believed.

import { X509Certificate } from 'node:crypto';
import { type CertificateName, issuerNameOf, subjectNameOf } from './certificate-subject.ts';

export interface ReadCertificate {
  /** Undefined: it can't be read. */
  readonly subject: CertificateName | undefined;
  readonly issuer: CertificateName | undefined;
  /** Milliseconds since the epoch. */
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** Undefined for what is no certificate. */
export function readCertificate(pem: string): ReadCertificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return {
      subject: subjectNameOf(certificate.raw),
      issuer: issuerNameOf(certificate.raw),
      validFromMs: certificate.validFromDate.getTime(),
      validToMs: certificate.validToDate.getTime(),
    };
  } catch {
    return undefined;
  }
}

/** Whether it holds now: a connection may outlive the certificate that opened it (A36). */
export function isCurrent({ validFromMs, validToMs }: ReadCertificate, nowSeconds: number): boolean {
  const nowMs = nowSeconds * 1000;
  return nowMs >= validFromMs && nowMs <= validToMs;
}

/** The one CN of a name: undefined where there is none, more than one, or one that is no text (A75). */
export function commonNameOf(name: CertificateName | undefined): string | undefined {
  const names = name?.flat().filter(({ type }) => type === 'cn') ?? [];
  const [only] = names;
  return names.length === 1 && only?.value !== undefined && only.value !== '' ? only.value : undefined;
}
