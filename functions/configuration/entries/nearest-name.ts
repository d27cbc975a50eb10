// The known name that a misspelt one was probably meant to be, for the hint of a refusal.

/** Longer names are nobody's misspelling, and comparing them would cost time. */
const MAX_CHARACTERS = 64;

/**
 * The nearest of the known names, by the count of letters that were left out, added, changed or swapped; undefined
 * where none is near: more than a third of the letters, or more than one of a name of up to five. Case counts for nothing.
 */
export function findNearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_CHARACTERS) return undefined;
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (edits >= least || edits > Math.max(1, Math.floor(candidate.length / 3))) continue;
    nearest = candidate;
    least = edits;
  }
  return nearest;
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of two neighbours cost one each. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
