// A new password in the Users table, for a user who has just shown the old one.

import { hashPassword, parsePasswordHash } from './password-hashes/index.ts';
import type { PasswordChange, UserstoreDependencies } from './userstore.ts';

/** The shortest that the table takes, as NIST SP 800-63B section 3.1.1 has it. A directory has rules of its own. */
const MIN_PASSWORD_CHARACTERS = 8;
const MAX_PASSWORD_BYTES = 1024;

/**
 * Race: two changes at once, or an operator's. The write is conditional on the hash that was read, so one of them is refused.
 *
 * @param name as the table has it
 */
export async function changePrimaryPassword(
  { users, log, passwordCost }: Pick<UserstoreDependencies, 'users' | 'log' | 'passwordCost'>,
  tenant: string,
  name: string,
  { password, newPassword }: { readonly password: string; readonly newPassword: string },
): Promise<PasswordChange> {
  const user = await users.findUser(tenant, name);
  const hash = user === undefined || user === 'broken' ? 'unreadable' : parsePasswordHash(user.passwordHash, passwordCost);
  if (user === undefined || user === 'broken' || hash === 'unreadable') return { kind: 'rejected', reason: 'password-not-accepted' };
  if ([...newPassword].length < MIN_PASSWORD_CHARACTERS) return { kind: 'rejected', reason: 'password-too-short' };
  if (newPassword === password) return { kind: 'rejected', reason: 'password-in-history' };
  const isAcceptable = Buffer.byteLength(newPassword) <= MAX_PASSWORD_BYTES && (await hash.verify(password));
  const isChanged = isAcceptable && (await users.changePassword(user, await hashPassword(newPassword, passwordCost)));
  if (isChanged) log('INFO', 'password-changed', { tenant, userstore: 'PRIMARY', user: user.id });
  return isChanged ? { kind: 'changed' } : { kind: 'rejected', reason: 'password-not-accepted' };
}
