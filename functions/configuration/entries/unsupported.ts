// What the schemas already take and this version does not do yet. An entry that asks for it is refused with a
// message of its own, so that no operator believes in a rule that nobody obeys. A feature that lands takes its line away.

import type { EntryFault } from './entry-fault.ts';
import type { Entry, EntryKind } from './index.ts';

type Check<K extends EntryKind> = (entry: Entry<K>) => readonly (EntryFault | false)[];

const CHECKS: { readonly [K in EntryKind]?: Check<K> } = {
  tenant: (entry) => [
    entry.endUserJwt.header !== 'X-JWT-Assertion' && {
      path: 'endUserJwt.header',
      // API Gateway maps headers as the route was made, so that an entry can't choose the name.
      expected: 'X-JWT-Assertion; another name is the property `header` where the API is protected in the stack',
    },
  ],
};

/** The faults of an entry that is well formed and asks for what is not there. */
export function unsupported<K extends EntryKind>(kind: K, entry: unknown): readonly EntryFault[] {
  const check = CHECKS[kind] as Check<K> | undefined;
  return check === undefined ? [] : check(entry as Entry<K>).filter((fault) => fault !== false);
}
