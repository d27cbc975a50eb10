// Active Directory's account state (MS-ADTS 2.2.16, 3.1.1.4.5.17).

import type { AccountFault } from '../../shared/reasons/users.ts';
import { attributeTexts } from './attribute-values.ts';
import { filetimeMs } from './directory-times.ts';
import type { LdapEntry } from './ldap-message.ts';

/** Every user has each of them; a Global Catalog holds the first alone. */
const ALWAYS_THERE = ['userAccountControl', 'accountExpires', 'pwdLastSet', 'msDS-User-Account-Control-Computed'] as const;

export const ACTIVE_DIRECTORY_STATE = [...ALWAYS_THERE, 'lockoutTime'] as const;

const ACCOUNT_DISABLED = 0x2;
const DONT_EXPIRE_PASSWORD = 0x10000;
// In the computed attribute alone.
const LOCKED_OUT = 0x10;
const PASSWORD_EXPIRED = 0x800000;

const NEVER = 0x7fffffffffffffffn;

/** Attributes that should be there and are not: the store's account may not read it (A100). */
export function unreadableState(entry: LdapEntry, isGlobalCatalog: boolean): readonly string[] {
  const expected = isGlobalCatalog ? ALWAYS_THERE.slice(0, 1) : ALWAYS_THERE;
  return expected.filter((attribute) => integer(entry, attribute) === undefined);
}

/** @param hasBound whether the directory has just let the user in */
export function activeDirectoryState(entry: LdapEntry, nowMs: number, hasBound: boolean): AccountFault | undefined {
  const control = Number(integer(entry, 'userAccountControl') ?? 0n);
  const computed = integer(entry, 'msDS-User-Account-Control-Computed');
  if ((control & ACCOUNT_DISABLED) !== 0) return 'account-disabled';
  // lockoutTime stays when a lock has run out; only the computed attribute knows, or a bind. Else locked is what is safe.
  const mayBeLocked = !hasBound && (integer(entry, 'lockoutTime') ?? 0n) > 0n;
  if (computed === undefined ? mayBeLocked : (Number(computed) & LOCKED_OUT) !== 0) return 'account-locked';
  const expires = integer(entry, 'accountExpires') ?? 0n;
  if (expires > 0n && expires < NEVER && filetimeMs(expires) <= nowMs) return 'account-expired';
  const mustChange = integer(entry, 'pwdLastSet') === 0n && (control & DONT_EXPIRE_PASSWORD) === 0;
  if (mustChange) return 'must-change-password';
  return (Number(computed ?? 0n) & PASSWORD_EXPIRED) === 0 ? undefined : 'password-expired';
}

function integer(entry: LdapEntry, attribute: string): bigint | undefined {
  const [value] = attributeTexts(entry, attribute);
  return value !== undefined && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}
