// Which refusals of a user end a grant, or a session, and which may be over tomorrow.

import type { RecheckRefusal } from '../shared/reasons/users.ts';

/**
 * Refusals that are for good end the grant. The others may be over tomorrow: a lock of the directory, and what an operator has switched
 * off, mistyped or made unreadable.
 */
export const ENDS_GRANT: Readonly<Record<RecheckRefusal, boolean>> = {
  'account-disabled': true,
  'account-expired': true,
  'account-locked': false,
  'account-state-not-readable': false,
  'ambiguous-user': false,
  'must-change-password': true,
  'other-tenant': true,
  'password-changed': true,
  'password-expired': true,
  'password-state-not-readable': false,
  'store-removed': false,
  'tenant-suspended': false,
  'user-deleted': true,
  'user-disabled': true,
  'user-entry-wrong': false,
  'user-gone': true,
  'user-replaced': true,
};
