// What the verbs about users do to what a user has open: grants end when a user is disabled or deleted, or gets a new password.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { AuditName } from '../audit/write-audit.ts';
import { subjectsOfUser } from '../incidents/find-named-users.ts';
import type { Operator } from './command.ts';
import { counted } from './counted.ts';

/** What was ended of one user. */
export interface Ended {
  /** `publisher@my_company` */
  readonly user: string;
  readonly grants: number;
  readonly sessions: number;
}

/**
 * @param stored the item of the Users table, as it was
 * @param why what ended it, for the audit event
 */
export async function endSessionsOf(
  { held, audit }: Pick<Operator, 'held' | 'audit'>,
  stored: UnverifiedItem,
  why: AuditName,
): Promise<Ended> {
  const ended = { grants: 0, sessions: 0 };
  const subjects = subjectsOfUser(stored);
  for (const subject of subjects) {
    const { grants, sessions } = await held.endHeldItems(subject);
    ended.grants += grants;
    ended.sessions += sessions;
  }
  const [subject] = subjects;
  await audit({ audit: why, tenant: String(stored.tenant), ...(subject !== undefined && { subject }), ...ended });
  return { user: `${stored.username}@${stored.tenant}`, ...ended };
}

export function lineOfEnded({ user, grants, sessions }: Ended): string {
  return `ended: ${counted(grants, 'grant')} and ${counted(sessions, 'sign-in session')} of ${user}`;
}
