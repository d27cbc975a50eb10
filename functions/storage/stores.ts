// Stores: what the flows ask of storage. `storage/aws/` answers with DynamoDB and Secrets Manager, tests also from
// memory; the contract suites hold both to the same behaviour. Every method throws `Unavailable` when the store can't
// answer.

import type { ApiClaim, Client, PrimaryUser, Tenant } from '../configuration/model.ts';
import type { Workload, WorkloadClaimant } from '../configuration/workload.ts';
import type { EndedGrant, Grant } from './grant.ts';
import type { AttemptLimit, Reservation } from './lockout.ts';
import type { PlaceKey, SignInPlaces, SignInRecord } from './sign-in-places.ts';
import type { Consent, SignInSession } from './sign-in-session.ts';

/**
 * Tenants and APIs. Answers may be up to `CONFIGURATION_CACHE_MS` old. For as long as the tables say the same, the answer is
 * the same object, or an equal one: what is made of it may be kept by it, and must not depend on when it was read.
 */
export interface TenantStore {
  findTenant(name: string): Promise<Tenant | undefined>;
  /** All that entries of any tenant claim of the API of this id, right or wrong entries. */
  findApiClaims(apiId: string): Promise<readonly ApiClaim[]>;
  /** The tenant whose API it is, where the platform's operator has said so. To be asked where several tenants claim it. */
  findApiOwner(apiId: string, stage: string): Promise<string | undefined>;
}

/** As `TenantStore`. */
export interface ClientStore {
  findClient(clientId: string): Promise<Client | undefined>;
}

/** Who claims to be a workload. Answers are as old as the price of asking for them allows: see `workload-claims.ts`. */
export interface WorkloadStore {
  /**
   * The clients of all tenants that claim it, right or wrong entries.
   *
   * @param provenClientId a client that has just proved to be the workload: where it is not among them, the answer is read
   *   anew, and as it is at that moment
   */
  findClaimants(workload: Workload, provenClientId?: string): Promise<readonly WorkloadClaimant[]>;
}

/** The Users table; never cached, so that a disabled user is refused at once. */
export interface PrimaryUserStore {
  findUser(tenant: string, username: string): Promise<PrimaryUser | 'broken' | undefined>;
  /**
   * Replaces a hash that a login has just verified; does nothing where it has changed meanwhile.
   *
   * @param rehashed which hash stood for the same password before: see the entry
   */
  replacePasswordHash(user: PrimaryUser, passwordHash: string, rehashed: NonNullable<PrimaryUser['rehashed']>): Promise<void>;
  /** Sets a new password and takes `mustChangePassword` away; false, and nothing written, where the hash has changed meanwhile. */
  changePassword(user: PrimaryUser, passwordHash: string): Promise<boolean>;
  /** Writes a user who was not there; false, and nothing written, where there is one of the name. */
  insertUser(user: PrimaryUser): Promise<boolean>;
}

/** Grants of the Tokens table; every read is strongly consistent (A83), and what has expired is not found (A82). */
export interface GrantStore {
  /** Writes a new grant, and in the same call what the login that led to it leaves behind. */
  insertGrant(grant: Grant, signIn?: SignInRecord): Promise<void>;
  findGrant(id: string, nowSeconds: number): Promise<Grant | undefined>;
  /** Conditional on the stored generation and refresh digest being those of `from`: of two at once, one gets `false`. */
  rotateGrant(from: Grant, to: Grant): Promise<boolean>;
  /** Deletes it. Where the revocation feed tells of its end, that is written first: no end is acknowledged without it. */
  deleteGrant(grant: EndedGrant): Promise<void>;
  /** Ids of the grants of a user, from an index: up to a second old, and some may have expired. */
  listGrantsOfUser(subject: string): Promise<readonly string[]>;
}

/** Key of the Users table. */
export interface UserKey {
  readonly tenant: string;
  readonly username: string;
}

/** Grant and user that an access token stands for, read at its use: both items strongly consistent, and in one call. */
export interface HolderStore {
  findHolder(grantId: string, user: UserKey, nowSeconds: number): Promise<Holder>;
}

interface Holder {
  readonly grant: Grant | undefined;
  readonly user: PrimaryUser | 'broken' | undefined;
}

/** Items that one sign-in writes, in one call. */
interface SignInWrite {
  /** A session that begins. */
  readonly session?: SignInSession;
  /** A grant that waits for its code. */
  readonly grant?: Grant;
  readonly consent?: Consent;
  /** What the login leaves behind that began the session. */
  readonly signIn?: SignInRecord | undefined;
}

/** Sessions and consents of the sign-in page, in the Tokens table; every read is strongly consistent. */
export interface SessionStore {
  saveSignIn(write: SignInWrite): Promise<void>;
  /** Session of this id, which may have run out: see `expiresAtSeconds`. */
  findSession(id: string): Promise<SignInSession | undefined>;
  /**
   * Writes a session that goes on after its user has signed in again. Conditional on the stored secret being that of `from`: false where
   * the session has ended, or another sign-in was first.
   */
  renewSession(from: SignInSession, to: SignInSession): Promise<boolean>;
  /** Conditional on the session being there: one that has ended does not come back. */
  touchSession(session: SignInSession, nowSeconds: number): Promise<boolean>;
  endSession(id: string): Promise<void>;
  findConsent(asked: Omit<Consent, 'scopes' | 'allowedAtSeconds'>): Promise<Consent | undefined>;
}

/** Key under which failed attempts are counted: a digest, made by `attempt-keys.ts`. */
export type AttemptKey = string;

/** Reservation at the places of a name, with what it learnt of them. */
export type PlaceReservation = { readonly places: SignInPlaces } & (
  | { readonly kind: 'reserved'; readonly place: PlaceKey }
  | Extract<Reservation, { kind: 'locked' }>
  /** Nobody of this name has signed in lately at any of the places; nothing is counted. */
  | { readonly kind: 'unfamiliar' }
);

/** Attempts are reserved before the password is looked at, so that parallel guesses can't outrun the counter (A12). */
export interface AttemptStore {
  reserveAttempt(key: AttemptKey, limit: AttemptLimit, nowMs: number): Promise<Reservation>;
  /** At the first of these places that the name is known at. One call where it is and is not locked. */
  reserveAtPlace(name: AttemptKey, places: readonly PlaceKey[], limit: AttemptLimit, nowMs: number): Promise<PlaceReservation>;
  /** Gives a reservation back. @param place where it was made at one */
  releaseAttempt(key: AttemptKey, place?: PlaceKey): Promise<void>;
  /** Writes what a login leaves behind that leads to no grant. */
  rememberSignIn(record: SignInRecord): Promise<void>;
}

/** Things that may be used once, such as the `jti` of an assertion. */
export interface ReplayStore {
  /** True for the first caller of a key, false for every other until it expires. */
  claimOnce(key: string, expiresAtSeconds: number): Promise<boolean>;
}

/** Secrets Manager, cached for minutes, one load in flight per secret, stale when a reload fails. */
export interface SecretStore {
  readSecret(secretId: string): Promise<string>;
  /** Reads again past the cache, because what was read did not work; at most once per interval. */
  rereadSecret(secretId: string): Promise<string>;
}
