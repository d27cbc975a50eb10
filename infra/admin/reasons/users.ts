// Users who are not let in, or no longer: at a login, at a renewal, at every use of a token, and at the authorizer.

import type { AccountFault, LoginRefusal, LookupRefusal, PresentUserFault, StoreRefusal } from '../../../functions/shared/reasons/users.ts';
import type { Explained } from './explanation.ts';

const NOTHING_TO_CHANGE = 'Nothing, where the user mistyped it. Where many are refused so, look whether somebody guesses.';
const IN_THE_DIRECTORY = 'An administrator of the directory has to change it; `gatehouse userstore test` shows what it answers.';

const ACCOUNT_FAULTS: Explained<AccountFault> = {
  'account-disabled': {
    meaning:
      'The directory says that the account is switched off: userAccountControl in Active Directory, nsAccountLock in 389 Directory Server.',
    change: IN_THE_DIRECTORY,
  },
  'account-locked': {
    meaning:
      'The directory has locked the account, mostly after wrong passwords. Gatehouse’s own count trips earlier, so that they were tried elsewhere too.',
    change: 'Wait until the directory’s lock is over, or have it unlocked there. A session that exists goes on when it is.',
  },
  'account-expired': { meaning: 'The account has an end in the directory (accountExpires), and it is over.', change: IN_THE_DIRECTORY },
  'password-expired': {
    meaning: 'The directory says that the password has expired. It may be the right one.',
    change: 'The user has to set a new password where the directory lets users do so.',
  },
  'must-change-password': {
    meaning: 'The directory wants the user to set a new password first, as after a reset by an administrator.',
    change: 'The user has to set a new password where the directory lets users do so.',
  },
  'account-state-not-readable': {
    meaning: 'The directory does not show the attributes that say whether the account may be used, so that nobody can vouch for it.',
    change: 'Let the store’s service account read them. The log line ldap-account-state-not-readable names them, or the policy.',
  },
};

const PRESENT_USER_FAULTS: Explained<Exclude<PresentUserFault, AccountFault>> = {
  'user-deleted': {
    meaning: 'The user is no longer in the Users table. The grant has ended.',
    change: 'Nothing, if that was meant. A new user of the same name has to log in anew.',
  },
  'user-replaced': {
    meaning: 'The Users table has another user under this name: its id is not that of the login. The grant has ended.',
    change: 'The user has to log in anew.',
  },
  'user-disabled': {
    meaning: 'The user’s entry in the Users table says "status": "disabled". The password was right, or not needed.',
    change: 'Write "status": "active" into the user’s entry where that is over.',
  },
  'user-entry-wrong': {
    meaning: 'The user’s item in the Users table is there and wrong; the log line entry-refused says what is wrong with it.',
    change: 'Correct the item, and check it with `gatehouse check`.',
  },
  'password-changed': {
    meaning: 'The user’s password was changed after this login, and the tenant ends sessions then (endOnPasswordChange).',
    change: 'The user has to log in with the new password. "endOnPasswordChange": false in the tenant entry would let sessions go on.',
  },
  'password-state-not-readable': {
    meaning: 'At the login the store told when the password was last set, and now it does not: nobody can say whether it was changed.',
    change: 'Let the store’s service account read pwdLastSet or pwdChangedTime again. The session goes on then.',
  },
};

const STORE_REFUSALS: Explained<Exclude<StoreRefusal, AccountFault | PresentUserFault>> = {
  'wrong-password': {
    meaning: 'A userstore knows the user, and the password is wrong. No later store is asked.',
    change: NOTHING_TO_CHANGE,
  },
  'empty-password': {
    meaning: 'The password is empty. No store is asked: a directory would take an empty password for a login without one, and say yes.',
    change: NOTHING_TO_CHANGE,
  },
  'password-hash-unreadable': {
    meaning: 'passwordHash of the user’s entry is of no format that is known, or would cost more time or memory than a login may.',
    change: 'Set a new password with `gatehouse user set-password`, or import the hash in a format that the page on entries lists.',
  },
  'ambiguous-user': {
    meaning: 'The directory has more than one entry that userSearchFilter finds for this name.',
    change: 'Make userSearchFilter or userSearchBase of the userstore entry narrower, or remove the double in the directory.',
  },
  'user-gone': {
    meaning: 'The userstore knew the user at the login, and no longer does, or knows somebody else by that name or id.',
    change:
      'Nothing, if the user was deleted. If not, see whether userSearchBase, userSearchFilter or lookup of the userstore entry still finds the user.',
  },
  'unknown-user': {
    meaning: 'No userstore of the tenant that was asked knows a user of this name. It is counted and answered like a wrong password.',
    change: 'Check the name that was typed, and with `gatehouse userstore test` which store should know it.',
  },
  'no-password-set': { meaning: 'The directory has the user, and no password for it.', change: IN_THE_DIRECTORY },
  'account-restricted': {
    meaning: 'Active Directory says that a restriction of the account forbids the login, such as an empty password or a policy.',
    change: IN_THE_DIRECTORY,
  },
  'outside-logon-hours': { meaning: 'Active Directory allows this account no logins at this hour (logonHours).', change: IN_THE_DIRECTORY },
  'workstation-not-allowed': {
    meaning: 'Active Directory allows this account logins from named workstations alone (userWorkstations), which Gatehouse is none of.',
    change: IN_THE_DIRECTORY,
  },
  'too-many-groups': {
    meaning: 'Active Directory refuses the login because the account is in more groups than fit into its token.',
    change: IN_THE_DIRECTORY,
  },
};

const LOGIN_FAULTS: Explained<Exclude<LoginRefusal, StoreRefusal>> = {
  'malformed-username': {
    meaning: 'No store may be asked for this name: it is empty or too long, has blanks at an end, or characters that do not show.',
    change: NOTHING_TO_CHANGE,
  },
  'no-tenant': {
    meaning: 'The name says no tenant, and where it was typed nothing else says it either (HTTP Basic at an API).',
    change: 'The user has to type the whole name: userx@my_company.',
  },
  'other-tenant': {
    meaning: 'The user is of another tenant than the client that asks.',
    change: 'The user needs an application of the own tenant. A client serves the users of its tenant alone.',
  },
  'unknown-tenant': {
    meaning: 'There is no usable tenant entry of the name that follows the last @.',
    change: 'Check the name, and the tenant entry with `gatehouse check`: a wrong one counts as none.',
  },
  'tenant-suspended': {
    meaning: 'The tenant entry says "status": "suspended": its users and clients are refused everywhere. Sessions go on when that is over.',
    change: 'Write "status": "active" into the tenant entry where that is over.',
  },
  'password-too-long': { meaning: 'The password has more than 1,024 bytes.', change: NOTHING_TO_CHANGE },
  'unknown-user-or-wrong-password': {
    meaning: 'A web service or function said no, and its entry does not tell an unknown user from a wrong password.',
    change: 'Write unknownUser or wrongPassword into the userstore entry, if the reply tells them apart.',
  },
};

const LOOKUP_REFUSALS: Explained<Exclude<LookupRefusal, LoginRefusal | PresentUserFault>> = {
  'store-removed': {
    meaning: 'The userstore or issuer that the user came from is no longer among the tenant’s entries, or is switched off.',
    change: 'Nothing, if that was meant. Sessions of its users go on when the entry is back with "enabled": true.',
  },
  'store-without-look-up': {
    meaning: 'A client certificate names a user, and a store that might know the user can’t look anybody up without a password.',
    change: 'Write lookup into the entry of that web service or function, or name the store in the certificate: EXTERNAL/john.',
  },
};

export const USER_REFUSALS: Explained<LoginRefusal | LookupRefusal> = {
  ...LOGIN_FAULTS,
  ...STORE_REFUSALS,
  ...ACCOUNT_FAULTS,
  ...PRESENT_USER_FAULTS,
  ...LOOKUP_REFUSALS,
};
