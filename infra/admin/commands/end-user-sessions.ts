// What the verbs about users do to what a user has open: grants end when a user is disabled or deleted, or gets a new password.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
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

/** @param stored the item of the Users table, as it was */
export async function endSessionsOf({ held }: Pick<Operator, 'held'>, stored: UnverifiedItem): Promise<Ended> {
  const ended = { grants: 0, sessions: 0 };
  for (const subject of subjectsOfUser(stored)) {
    const { grants, sessions } = await held.endHeldItems(subject);
    ended.grants += grants;
    ended.sessions += sessions;
  }
  return { user: `${stored.username}@${stored.tenant}`, ...ended };
}

export function lineOfEnded({ user, grants, sessions }: Ended): string {
  return `ended: ${counted(grants, 'grant')} and ${counted(sessions, 'sign-in session')} of ${user}`;
}
