// Secrets that stand in the tables where they should not: no command prints them.

import { ENTRY_SCHEMAS, type EntryKind } from '../../functions/configuration/entries/index.ts';
import { findMisplacedSecrets, mayHoldSecret } from '../../functions/configuration/entries/misplaced-secrets.ts';
import type { UnverifiedItem } from '../../functions/configuration/entries/read-entry.ts';
import { findUnknownAttributes } from '../../functions/configuration/entries/unknown-attributes.ts';

const NOT_SHOWN = '(not shown)';

/** The item as it may be printed. */
export function hideSecrets(kind: EntryKind, item: UnverifiedItem): UnverifiedItem {
  const unknown = findUnknownAttributes(ENTRY_SCHEMAS[kind], item).filter(({ name }) => mayHoldSecret(name));
  const places = [...findMisplacedSecrets(kind, item).map(({ place }) => place), ...unknown.map(({ path }) => path)];
  return places.reduce<UnverifiedItem>((shown, place) => hideAt(shown, place) as UnverifiedItem, item);
}

function hideAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return NOT_SHOWN;
  if (Array.isArray(value)) return value.map((inner, at) => (String(at) === name ? hideAt(inner, rest) : inner));
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [name]: hideAt(value[name as keyof typeof value], rest) };
}
