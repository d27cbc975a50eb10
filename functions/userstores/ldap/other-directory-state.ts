// OpenLDAP's (slapo-ppolicy), 389 Directory Server's and FreeIPA's account state. What they refuse a bind for counts
// where there is no bind; what no directory looks at, such as shadowExpire, does not.

import type { AccountFault } from '../../shared/reasons/users.ts';
import { attributeTexts } from './attribute-values.ts';
import { generalizedTimeMs } from './directory-times.ts';
import type { LdapEntry } from './ldap-message.ts';
import type { PasswordPolicy } from './password-policy.ts';

export const OTHER_STATE = [
  ...['pwdAccountLockedTime', 'pwdAccountTmpLockoutEnd', 'pwdReset', 'pwdStartTime', 'pwdEndTime'],
  ...['pwdChangedTime', 'pwdGraceUseTime', 'pwdLastSuccess', 'pwdPolicySubentry'],
  ...['nsAccountLock', 'accountUnlockTime', 'passwordExpirationTime', 'passwordGraceUserTime', 'pwdUpdateTime'],
  ...['krbPrincipalExpiration', 'krbPasswordExpiration', 'krbLastPwdChange'],
] as const;

/** Lock of slapo-ppolicy that lasts until an administrator ends it. */
const LOCKED_FOR_GOOD = '000001010000Z';

/** Time and policies: what is known besides the entry. */
export interface StateContext {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** The directory has just let the user in: a lock that may have run out has, and whether a password has grace left is decided. */
  readonly hasBound: boolean;
  readonly policy: PasswordPolicy | undefined;
  /** How long a lock lasts where no policy says so. */
  readonly lockSeconds: number | undefined;
}

export function otherDirectoryState(entry: LdapEntry, context: StateContext): AccountFault | undefined {
  if (isTrue(entry, 'nsAccountLock')) return 'account-disabled';
  return (
    lockOf(entry, context) ??
    periodFault(entry, context) ??
    (context.hasBound ? undefined : ageFault(entry, context)) ??
    (isTrue(entry, 'pwdReset') ? 'must-change-password' : undefined)
  );
}

const firstText = (entry: LdapEntry, attribute: string): string | undefined => attributeTexts(entry, attribute)[0];
const isTrue = (entry: LdapEntry, attribute: string): boolean => firstText(entry, attribute)?.toLowerCase() === 'true';

/** Whether the moment of an attribute has come; one that can't be read has, where that is what is safe. */
function isPast(entry: LdapEntry, attribute: string, nowMs: number, unreadable: boolean): boolean | undefined {
  const text = firstText(entry, attribute);
  if (text === undefined) return undefined;
  const ms = generalizedTimeMs(text);
  return ms === undefined ? unreadable : ms <= nowMs;
}

function lockOf(entry: LdapEntry, { nowMs, hasBound, policy, lockSeconds: ofEntry }: StateContext): AccountFault | undefined {
  // 389 Directory Server. An unlock time at the epoch means: not before an administrator does it.
  const unlock = firstText(entry, 'accountUnlockTime');
  if (unlock?.startsWith('1970') || isPast(entry, 'accountUnlockTime', nowMs, false) === false) return 'account-locked';
  if (isPast(entry, 'pwdAccountTmpLockoutEnd', nowMs, false) === false) return 'account-locked';
  const locked = firstText(entry, 'pwdAccountLockedTime');
  if (locked === undefined) return undefined;
  if (locked === LOCKED_FOR_GOOD) return 'account-locked';
  // The attribute stays until the next login: slapd itself knows whether the lock is over.
  if (hasBound) return undefined;
  const sinceMs = generalizedTimeMs(locked);
  const lockSeconds = policy?.lockSeconds ?? ofEntry ?? 0;
  const isOver = sinceMs !== undefined && lockSeconds > 0 && sinceMs + lockSeconds * 1000 <= nowMs;
  return isOver ? undefined : 'account-locked';
}

/** Fault by the period that an administrator has set. FreeIPA lets a password that has expired bind, so that its user can change it. */
function periodFault(entry: LdapEntry, { nowMs }: StateContext): AccountFault | undefined {
  if (isPast(entry, 'pwdStartTime', nowMs, false) === false || isPast(entry, 'pwdEndTime', nowMs, true)) return 'account-expired';
  if (isPast(entry, 'krbPrincipalExpiration', nowMs, true)) return 'account-expired';
  return isPast(entry, 'krbPasswordExpiration', nowMs, true) ? 'password-expired' : undefined;
}

function ageFault(entry: LdapEntry, { nowMs, policy }: StateContext): AccountFault | undefined {
  const usedMs = generalizedTimeMs(firstText(entry, 'pwdLastSuccess') ?? '');
  const maxIdleSeconds = policy?.maxIdleSeconds ?? 0;
  if (usedMs !== undefined && maxIdleSeconds > 0 && usedMs + maxIdleSeconds * 1000 <= nowMs) return 'account-expired';
  const endMs = passwordEndMs(entry, policy);
  if (endMs === undefined || nowMs < endMs) return undefined;
  return hasGrace(entry, policy, (nowMs - endMs) / 1000) ? undefined : 'password-expired';
}

/** End of the password, in milliseconds since the epoch; undefined: never. */
function passwordEndMs(entry: LdapEntry, policy: PasswordPolicy | undefined): number | undefined {
  const ends = firstText(entry, 'passwordExpirationTime');
  // Of 389, which knows itself when: one at the epoch was reset by an administrator.
  if (ends !== undefined) return generalizedTimeMs(ends) ?? 0;
  const changedMs = generalizedTimeMs(firstText(entry, 'pwdChangedTime') ?? '');
  const maxAgeSeconds = policy?.maxAgeSeconds ?? 0;
  return changedMs === undefined || maxAgeSeconds === 0 ? undefined : changedMs + maxAgeSeconds * 1000;
}

/** Whether a login would still be let in. Looking costs none of these logins. */
function hasGrace(entry: LdapEntry, policy: PasswordPolicy | undefined, sinceSeconds: number): boolean {
  if (policy === undefined || policy.graceLogins === 0) return false;
  if (policy.graceSeconds > 0 && sinceSeconds >= policy.graceSeconds) return false;
  const used = Math.max(attributeTexts(entry, 'pwdGraceUseTime').length, Number(firstText(entry, 'passwordGraceUserTime') ?? 0) || 0);
  return used < policy.graceLogins;
}
