// A reporter of node:test that keeps, as lines of JSON, which test of which file passed: what the conformance table is
// held against after the run, and which files take how long.

import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/** One test or suite that came to an end. */
export interface TestResult {
  /** From `test/`. */
  readonly file: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
}

const TESTS = fileURLToPath(new URL('../', import.meta.url));

/** @param events those of the run; each result becomes a line */
// biome-ignore lint/style/noDefaultExport: node:test takes the default export of a reporter.
export default async function* reportResults(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file, skip, details } = event.data;
    if (file === undefined) continue;
    const outcome = event.type === 'test:fail' ? 'failed' : skip === undefined || skip === false ? 'passed' : 'skipped';
    const result: TestResult = {
      file: relative(TESTS, file).replaceAll('\\', '/'),
      name,
      outcome,
      durationMs: Math.round(details.duration_ms),
    };
    yield `${JSON.stringify(result)}\n`;
  }
}
