// What a write would change, one line for each place in an entry, for an operator to read before it is done.

import { isDeepStrictEqual } from 'node:util';
import type { EntryKind } from '../../functions/configuration/entries/index.ts';
import type { UnverifiedItem } from '../../functions/configuration/entries/read-entry.ts';
import { type Difference, describeDifference } from './describe-difference.ts';
import { hideSecrets } from './hide-secrets.ts';

/** Said to have changed, but not shown: a terminal's history is no place for them. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['passwordHash', 'secrets', 'usageKey']);

export const lineOfChange = ({ sign, path, text }: Difference): string => `  ${sign} ${path}: ${text}`;

/** Empty where nothing changes. */
export function findChanges(kind: EntryKind, stored: UnverifiedItem | undefined, after: UnverifiedItem | undefined): Difference[] {
  // What is written was parsed, and has no secret that should not be there; what somebody else wrote may.
  const before = stored && hideSecrets(kind, stored);
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return names.flatMap((name) => {
    const [old, next] = [before?.[name], after?.[name]];
    if (isDeepStrictEqual(old, next)) return [];
    if (NOT_SHOWN.has(name)) return [{ sign: signOf(old, next), path: name, text: '(not shown)' }];
    return describeDifference(name, old, next);
  });
}

function signOf(before: unknown, after: unknown): Difference['sign'] {
  if (before === undefined) return '+';
  return after === undefined ? '-' : '~';
}
