// Step `user-bind`: the password, where one was given, by the bind of a login. It counts in the directory as any login does, and
// nowhere else.

import type { Deadline } from '../../userstores/deadline.ts';
import type { FoundUser } from '../../userstores/ldap/directory-user.ts';
import { failed, passed, type StepResult, skipped } from '../step-result.ts';
import type { OpenDirectory } from './open-directory.ts';

export async function bindUser({ asked, directory }: OpenDirectory, user: FoundUser, deadline: Deadline): Promise<StepResult<void>> {
  const { password } = asked;
  if (asked.user === undefined) return skipped(undefined, 'not asked for: it takes --user and a password');
  if (password === undefined) return skipped(undefined, 'not asked for: no password was given');
  const check = await directory.verifyPassword(user, password, deadline);
  if (check.kind === 'right') return passed(undefined, `the password of ${user.dn} is right`);
  return failed(
    check.reason,
    `the directory refuses ${user.dn}: ${check.reason}${check.isPasswordRight === true ? '; the password is right' : ''}`,
  );
}
