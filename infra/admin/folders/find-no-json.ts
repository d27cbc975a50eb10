// What YAML can say and JSON can't: values that hold themselves, bytes, sets, names that are lists.

import { type Document, isScalar, visit } from 'yaml';
import { MAX_DOCUMENT_DEPTH } from './entry-document.ts';

/** Each is looked for from the beginning of the document: time grows with the square of their number. */
const MAX_ALIAS_NODES = 1000;

/** What was expected in place of a name or an alias; undefined where nothing is wrong. For a document without faults. */
export function findUnwritableNode(document: Document): string | undefined {
  let expected: string | undefined;
  let aliases = 0;
  const stop = (fault: string) => {
    expected = fault;
    return visit.BREAK;
  };
  visit(document, {
    Alias: () => (++aliases > MAX_ALIAS_NODES ? stop(`at most ${MAX_ALIAS_NODES} aliases`) : undefined),
    Pair: (_, { key }) => (isScalar(key) ? undefined : stop('names that are texts')),
  });
  return expected;
}

/** Where a name begins that stands in its map a second time. */
export function findRepeatedName(document: Document): number | undefined {
  let at: number | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        // As names of an object: `1` and `"1"` are one.
        const name = String(key.value);
        if (seen.has(name)) {
          at = key.range?.[0] ?? 0;
          return visit.BREAK;
        }
        seen.add(name);
      }
      return undefined;
    },
  });
  return at;
}

/** What was expected in place of a value, likewise. An alias within its own anchor makes one that has no end. */
export function findUnwritableValue(value: unknown, depth = 0): string | undefined {
  if (depth > MAX_DOCUMENT_DEPTH) return `at most ${MAX_DOCUMENT_DEPTH} levels`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return 'no bytes and no sets: what JSON can say';
  for (const inner of Object.values(value)) {
    const expected = findUnwritableValue(inner, depth + 1);
    if (expected !== undefined) return expected;
  }
  return undefined;
}
