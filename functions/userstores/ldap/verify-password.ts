// Verifies a password by a bind with the DN that the search returned (RFC 4513 section 5.1.3), on a connection that is
// used for nothing else.

import { BindRequest, PasswordPolicyControl } from 'ldapts';
import type { BindFault } from '../../shared/reasons/directories.ts';
import type { AccountFault, StoreRefusal } from '../../shared/reasons/users.ts';
import type { RefusedLogin } from '../userstore.ts';
import { accountState, type DirectoryKind } from './account-state.ts';
import type { FoundUser } from './directory-user.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { requireRequestResult, SUCCESS } from './ldap-fault.ts';
import { BIND_RESPONSE, type LdapResult, parsePasswordPolicyError } from './ldap-message.ts';
import type { StateContext } from './other-directory-state.ts';

export type PasswordCheck =
  | { readonly kind: 'right' }
  | (RefusedLogin<StoreRefusal> & { readonly unreadable?: readonly string[] })
  /** Neither yes nor no. */
  | { readonly kind: 'failed'; readonly reason: BindFault; readonly code: number };

/** Codes that follow `data` in the diagnostic of Active Directory: system error codes, in hex. */
const ACTIVE_DIRECTORY_REASONS: ReadonlyMap<string, StoreRefusal> = new Map<string, StoreRefusal>([
  ['525', 'unknown-user'],
  ['52e', 'wrong-password'],
  ['52f', 'account-restricted'],
  ['530', 'outside-logon-hours'],
  ['531', 'workstation-not-allowed'],
  ['532', 'password-expired'],
  ['533', 'account-disabled'],
  ['568', 'too-many-groups'],
  ['701', 'account-expired'],
  ['773', 'must-change-password'],
  ['775', 'account-locked'],
]);

/** Errors of draft-behera-ldap-password-policy-10 section 6.2. The others are about changes of a password. */
const PASSWORD_POLICY_REASONS: ReadonlyMap<number, AccountFault> = new Map<number, AccountFault>([
  [0, 'password-expired'],
  [1, 'account-locked'],
  [2, 'must-change-password'],
]);

/** States in which a right password is refused like a wrong one, by a directory that does not say why. */
const REFUSE_ALL: ReadonlySet<AccountFault> = new Set<AccountFault>(['account-disabled', 'account-locked', 'account-expired']);

/** Words that a directory that is unwilling says of an account: 389, FreeIPA, eDirectory. The first that fits counts. */
const UNWILLING_WORDS: readonly (readonly [RegExp, AccountFault])[] = [
  [/\bpassword\b.{0,40}\bexpired?\b/i, 'password-expired'],
  [/\b(account|principal|user|entry)\b.{0,40}\bexpired?\b/i, 'account-expired'],
  [/\b(account|user|entry)\b.{0,40}\b(locked|lockout)\b|\blogin lockout\b/i, 'account-locked'],
  [/\b(account|principal|user|entry|login)\b.{0,40}\b(inactiv\w*|disabled|deactivated|suspended)\b/i, 'account-disabled'],
];

/**
 * Refusals that a directory gives only to who has shown the right password: Active Directory by these codes,
 * draft-behera-ldap-password-policy by the errors for an expired password and one that must be changed. A lock is said to everybody.
 */
const AFTER_THE_RIGHT_PASSWORD: ReadonlySet<StoreRefusal> = new Set<StoreRefusal>([
  'account-disabled',
  'account-expired',
  'password-expired',
  'must-change-password',
  'outside-logon-hours',
  'workstation-not-allowed',
]);

/** @throws ServerFault */
export async function verifyPassword(
  connection: LdapConnection,
  user: FoundUser,
  password: string,
  { kind, timeoutMs, ...known }: { readonly kind: DirectoryKind; readonly timeoutMs: number } & Pick<StateContext, 'nowMs' | 'lockSeconds'>,
): Promise<PasswordCheck> {
  // Each would make the bind an unauthenticated or anonymous one, which succeeds for everybody (A01).
  if (password === '' || user.dn.trim() === '') return { kind: 'refused', reason: 'empty-password' };
  // No password has one, and a server written in C might see an empty one.
  if (password.includes('\0')) return { kind: 'refused', reason: 'wrong-password' };
  const controls = kind.isActiveDirectory ? [] : [new PasswordPolicyControl()];
  const request = (messageId: number): BindRequest => new BindRequest({ messageId, dn: user.dn, password, controls });
  const { result } = await connection.send(BIND_RESPONSE, request, timeoutMs);
  const policyReason = passwordPolicyReason(result);
  const hasBound = result.code === SUCCESS;
  const state = accountState(user.entry, kind, { ...known, hasBound, policy: undefined });
  if (hasBound) {
    if (policyReason !== undefined) return { kind: 'refused', reason: policyReason, isPasswordRight: true };
    return state.kind === 'active' ? { kind: 'right' } : { ...state, isPasswordRight: true };
  }
  const said = requireRequestResult(result.code);
  switch (said) {
    case 'invalid-credentials': {
      const code = /\bdata ([0-9a-f]{1,8})\b/i.exec(result.diagnostic)?.[1]?.toLowerCase();
      const reason = (code === undefined ? undefined : ACTIVE_DIRECTORY_REASONS.get(code)) ?? policyReason;
      if (reason !== undefined && AFTER_THE_RIGHT_PASSWORD.has(reason)) return { kind: 'refused', reason, isPasswordRight: true };
      if (reason !== undefined) return { kind: 'refused', reason };
      return { kind: 'refused', reason: state.kind === 'refused' && REFUSE_ALL.has(state.reason) ? state.reason : 'wrong-password' };
    }
    case 'inappropriate-authentication':
      return { kind: 'refused', reason: 'no-password-set' };
    case 'no-such-object':
      return { kind: 'refused', reason: 'user-gone' };
    // 389 Directory Server: too many wrong passwords.
    case 'constraint-violation':
      return { kind: 'refused', reason: 'account-locked' };
    // Some say so of an account that is switched off or over; others of whatever they are not set up to do.
    case 'unwilling-to-perform': {
      const said = UNWILLING_WORDS.find(([words]) => words.test(result.diagnostic))?.[1];
      if (said !== undefined) return { kind: 'refused', reason: said };
      return state.kind === 'refused' ? state : { kind: 'failed', reason: 'bind-unwilling-to-perform', code: result.code };
    }
    default:
      return { kind: 'failed', reason: `bind-${said}`, code: result.code };
  }
}

function passwordPolicyReason(result: LdapResult): AccountFault | undefined {
  const value = result.controls.get(PasswordPolicyControl.type);
  const error = value === undefined ? undefined : parsePasswordPolicyError(value);
  return error === undefined ? undefined : PASSWORD_POLICY_REASONS.get(error);
}
