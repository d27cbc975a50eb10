// What may be said where a REST API is protected.

import type { ApiEntryProps } from '../api-entries/kept-api-entry.ts';
import type { ProtectedResourceProps } from '../discovery/protected-resource.ts';

export interface ProtectRestApiProps extends ApiEntryProps {
  /** How long API Gateway keeps an answer: the bound of a revocation. Absent: as Gatehouse says. At most that. */
  readonly cacheSeconds?: number;
  /**
   * Rules of this API may ask for a client certificate. API Gateway sends one with no header that could key a cache,
   * so `cacheSeconds` must be 0, and the API must answer under its mutual-TLS domain alone.
   */
  readonly clientCertificates?: boolean;
  /** The header in which the backend gets the end-user JWT. Default: X-JWT-Assertion. */
  readonly header?: string;
  /** Callers are counted by the usage plan that `usageKey` of their client entry belongs to; without one they get 403. */
  readonly usagePlans?: boolean;
  /**
   * The api# entry says `countTiers`: who has used up a tier gets 429. Every request must reach the authorizer, so
   * `cacheSeconds` must be 0.
   */
  readonly countTiers?: boolean;
  /**
   * Lets clients find who signs users in, from nothing but the URL of the API (RFC 9728): a document of the API, and a
   * challenge that says where it is. The API then takes tokens for this resource alone. Default: none of it.
   */
  readonly resource?: ProtectedResourceProps;
  /** The stage that the entry names. Default: the one that the API deploys to; an imported API has none that is known. */
  readonly stage?: string;
  /**
   * False: the API keeps its own gateway responses, as one does that other stacks have parts of. Default: true, refusals
   * are in the words of Gatehouse.
   */
  readonly gatewayResponses?: boolean;
}
