// The contract of the userstores: what the flows ask of a login, and what a store answers to it.
// A wrong password is a value; a store that can't answer throws `Unavailable`.

import type { EndUser, Tenant } from '../shared/model.ts';
import type { AttemptKey } from '../shared/stores.ts';

/** One login, as the password grant or HTTP Basic carries it. */
export interface LoginRequest {
  /** As typed: `EXTERNAL/userx@my_company`. */
  readonly typedUsername: string;
  /** Not empty: an empty one is refused before it gets here (A01). */
  readonly password: string;
  /** The client's tenant, which the user's must be; undefined at the authorizer, where the name says the tenant. */
  readonly requiredTenant: string | undefined;
  /** Client address from the request context of API Gateway, never from a header (A73). */
  readonly sourceAddress: string;
}

export type LoginOutcome =
  | {
      readonly kind: 'authenticated';
      readonly tenant: Tenant;
      readonly user: EndUser;
      /** To be cleared in the call that writes the grant, or by `AttemptStore.clearAttempts`. */
      readonly attemptKeys: readonly AttemptKey[];
    }
  /** One answer outside for every reason; `reason` is for the log: `wrong-password`, `unknown-user`, `user-disabled`… */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Too many failed attempts: of this user, who may not exist, or from this address. */
  | { readonly kind: 'locked'; readonly retryAfterSeconds: number };

/** What a renewal learns of a user who logged in earlier. */
export type UserRecheck = { readonly kind: 'active'; readonly user: EndUser } | { readonly kind: 'refused'; readonly reason: string };

/** What the token Lambda and the authorizer ask of userstores. */
export interface Userstores {
  /**
   * FLOW: name → tenant → reserve the attempt → stores in order → answer, failures all in the same time.
   *
   * @throws Unavailable where a store that might know the user can't answer; the attempt is then given back
   */
  authenticateUser(request: LoginRequest): Promise<LoginOutcome>;
  /**
   * Asks the user's own store again, without a password: status, roles and claims as they are now. A store that can't
   * look a user up without a password (a REST service) answers with the user as known.
   *
   * @throws Unavailable
   */
  recheckUser(tenant: Tenant, user: EndUser): Promise<UserRecheck>;
}

/** What one store says to a name and a password. */
export type StoreAnswer =
  | { readonly kind: 'authenticated'; readonly user: EndUser }
  /** The store knows the user, and says no: no other store is asked. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The store does not know the user: the next one is asked. */
  | { readonly kind: 'unknown' };

/** One userstore of one tenant: the Users table, a directory, a web service, a function. */
export interface Userstore {
  readonly domain: string;
  /**
   * @param name in NFKC, as typed otherwise
   * @param password not empty, at most 1,024 bytes
   * @throws Unavailable within the store's deadline
   */
  authenticate(name: string, password: string): Promise<StoreAnswer>;
  recheck(user: EndUser): Promise<UserRecheck>;
}
