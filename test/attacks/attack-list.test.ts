// The attack list and the tests say the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commentsOf } from '../support/comments.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';
import type { TestResult } from '../support/results-reporter.ts';
import { attackRows, attacksNotShown, NOT_YET, testsByRow, withTests } from './attack-list.ts';

const page = readText('test/attacks/README.md');
const rows = attackRows(page);
const numbers = new Set(rows.map(({ number }) => number));
const sources = new Map(repositoryFiles('.ts').map((path) => [path, readText(path)]));
const tests = testsByRow(new Map([...sources].filter(([path]) => path.startsWith('test/'))));

test('each row has a test, or says that its feature is not there yet', () => {
  assert.ok(rows.length >= 147);
  assert.deepEqual(
    rows.filter(({ number, tests: column }) => !tests.has(number) && column !== NOT_YET).map(({ number }) => number),
    [],
  );
});

/** Not that it names all: a further test of a row needs no change of the page. */
test('the column names a test of each row that has one, and none that is not there', () => {
  const current = new Map(attackRows(withTests(page, tests)).map(({ number, tests: column }) => [number, column.split(', ')]));
  const stale = rows.filter(({ number, tests: column }) => column.split(', ').some((link) => !current.get(number)?.includes(link)));
  assert.deepEqual(stale, [], 'run `npm run attacks`');
});

test('numbers are given once, and in no gaps', () => {
  const sorted = rows.map(({ number }) => Number(number.slice(1))).sort((one, other) => one - other);
  assert.deepEqual(
    sorted,
    sorted.map((_, index) => index + 1),
  );
});

test('each number that a test begins with or a comment cites is a row', () => {
  assert.deepEqual(
    [...tests.keys()].filter((number) => !numbers.has(number)),
    [],
  );
  const cited = [...sources].flatMap(([path, source]) =>
    commentsOf(source).flatMap((comment) => [...comment.matchAll(/\bA\d{2,}\b/g)].map(([number]) => ({ path, number }))),
  );
  assert.ok(cited.length > 100);
  assert.deepEqual(
    cited.filter(({ number }) => !numbers.has(number)),
    [],
  );
});

test('the writer finds titles with several numbers, keeps marks, and shows what is missing', () => {
  const found = testsByRow(
    new Map([['test/attacks/a.test.ts', "test('A01 A02 both', () => {});\n  test(`A01 again`, f);\ntest('about A03', f)"]]),
  );
  assert.deepEqual(
    [...found],
    [
      ['A01', ['test/attacks/a.test.ts']],
      ['A02', ['test/attacks/a.test.ts']],
    ],
  );
  const list = [
    '| A01 | a | b | – |  |',
    '| A02 | `a` | b | – | not yet |',
    '| A03 | a | b | – | not yet |',
    '| A04 | a | b | – | [x](x.test.ts) |',
  ];
  assert.deepEqual(withTests(list.join('\n'), found).split('\n'), [
    '| A01 | a | b | – | [a](a.test.ts) |',
    '| A02 | `a` | b | – | [a](a.test.ts) |',
    '| A03 | a | b | – | not yet |',
    '| A04 | a | b | – | NO TEST |',
  ]);
});

test('a row is shown by tests that ran and passed, and by nothing else', () => {
  const list = attackRows('| A01 | a | b | – | [a](a.test.ts) |\n| A02 | a | b | – | not yet |');
  const notShown = (...ran: readonly [name: string, outcome: TestResult['outcome']][]) =>
    attacksNotShown(
      list,
      ran.map(([name, outcome]) => ({ file: 'a.test.ts', name, outcome, durationMs: 1 })),
    );
  assert.deepEqual(notShown(['A17 A01 is refused', 'passed']), []);
  assert.deepEqual(notShown(), ['A01']);
  assert.deepEqual(notShown(['A01 is refused', 'skipped']), ['A01']);
  assert.deepEqual(notShown(['A01 is refused', 'passed'], ['A01 and so is this', 'failed']), ['A01']);
  assert.deepEqual(notShown(['about A01', 'passed']), ['A01']);
});
