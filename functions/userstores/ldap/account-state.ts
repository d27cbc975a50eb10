// Account state: whether a user's entry says that the account may be used, and what it says of the password's age.
// Asked at every login, renewal and look-up (A22, A100, A101).

import type { AccountFault } from '../../shared/reasons/users.ts';
import { NEVER_CHANGED } from '../password-state.ts';
import { ACTIVE_DIRECTORY_STATE, activeDirectoryState, unreadableState } from './active-directory-state.ts';
import { attributeTexts } from './attribute-values.ts';
import type { LdapEntry } from './ldap-message.ts';
import { OTHER_STATE, otherDirectoryState, type StateContext } from './other-directory-state.ts';
import { needsPolicy } from './password-policy.ts';

/** Attributes that are asked of an entry for its state. Directories leave out what they don't know. */
export const STATE_ATTRIBUTES = { 'active-directory': ACTIVE_DIRECTORY_STATE, other: OTHER_STATE } as const;

/** Kind of directory that wrote the entry. */
export interface DirectoryKind {
  readonly isActiveDirectory: boolean;
  /** Part of what Active Directory knows of a user is not there. */
  readonly isGlobalCatalog: boolean;
}

/** `unreadable`: what the store's account may not read, where the state is not known for that. */
export type AccountState =
  | { readonly kind: 'active' }
  | { readonly kind: 'refused'; readonly reason: AccountFault; readonly unreadable?: readonly string[] };

/** @param policyDn where there is a policy that could not be read */
export function accountState(
  entry: LdapEntry,
  kind: DirectoryKind,
  context: StateContext & { readonly policyDn?: string | undefined },
): AccountState {
  const { nowMs, hasBound, policy, policyDn } = context;
  const unreadable = kind.isActiveDirectory
    ? unreadableState(entry, kind.isGlobalCatalog)
    : !hasBound && policyDn !== undefined && policy === undefined && needsPolicy(entry)
      ? [policyDn]
      : [];
  const fault = kind.isActiveDirectory ? activeDirectoryState(entry, nowMs, hasBound) : otherDirectoryState(entry, context);
  if (fault !== undefined) return { kind: 'refused', reason: fault };
  return unreadable.length === 0 ? { kind: 'active' } : { kind: 'refused', reason: 'account-state-not-readable', unreadable };
}

/** Attributes by which a change of the password is told: each directory writes one of them, or none. */
const PASSWORD_TIMES = ['pwdChangedTime', 'pwdUpdateTime', 'krbLastPwdChange'] as const;

/**
 * The moment of the last change, as the directory writes it; `NEVER_CHANGED` where there was none yet, so that the first one is
 * seen as well. Undefined where the attribute is always there, and could not be read.
 */
export function passwordStateOf(entry: LdapEntry, { isActiveDirectory, isGlobalCatalog }: DirectoryKind): string | undefined {
  if (isActiveDirectory) return attributeTexts(entry, 'pwdLastSet')[0] ?? (isGlobalCatalog ? NEVER_CHANGED : undefined);
  const times = PASSWORD_TIMES.flatMap((attribute) => attributeTexts(entry, attribute).map((time) => `${attribute} ${time}`));
  return times.length === 0 ? NEVER_CHANGED : times.join(', ');
}
