// Login request: what the token API, the sign-in page and HTTP Basic know of one login.

import type { LogFields } from '../shared/log.ts';

/** Longest password that any store is asked about, in bytes. */
export const MAX_PASSWORD_BYTES = 1024;

/** One login, as the password grant or HTTP Basic carries it. */
export interface LoginRequest {
  /** Name as typed: `EXTERNAL/userx@my_company`. */
  readonly typedUsername: string;
  /** An empty one is refused before any store is asked (A01). */
  readonly password: string;
  /** The client's tenant, which the user's must be; undefined at the authorizer, where the name says the tenant. */
  readonly requiredTenant: string | undefined;
  /** The tenant whose settings hold for a name that leads to none, where none is required: that of the API's owner. */
  readonly fallbackTenant?: string;
  /**
   * Address of the user, as far as anybody can say: from the request context of API Gateway, never from a header (A73); or
   * what a client says whose entry has `sendsEndUserAddress`. Empty: nobody says.
   */
  readonly sourceAddress: string;
  /** Whether it is the address of an application's server, and all of its users come from there: failures are not counted by it (A92). */
  readonly addressSpeaksForMany: boolean;
  /**
   * What a cookie of the sign-in page has kept in this browser since this user signed in with it: random, and known to
   * nobody else. Where the user has signed in with it lately, attempts are counted apart from all others. Absent: no such
   * cookie.
   */
  readonly browser?: string | undefined;
  /** For the one log line of the request: who it was about, as far as anybody knows, and what is locked. Never the name as typed. */
  readonly note?: (fields: LogFields) => void;
}
