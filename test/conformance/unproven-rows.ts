// Holds the conformance table against a run of the tests: a row is proven by tests that ran and passed, not by a title
// that is there.

import type { TestResult } from '../support/results-reporter.ts';
import type { Row } from './row.ts';

/** A row that the run did not prove. */
export interface UnprovenRow {
  readonly row: Row;
  readonly why: 'no test of that name ran' | 'a test of that name failed' | 'a test of that name was skipped';
}

/** @param results of a whole run; all tests of the row's file whose names hold the row's words must have passed */
export function unprovenRows(table: readonly Row[], results: readonly TestResult[]): readonly UnprovenRow[] {
  const byFile = Map.groupBy(results, ({ file }) => file);
  return table.flatMap((row): readonly UnprovenRow[] => {
    if ('notMet' in row.proof) return [];
    const { file, test } = row.proof;
    const proofs = byFile.get(file)?.filter(({ name }) => name.includes(test)) ?? [];
    if (proofs.length === 0) return [{ row, why: 'no test of that name ran' }];
    if (proofs.some(({ outcome }) => outcome === 'failed')) return [{ row, why: 'a test of that name failed' }];
    return proofs.some(({ outcome }) => outcome === 'skipped') ? [{ row, why: 'a test of that name was skipped' }] : [];
  });
}
