// The attack list (README.md of this folder) as data: its rows, and which test files have a test that begins with a
// row's number.

import type { TestResult } from '../support/results-reporter.ts';

/** A row of the list: `| A01 | attack | safe behaviour | source | tests |`. */
export interface AttackRow {
  readonly number: string;
  readonly tests: string;
}

/** Mark of a row whose feature or defence isn't there yet. */
export const NOT_YET = 'not yet';
/** What is written where a row has neither a test nor the mark: the list's own test refuses it. */
const MISSING = 'NO TEST';

const ROW = /^\| (A\d+) \|(.*)\| ([^|]*?) ?\|$/;
/** The numbers that a title begins with: `test('A17 A38 no call goes to …`. */
const TITLE = /\b(?:test|describe|it)\(\s*['"`]((?:A\d+ )+)/g;

export function attackRows(page: string): readonly AttackRow[] {
  return page.split('\n').flatMap((line) => {
    const [, number, , tests] = ROW.exec(line) ?? [];
    return number === undefined || tests === undefined ? [] : [{ number, tests }];
  });
}

/** @param sources text of the files below test/, by their path from the top of the repository */
export function testsByRow(sources: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const others = [...sources].filter(([path]) => !path.startsWith('test/attacks/attack-list.'));
  const found = others.flatMap(([path, source]) =>
    [...new Set([...source.matchAll(TITLE)].flatMap(([, numbers = '']) => numbers.trim().split(' ')))].map((number) => ({ number, path })),
  );
  return new Map([...Map.groupBy(found, ({ number }) => number)].map(([number, tests]) => [number, tests.map(({ path }) => path)]));
}

/** The page with its last column as the tests have it; a row without tests keeps the mark that it has. */
export function withTests(page: string, tests: ReadonlyMap<string, readonly string[]>): string {
  const column = (number: string, now: string): string => {
    const files = tests.get(number);
    if (files === undefined) return now === NOT_YET ? NOT_YET : MISSING;
    return files.map((path) => `[${path.replace(/^.*\/|\.test\.ts$|\.ts$/g, '')}](${linkTo(path)})`).join(', ');
  };
  return page
    .split('\n')
    .map((line) =>
      line.replace(ROW, (_, number: string, middle: string, now: string) => `| ${number} |${middle}| ${column(number, now)} |`),
    )
    .join('\n');
}

const linkTo = (path: string): string => path.replace(/^test\/attacks\//, '').replace(/^test\//, '../');

/** The rows that no test of a run showed refused: none that begins with the number passed, or one of them failed. */
export function attacksNotShown(rows: readonly AttackRow[], results: readonly TestResult[]): readonly string[] {
  const outcomes = results.flatMap(({ name, outcome }) =>
    (/^(?:A\d+ )+/.exec(name)?.[0].trim().split(' ') ?? []).map((number) => ({ number, outcome })),
  );
  const byNumber = Map.groupBy(outcomes, ({ number }) => number);
  return rows
    .filter(({ number, tests }) => {
      const ran = byNumber.get(number) ?? [];
      const isShown = ran.some(({ outcome }) => outcome === 'passed') && !ran.some(({ outcome }) => outcome === 'failed');
      return tests !== NOT_YET && !isShown;
    })
    .map(({ number }) => number);
}
