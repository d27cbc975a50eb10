// How an operator reads a whole table while others live on it: slowly enough that no partition is throttled for the
// functions, and saying how far it has come.

import type { ScannedPage } from '../../../functions/storage/aws/dynamodb.ts';

/** A partition of DynamoDB gives 3,000 read units a second: a sixth of it, about 4 MB a second. */
const MAX_READ_UNITS_PER_SECOND = 500;
const REPORT_EVERY_MS = 2000;

export interface ScanPaceDependencies {
  /** Milliseconds since any moment. */
  readonly stopwatch: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Progress, for standard error. */
  readonly report: (line: string) => void;
}

/** What is awaited after each page of a scan. */
export function createScanPace({ stopwatch, wait, report }: ScanPaceDependencies): (page: ScannedPage) => Promise<void> {
  const startedAtMs = stopwatch();
  let reportedAtMs = startedAtMs;
  let items = 0;
  let readUnits = 0;
  return async (page) => {
    items += page.items;
    readUnits += page.readUnits;
    const dueMs = startedAtMs + (readUnits / MAX_READ_UNITS_PER_SECOND) * 1000;
    if (dueMs > stopwatch()) await wait(dueMs - stopwatch());
    if (stopwatch() - reportedAtMs < REPORT_EVERY_MS) return;
    reportedAtMs = stopwatch();
    report(
      `looking through the Tokens table: ${items.toLocaleString('en-US')} items so far, ${Math.round((reportedAtMs - startedAtMs) / 1000)} s`,
    );
  };
}
