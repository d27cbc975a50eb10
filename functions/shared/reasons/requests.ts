// Requests to the token API and the sign-in page that are no good.

import type { ClientDocumentFault } from './clients.ts';

/** A request to the token API that is no well-formed one: its developer is told in words. */
export type RequestFault =
  | 'no-such-endpoint'
  | 'no-protected-resource'
  | 'method-not-allowed'
  | 'wrong-media-type'
  | 'body-too-large'
  | 'too-many-parameters'
  | 'repeated-parameter'
  | 'repeated-header'
  | 'bad-end-user-address'
  | 'parameters-in-url'
  | 'malformed-encoding'
  | 'two-client-authentications'
  | 'two-client-ids'
  | 'two-access-tokens'
  | AuthorizationRequestFault
  | ExchangeFault
  | MissingParameter;

/** A request to the sign-in page that is no good: shown as a page where nobody may be answered, else sent to the client. */
export type AuthorizationRequestFault =
  | 'unknown-client'
  | 'client-suspended'
  | 'grant-not-of-this-client'
  | 'tenant-not-active'
  | 'sign-in-off'
  | 'redirect-uri-not-registered'
  | 'state-too-long'
  | 'request-too-long'
  | 'nonce-too-long'
  | 'unknown-response-mode'
  | 'unknown-prompt'
  | 'malformed-max-age'
  | 'code-challenge-method'
  | 'malformed-code-challenge'
  | 'sealed-request-unreadable'
  | 'foreign-origin'
  | ClientDocumentFault;

export type MissingParameter =
  | 'missing-grant-type'
  | 'missing-username'
  | 'missing-password'
  | 'missing-refresh-token'
  | 'missing-assertion'
  | 'missing-token'
  | 'missing-client-id'
  | 'missing-client-assertion'
  | 'missing-client-assertion-type'
  | 'missing-code'
  | 'missing-code-verifier'
  | 'missing-subject-token'
  | 'missing-subject-token-type'
  | 'missing-code-challenge'
  | 'missing-redirect-uri'
  | 'missing-response-type';

/** A token is not exchanged: RFC 8693 section 2.2.2 calls all of it `invalid_request`. */
type ExchangeFault =
  | 'unknown-token-type'
  | 'subject-token-not-live'
  | 'subject-token-of-another-tenant'
  | 'subject-token-without-user'
  | 'subject-user-refused'
  | 'actor-token-not-live'
  | 'actor-token-of-another-tenant'
  | 'too-many-actors';

/** `invalid_target` of RFC 8707 section 2. */
export type ResourceFault =
  | 'malformed-resource'
  | 'too-many-resources'
  | 'unknown-resource'
  | 'resource-not-of-this-client'
  | 'resource-not-granted'
  | 'not-one-resource'
  | 'resource-not-exchanged';

export type ScopeFault = 'scope-syntax' | 'too-many-scopes' | 'undefined-scope' | 'scope-not-granted';
