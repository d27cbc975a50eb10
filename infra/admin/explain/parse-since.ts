// How far back to look: `30m`, `3h`, `2d`, or a moment.

import { UsageFailed } from '../commands/command.ts';

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** @returns milliseconds since the epoch */
export function parseSince(text: string, nowMs: number): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS.get(unit);
  const sinceMs = unitMs === undefined ? Date.parse(text) : nowMs - Number(count) * unitMs;
  if (!/^\d/.test(text) || Number.isNaN(sinceMs) || sinceMs < 0)
    throw new UsageFailed('--since is how long ago, such as 30m, 3h or 2d, or a moment such as 2027-01-15T08:00:00Z.');
  return sinceMs;
}
