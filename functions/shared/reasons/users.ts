// Users who are not let in, and passwords that are not taken.

/** An account that its directory says may not be used now. */
export type AccountFault =
  | 'account-disabled'
  | 'account-locked'
  | 'account-expired'
  | 'password-expired'
  | 'must-change-password'
  | 'account-state-not-readable';

/** Users table: what it says of a user who logged in earlier, at every use of a token. */
export type PresentUserFault =
  | 'must-change-password'
  | 'user-deleted'
  | 'user-replaced'
  | 'user-entry-wrong'
  | 'user-disabled'
  | PasswordFault;

/** The password may be another one than that of the login. */
export type PasswordFault = 'password-changed' | 'password-state-not-readable';

/** A store knows the user, and says no to the login: no other store is asked. */
export type StoreRefusal =
  | 'wrong-password'
  | 'empty-password'
  | 'user-disabled'
  | 'user-entry-wrong'
  | 'password-hash-unreadable'
  | 'ambiguous-user'
  | 'user-gone'
  | 'unknown-user'
  | 'no-password-set'
  | 'account-restricted'
  | 'outside-logon-hours'
  | 'workstation-not-allowed'
  | 'too-many-groups'
  | AccountFault;

/** A store does not know the user, and has said more than that. */
export type UnknownUserReason = 'malformed-username' | 'empty-password' | 'unknown-user-or-wrong-password';

/** A directory or the Users table takes no new password of this kind. */
export type PasswordRejection =
  | 'password-too-short'
  | 'password-too-simple'
  | 'password-too-young'
  | 'password-in-history'
  | 'password-not-accepted'
  | 'password-change-not-permitted';

/** A login is refused before any store is asked. */
type LoginFault =
  | 'malformed-username'
  | 'no-tenant'
  | 'other-tenant'
  | 'unknown-tenant'
  | 'tenant-suspended'
  | 'empty-password'
  | 'password-too-long';

export type LoginRefusal = LoginFault | StoreRefusal | UnknownUserReason;

/** A user who logged in earlier gets no renewal. */
export type RecheckRefusal =
  | 'other-tenant'
  | 'tenant-suspended'
  | 'store-removed'
  | PresentUserFault
  | 'user-gone'
  | 'ambiguous-user'
  | AccountFault;

/** A user whom something else than a password has vouched for is not let in. */
export type LookupRefusal = RecheckRefusal | 'store-without-look-up';
