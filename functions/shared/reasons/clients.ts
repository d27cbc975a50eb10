// Clients that do not prove who they are, or may not do what they ask for.

import type { IssuerFault, JwtFault } from './assertions.ts';

/** A client that does not prove who it is, by whatever method. */
export type ClientCredentialFault =
  | 'wrong-secret'
  | 'secret-expired'
  | 'no-client-keys'
  | `client-assertion-${JwtFault}`
  | 'client-assertion-replayed'
  | 'client-assertion-subject'
  | `workload-${JwtFault | IssuerFault}`
  | 'workload-not-of-this-client'
  | 'workload-claimed-twice'
  | 'no-client-subject'
  | 'client-certificate-malformed'
  | 'client-certificate-expired'
  | 'client-certificate-subject';

/** The URL of a client that nobody has registered is none that the tenant takes. */
export type ClientUrlFault = 'client-documents-off' | 'client-url' | 'client-host-not-trusted';

/** A client that nobody has registered, and of which its document does not say what it must. */
export type ClientDocumentFault = ClientUrlFault | 'client-document-not-loaded' | 'client-document-refused';

/** `invalid_client`. */
export type ClientRefusal =
  | ClientCredentialFault
  | 'no-client-authentication'
  | 'unknown-client'
  | 'method-not-of-this-client'
  | 'client-suspended'
  | 'unknown-authorization-scheme'
  | 'malformed-basic'
  | 'unknown-client-assertion-type'
  | 'unknown-workload'
  | 'client-id-mismatch'
  | 'public-client'
  | ClientDocumentFault;

/** `unauthorized_client` of RFC 6749 section 5.2: a client that is known, and may not do that. */
export type UnauthorizedClient = 'grant-not-of-this-client' | 'grant-not-for-public-clients' | 'token-of-another-client';
