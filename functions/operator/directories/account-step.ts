// Step `account-state`: whether the store's account may read what says that an account is disabled, locked or expired, and what
// that is of this user.

import type { Deadline } from '../../userstores/deadline.ts';
import type { FoundUser } from '../../userstores/ldap/directory-user.ts';
import { tryStateOf } from '../../userstores/ldap/state-rights.ts';
import { failed, passed, type StepResult } from '../step-result.ts';
import { type OpenDirectory, withResult } from './open-directory.ts';

export async function readAccountState(open: OpenDirectory, user: FoundUser, deadline: Deadline): Promise<StepResult<void>> {
  const { asked, connection, directory } = open;
  connection.begin();
  try {
    const settings = await directory.settings(deadline);
    const hidden = await tryStateOf(connection, settings, user.entry, deadline.remainingMs());
    if (hidden.length > 0) return unreadable(open, user, hidden, settings.isActiveDirectory);
    const state = await directory.readState(user, deadline);
    if (state.kind === 'active') return passed(undefined, 'readable, and the account may be used');
    if (state.unreadable !== undefined) return unreadable(open, user, state.unreadable, settings.isActiveDirectory);
    // Whoever was found by chance may well be disabled: it is the right to see it that matters.
    if (asked.user === undefined) return passed(undefined, `readable: ${state.reason}`);
    return failed(state.reason, `the entry of ${user.username} says ${state.reason}`);
  } catch (error) {
    throw withResult(error, connection);
  }
}

function unreadable(
  { serviceName }: OpenDirectory,
  { dn }: FoundUser,
  attributes: readonly string[],
  isActiveDirectory: boolean,
): StepResult<void> {
  const what = isActiveDirectory ? 'the property set Account Restrictions of users' : 'these attributes of users';
  return failed(
    'account-state-not-readable',
    `${serviceName} may not read ${attributes.join(', ')} of ${dn}`,
    `Let ${serviceName} read ${what}: without them nobody sees who is disabled, locked or has a new password.`,
  );
}
