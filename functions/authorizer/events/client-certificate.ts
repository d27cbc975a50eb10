// A client certificate as API Gateway verified it: from its own context, never from a header (A74).

import { findString, isFields } from './event-fields.ts';

export interface ClientCertificate {
  readonly pem: string;
}

/** @param value `clientCert` of the request context; null where the connection had none */
export function findClientCertificate(value: unknown): { readonly clientCertificate?: ClientCertificate } {
  return isFields(value) ? { clientCertificate: { pem: findString(value, 'clientCertPem') } } : {};
}
