// Whether a user's entry says that the account may be used: what Active Directory, OpenLDAP's password policy overlay
// and 389 Directory Server each write there. Asked at every login and renewal (A22).

import type { AccountFault } from '../../shared/reasons.ts';
import { attributeTexts } from './attribute-values.ts';
import type { LdapEntry } from './ldap-message.ts';

/** A reason for the log, or `active`. */
export type AccountState = 'active' | AccountFault;

/** What is asked of an entry for it. Directories leave out what they don't know. */
export const STATE_ATTRIBUTES = {
  'active-directory': ['userAccountControl', 'msDS-User-Account-Control-Computed', 'lockoutTime', 'accountExpires', 'pwdLastSet'],
  other: ['pwdAccountLockedTime', 'pwdReset', 'nsAccountLock', 'accountUnlockTime'],
} as const;

// Bits of userAccountControl (MS-ADTS 2.2.16); the last two only in the computed attribute (MS-ADTS 3.1.1.4.5.17).
const ACCOUNT_DISABLED = 0x2;
const DONT_EXPIRE_PASSWORD = 0x10000;
const LOCKED_OUT = 0x10;
const PASSWORD_EXPIRED = 0x800000;

/** 100 ns since 1601. */
const FILETIME_EPOCH_MS = 11_644_473_600_000n;
const NEVER = 0x7fffffffffffffffn;

/** @param nowMs milliseconds since the epoch */
export function accountState(entry: LdapEntry, isActiveDirectory: boolean, nowMs: number): AccountState {
  return isActiveDirectory ? activeDirectoryState(entry, nowMs) : otherState(entry, nowMs);
}

function activeDirectoryState(entry: LdapEntry, nowMs: number): AccountState {
  const control = Number(attributeTexts(entry, 'userAccountControl')[0] ?? 0);
  const computed = attributeTexts(entry, 'msDS-User-Account-Control-Computed')[0];
  if ((control & ACCOUNT_DISABLED) !== 0) return 'account-disabled';
  // lockoutTime stays when a lock has run out; only the computed attribute knows. Without it, locked is what is safe.
  const isLocked = computed === undefined ? integer(entry, 'lockoutTime') > 0n : (Number(computed) & LOCKED_OUT) !== 0;
  if (isLocked) return 'account-locked';
  const expires = integer(entry, 'accountExpires');
  if (expires > 0n && expires < NEVER && expires / 10_000n - FILETIME_EPOCH_MS <= BigInt(Math.floor(nowMs))) return 'account-expired';
  const mustChange = attributeTexts(entry, 'pwdLastSet')[0] === '0' && (control & DONT_EXPIRE_PASSWORD) === 0;
  if (mustChange) return 'must-change-password';
  return (Number(computed ?? 0) & PASSWORD_EXPIRED) === 0 ? 'active' : 'password-expired';
}

function integer(entry: LdapEntry, attribute: string): bigint {
  const [value] = attributeTexts(entry, attribute);
  return value !== undefined && /^-?\d{1,20}$/.test(value) ? BigInt(value) : 0n;
}

function otherState(entry: LdapEntry, nowMs: number): AccountState {
  // 389 Directory Server. An unlock time at the epoch means: not before an administrator does it.
  if (isTrue(entry, 'nsAccountLock')) return 'account-disabled';
  const [unlock] = attributeTexts(entry, 'accountUnlockTime');
  if (unlock !== undefined && (unlock.startsWith('1970') || generalizedTimeMs(unlock) > nowMs)) return 'account-locked';
  // OpenLDAP: how long the lock lasts is in a policy that we may not read; a login that succeeds takes the attribute away.
  if (attributeTexts(entry, 'pwdAccountLockedTime').length > 0) return 'account-locked';
  return isTrue(entry, 'pwdReset') ? 'must-change-password' : 'active';
}

const isTrue = (entry: LdapEntry, attribute: string): boolean => attributeTexts(entry, attribute)[0]?.toLowerCase() === 'true';

/** `20261122054200Z` (RFC 4517 section 3.3.13). What can't be read lies in the future, which locks. */
function generalizedTimeMs(text: string): number {
  const [, date, hour, minute, second = '00'] = /^(\d{8})(\d{2})(\d{2})(\d{2})?(?:\.\d+)?Z$/.exec(text) ?? [];
  if (date === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${hour}:${minute}:${second}Z`);
}
