// The conformance table is whole, and the check that `npm test` makes of it after the run sees what it must see.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestResult } from '../support/results-reporter.ts';
import { rowsOf } from './row.ts';
import { CONFORMANCE_TABLE } from './table.ts';
import { unprovenRows } from './unproven-rows.ts';

test('each row names a test, or a reason that begins with a verdict', () => {
  for (const { rfc, section, requirement, proof } of CONFORMANCE_TABLE) {
    if ('notMet' in proof) assert.match(proof.notMet, /^(Not applicable|Not met|Met o)/, `${rfc} ${section} ${requirement}`);
    else assert.ok(proof.test.length > 0, `${rfc} ${section} ${requirement}`);
  }
});

test('all of the RFCs that the token API obeys are in the table', (t) => {
  for (const rfc of ['6749', '6750', '7009', '7517', '7519', '7521', '7522', '7523', '7662', '8414', '8725', '9068', '9700', '9728']) {
    const own = CONFORMANCE_TABLE.filter((row) => row.rfc === `RFC ${rfc}`);
    const proven = own.filter(({ proof }) => 'test' in proof).length;
    assert.ok(proven > 0, `RFC ${rfc} has no row that a test proves`);
    t.diagnostic(`RFC ${rfc}: ${own.length} rows, ${proven} with a test, ${own.length - proven} with a reason`);
  }
});

test('a row is proven by tests that ran and passed, and by nothing else', () => {
  const table = rowsOf('RFC 1', [
    ['1', 'MUST', 'a.test.ts', 'does it'],
    ['2', 'MUST', 'Not met: on purpose.'],
  ]);
  const result = (outcome: TestResult['outcome'], name = 'it does it', file = 'a.test.ts'): TestResult => ({
    file,
    name,
    outcome,
    durationMs: 1,
  });
  const why = (...results: readonly TestResult[]) => unprovenRows(table, results).map((unproven) => unproven.why);
  assert.deepEqual(why(result('passed')), []);
  assert.deepEqual(why(), ['no test of that name ran']);
  assert.deepEqual(why(result('passed', 'something else'), result('passed', 'it does it', 'b.test.ts')), ['no test of that name ran']);
  assert.deepEqual(why(result('passed'), result('failed')), ['a test of that name failed']);
  assert.deepEqual(why(result('passed'), result('skipped')), ['a test of that name was skipped']);
});
