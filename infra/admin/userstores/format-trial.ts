// What each store answered to a login, a line a store.

import { missingRights } from '../commands/state-rights.ts';
import type { TrialAnswer, Tried } from './operator-answer.ts';

export function formatTrial({ stores }: Pick<Tried, 'stores'>): readonly string[] {
  return stores.flatMap((store) => [
    `${store.domain}: ${told(store)}`,
    ...(store.missing === undefined ? [] : [`${store.domain}: ${store.missing}`]),
    ...(store.unreadable === undefined ? [] : [`${store.domain}: ${missingRights(store.unreadable)}`]),
  ]);
}

function told({ outcome, ms, reason, error, user }: TrialAnswer): string {
  const took = `${ms ?? 0} ms`;
  switch (outcome) {
    case 'authenticated':
      return `authenticated as ${user?.name}, id ${user?.id ?? '(none)'}, roles ${list(user?.roles)}, claims ${list(user?.claims)}, ${took}`;
    case 'refused':
      return `refused, ${reason}, ${took}`;
    case 'unknown':
      return `unknown user${reason === undefined ? '' : `, ${reason}`}, ${took}`;
    case 'locked':
      return `locked, ${took}`;
    case 'not-asked':
      return 'not asked';
    case 'unavailable':
      return `unavailable, ${error ?? reason}: a login ends here with 503, ${took}`;
  }
}

const list = (texts: readonly string[] = []): string => (texts.length === 0 ? '(none)' : texts.join(' '));
