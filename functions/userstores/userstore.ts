// The contract of the userstores: what the flows ask of a login, and what a store answers to it.
// A wrong password is a value; a store that can't answer throws `Unavailable`.

import type { UserstoreEntry } from '../configuration/entries/userstore-entry.ts';
import type { EndUser, Tenant } from '../configuration/model.ts';
import type { InvokeFunction } from '../outbound/invoke-function.ts';
import type { SendOutbound } from '../outbound/outbound.ts';
import type { Log } from '../shared/log.ts';
import type {
  LoginRefusal,
  LookupRefusal,
  PasswordRejection,
  RecheckRefusal,
  StoreRefusal,
  UnknownUserReason,
} from '../shared/reasons/users.ts';
import type { Reservation } from '../storage/lockout.ts';
import type { SignInRecord } from '../storage/sign-in-places.ts';
import type { AttemptStore, PrimaryUserStore, SecretStore, TenantStore } from '../storage/stores.ts';
import type { LoginRequest } from './login-request.ts';
import type { PasswordCost } from './password-hashes/hash-format.ts';

/** A login that is refused. */
export interface RefusedLogin<R extends LoginRefusal> {
  readonly kind: 'refused';
  readonly reason: R;
  /** The password was right, and it is the account that is not: who has shown the password may be told. Absent: nobody may. */
  readonly isPasswordRight?: true;
  /** The store that can change the password, which is all that is wrong, and the name that it was asked for. */
  readonly changeableBy?: { readonly domain: string; readonly name: string };
}

export type LoginOutcome =
  | {
      readonly kind: 'authenticated';
      readonly tenant: Tenant;
      readonly user: EndUser;
      /** Record to be written in the call that writes the grant, or by `AttemptStore.rememberSignIn`. Absent: there is nothing to write. */
      readonly signIn?: SignInRecord;
    }
  /** One answer outside for every reason; `reason` is for the log. */
  | RefusedLogin<LoginRefusal>
  /** Too many failed attempts: at this user, who may not exist, or from this address. Answered at once. */
  | { readonly kind: 'locked'; readonly retryAfterSeconds: number };

/** Recheck of a user who logged in earlier, as a store answers it. */
export type UserRecheck =
  | { readonly kind: 'active'; readonly user: EndUser }
  | { readonly kind: 'refused'; readonly reason: RecheckRefusal };

/** Answer to a look-up by name. */
export type UserLookup = UserRecheck | { readonly kind: 'refused'; readonly reason: LookupRefusal } | { readonly kind: 'unknown' };

/** Userstores of all tenants, as the token Lambda and the authorizer ask them. */
export interface Userstores {
  /**
   * FLOW: name → tenant → stores in order, the attempt reserved before a password is looked at → answer, failures
   * all in the same time.
   *
   * @throws Unavailable where a store that might know the user can't answer; the attempt is then given back where the
   *   password has not left us, and else counted against a limit of its own (A96)
   */
  authenticateUser(request: LoginRequest): Promise<LoginOutcome>;
  /**
   * Asks the user's own store again, without a password: status, roles and claims as they are now. A store that can't
   * look a user up without a password (a REST service) answers with the user as known. A lock of
   * the gate of logins is none of its business: a renewal is no guess (A93).
   *
   * @throws Unavailable
   */
  /**
   * Changes a password that a login has just shown to be right, in the store that said it must be changed. Undefined: the
   * store can't.
   *
   * @throws Unavailable
   */
  changePassword(
    tenant: Tenant,
    asked: { readonly domain: string; readonly name: string },
    password: string,
    newPassword: string,
  ): Promise<PasswordChange | undefined>;
  recheckUser(tenant: Tenant, user: EndUser): Promise<UserRecheck>;
}

/** Look-ups that only the authorizer asks for. */
export interface UserFinder {
  /**
   * Looks a user up by name, without a password, for a caller whom something else has vouched for. A store that has no
   * way to do so refuses, since it might know the user.
   *
   * @param asked as `parseUsername` took it apart
   * @throws Unavailable
   */
  findUser(tenant: Tenant, asked: { readonly domain: string | undefined; readonly name: string }): Promise<UserLookup>;
}

/** Answer of one store to a name and a password. */
export type StoreAnswer =
  | { readonly kind: 'authenticated'; readonly user: EndUser }
  /** The store knows the user, and says no: no other store is asked. */
  | RefusedLogin<StoreRefusal>
  /** The store does not know the user: the next one is asked. */
  | { readonly kind: 'unknown'; readonly reason?: UnknownUserReason }
  /** What `reserve` returned, handed on. */
  | { readonly kind: 'locked'; readonly retryAfterSeconds: number };

/** `isFamiliar`: the user has signed in lately from where the attempt comes from. */
export type UserReservation = Reservation & { readonly isFamiliar?: boolean };

/**
 * Tells the gate which user of the store an attempt is about, before the store looks at the password. The attempt is
 * counted by the name that was typed already; with an id it is counted by that as well, so that all names that lead to
 * one user share a count (A07).
 *
 * @param id the store's own unique id of the user
 * @param subject the user's `sub`, for the log; absent: that of the id in this store
 */
export type ReserveAttempt = (id?: string, subject?: string) => Promise<UserReservation>;

interface PasswordChanged {
  readonly kind: 'changed';
  /** What the store says of the password's age may be from before the change yet. */
  readonly isStateOld?: true;
}

/** Result of a change of password. */
export type PasswordChange = PasswordChanged | { readonly kind: 'rejected'; readonly reason: PasswordRejection };

/** One userstore of one tenant: the Users table, a directory, a web service, a function. */
export interface Userstore {
  readonly domain: string;
  /**
   * Must await `reserve` before it looks at the password or sends it anywhere, and return what it says when that is
   * `locked`. Where the user turns out to be unknown before that, there is nothing to reserve.
   *
   * @param name in NFKC, as typed otherwise
   * @param password not empty, at most 1,024 bytes
   * @throws Unavailable within the store's deadline, with the dependency that `storeLabel` gives
   */
  authenticate(name: string, password: string, reserve: ReserveAttempt): Promise<StoreAnswer>;
  recheck(user: EndUser): Promise<UserRecheck>;
  /** The user of this name, without a password. Absent: the store can't tell. */
  find?(name: string): Promise<UserLookup>;
  /**
   * Changes a password that the store has just said must be changed. Absent: the store can't, or its entry doesn't say so.
   *
   * @throws Unavailable where it is not known whether it was changed
   */
  changePassword?(name: string, password: string, newPassword: string): Promise<PasswordChange>;
  /**
   * For operators: what says of accounts whether they may be used, and the store's own account may not read. Undefined where
   * there is no user to try. Absent: the store has no such rights.
   *
   * @throws Unavailable
   */
  findUnreadableState?(): Promise<readonly string[] | undefined>;
  /** Lets go of connections: the entry has changed, or the store has not been asked for long. */
  close?(): void;
}

/** Dependencies of the stores. */
export interface UserstoreDependencies {
  readonly tenants: TenantStore;
  readonly users: PrimaryUserStore;
  readonly attempts: AttemptStore;
  readonly secrets: SecretStore;
  readonly sendOutbound: SendOutbound;
  /** Absent: no store of type `lambda` can answer. */
  readonly invokeFunction?: InvokeFunction;
  /** What the names of all tenants' secrets begin with: `Gatehouse/tenants/`. */
  readonly tenantSecretsPrefix: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
  /** Failed logins are answered at multiples of this after they began (A21). Default 500; 0 for tests of other things. */
  readonly failureQuantumMs?: number;
  /** Of the hashes that are made, and of the work where there is none to check. Default: OWASP's; little for tests of other things. */
  readonly passwordCost?: PasswordCost;
  /** Milliseconds since any moment, by a clock that nobody sets. Default: `performance.now`. */
  readonly stopwatch?: () => number;
  /** Default: a timer. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Opens the store of one entry; called once for as long as the entry stays as it is. */
export type CreateUserstore<E extends UserstoreEntry = UserstoreEntry> = (
  tenant: string,
  domain: string,
  entry: E,
  dependencies: UserstoreDependencies,
) => Promise<Userstore>;

/** Name of a secondary store in `Unavailable.dependency`: `userstore EXTERNAL of my_company`. */
export function storeLabel(tenant: string, domain: string): string {
  return `userstore ${domain} of ${tenant}`;
}
