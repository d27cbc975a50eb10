// Userstores that can’t say whether they know a user: replies, secrets, and all of them together.

import type { BindFault, DirectoryFault, SearchFaultReason, ServiceBindFault, UnusableUser } from './directories.ts';

/** Reply of a web service or function that can't be understood. */
export type ReplyFault = 'overloaded' | 'credentials-refused' | 'error-reply' | 'unexpected-status' | 'bad-reply';

/** A reply that is about somebody else, or about nobody. */
type ReplyUserFault = 'other-user' | 'no-username' | 'no-unique-id';

/** The secret of a userstore, which its entry names. */
type StoreSecretFault =
  | 'secret-of-others'
  | 'no-secret'
  | 'bad-secret'
  | 'secret-of-another-service'
  | 'secret-incomplete'
  | 'secret-timeout'
  | 'url-not-in-secret';

/** A userstore can't say whether it knows the user; `wrong-entry` also of a tier that can't be counted by. */
export type StoreOutage =
  | 'wrong-entry'
  | 'unsupported-type'
  | 'circuit-open'
  | 'search-base-unknown'
  | 'bind-not-answered'
  | 'password-change-not-answered'
  | DirectoryFault
  | SearchFaultReason
  | BindFault
  | ServiceBindFault
  | UnusableUser
  | ReplyFault
  | ReplyUserFault
  | StoreSecretFault;
