// Meant values: where an operator meant a wrong entry to stand. It has to go on standing there, since what stands
// behind it must not answer in its place.

import { ENTRY_SCHEMAS, type EntryKind } from './index.ts';
import { findNearestName } from './nearest-name.ts';
import type { UnverifiedItem } from './read-entry.ts';
import { findUnknownAttributes } from './unknown-attributes.ts';

/** The value of an attribute, or of one that is a misspelling of it. Not verified. */
export function unverifiedMeantValue(kind: EntryKind, item: UnverifiedItem, name: string): unknown {
  if (Object.hasOwn(item, name)) return item[name];
  const misspelt = findUnknownAttributes(ENTRY_SCHEMAS[kind], item).find(
    (unknown) => unknown.path.length === 1 && findNearestName(unknown.name, unknown.known) === name,
  );
  return misspelt && item[misspelt.name];
}
