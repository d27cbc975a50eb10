// FLOW of `revoke user`: whom the stores mean by the name → ask → end → whoever else has anything open under it, in the
// whole table → ask → end. What can be ended at once does not wait for the long look.

import type { ScannedPage } from '../../../functions/storage/aws/dynamodb.ts';
import { counted } from '../commands/counted.ts';
import { type HeldByNameDependencies, type HeldByUser, openHeldByName } from './held-by-name.ts';

/** What was ended of one user. */
export interface EndedUser {
  readonly user: string;
  readonly subject: string;
  readonly tenant: string;
  readonly grants: number;
  readonly sessions: number;
}

export interface EndUserSteps {
  /** Asks before anything is ended. False: it stays. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Progress and warnings, for standard error. */
  readonly report: (line: string) => void;
  readonly onPage: (page: ScannedPage) => Promise<void>;
}

/** @returns one for each user of whom something was ended; none where nothing was */
export async function endNamedUser(
  dependencies: HeldByNameDependencies,
  { typed, tenant }: { readonly typed: string; readonly tenant: string | undefined },
  steps: EndUserSteps,
): Promise<readonly EndedUser[]> {
  const { report, onPage } = steps;
  const found = await openHeldByName(dependencies, typed, tenant);
  const quick = await endAll(dependencies, await found.byStores((store) => report(`warning: not asked: ${store}`)), steps);
  report('looking for whatever else is open under the name');
  return [...quick, ...(await endAll(dependencies, await found.byTable(onPage), steps))];
}

async function endAll({ held }: HeldByNameDependencies, users: readonly HeldByUser[], { confirm }: EndUserSteps): Promise<EndedUser[]> {
  const ended: EndedUser[] = [];
  if (users.length === 0) return ended;
  if (!(await confirm(`End ${users.map(describeUser).join('; ')}?`))) return ended;
  for (const { user, subject, tenant } of users) ended.push({ user, subject, tenant, ...(await held.endHeldItems(subject)) });
  return ended;
}

function describeUser({ user, subject, held: { grants, sessions, unreadable } }: HeldByUser): string {
  const what = `${counted(grants.length + unreadable.length, 'grant')} and ${counted(sessions.length, 'sign-in session')}`;
  return `${what} of ${user}${user === subject ? '' : ` (${subject})`}`;
}
