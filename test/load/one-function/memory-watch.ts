// What a function keeps: read after a collection of garbage, and held to a bound from the first third of the time on, by
// which whatever is remembered of names that come once has been forgotten as often as it will be.

import type { FunctionMemory, FunctionProcess } from '../../bench/end-to-end/function-process.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * By how much memory may grow, in megabytes. Warm: the heap goes up and down, since caches of two generations are somewhere
 * between them, and was seen to differ by 1; pages of heap and code that hold little are not given back to the system until
 * some 300,000 requests later, 21 were seen.
 */
const ALLOWED_WARM = { heapMb: 3, residentMb: 40 };
/** Where the first third of the time was too short to fill what is remembered: 5,000 clients, 2,000 tenants. */
const ALLOWED_FILLING = { heapMb: 9, residentMb: 100 };
const FILLED_BY_INVOCATIONS = 40_000;

interface Reading extends FunctionMemory {
  readonly invocations: number;
}

/** @param isResidentJudged whether resident memory counts: to write a heap snapshot takes as much as the heap, and more */
export function createMemoryWatch(watched: Pick<FunctionProcess, 'memory'>, isResidentJudged = true) {
  const readings: Reading[] = [];
  return {
    /** @param invocations so far @returns the reading in words */
    async read(invocations: number): Promise<string> {
      const reading = { ...(await watched.memory()), invocations };
      readings.push(reading);
      return describe(reading);
    },
    faults: () => faultsOf(readings, isResidentJudged),
  };
}

const megabytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(1);

const describe = ({ invocations, heapBytes, externalBytes, residentBytes }: Reading): string =>
  `after ${invocations} invocations: heap ${megabytes(heapBytes)} MB, beside it ${megabytes(externalBytes)} MB, resident ${megabytes(residentBytes)} MB`;

/** The mean of the first readings after the first third, and of the last ones: one alone may be at the top of a wave. */
function faultsOf(readings: readonly Reading[], isResidentJudged: boolean): readonly string[] {
  const third = Math.floor(readings.length / 3);
  const [warm, end] = [readings.slice(third - 1, 2 * third - 1), readings.slice(-third)];
  const grown = (of: (reading: Reading) => number): number => (mean(end.map(of)) - mean(warm.map(of))) / MEBIBYTE;
  const [heapMb, residentMb] = [
    grown(({ heapBytes, externalBytes }) => heapBytes + externalBytes),
    grown(({ residentBytes }) => residentBytes),
  ];
  const allowed = (warm[0]?.invocations ?? 0) >= FILLED_BY_INVOCATIONS ? ALLOWED_WARM : ALLOWED_FILLING;
  const isResidentTooLarge = isResidentJudged && residentMb > allowed.residentMb;
  return [
    ...(heapMb > allowed.heapMb ? [`the heap grew by ${heapMb.toFixed(1)} MB after it was warm`] : []),
    ...(isResidentTooLarge ? [`resident memory grew by ${residentMb.toFixed(1)} MB after it was warm`] : []),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
