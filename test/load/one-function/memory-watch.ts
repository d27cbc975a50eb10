// What a function keeps: read after a collection of garbage, and held to a bound from the first third of the time on, by
// which whatever is remembered of names that come once has been forgotten as often as it will be.

import type { FunctionMemory, FunctionProcess } from '../../bench/end-to-end/function-process.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * The heap after a collection goes up and down by as much: caches of two generations are somewhere between them. What was
 * seen is 1 MB.
 */
const ALLOWED_HEAP_MB = 3;
/** So much more where the first third of the time was too short to fill what is remembered: 5,000 clients, 2,000 tenants. */
const ALLOWED_FILLING_MB = 6;
const FILLED_BY_INVOCATIONS = 40_000;
/**
 * Pages of heap and code that hold little are not given back to the system: it takes some 300,000 requests until there are
 * no more of them. What was seen is 21 MB.
 */
const ALLOWED_RESIDENT_MB = 40;

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
  const isFilled = (warm[0]?.invocations ?? 0) >= FILLED_BY_INVOCATIONS;
  const allowedHeapMb = isFilled ? ALLOWED_HEAP_MB : ALLOWED_HEAP_MB + ALLOWED_FILLING_MB;
  return [
    ...(heapMb > allowedHeapMb ? [`the heap grew by ${heapMb.toFixed(1)} MB after it was warm`] : []),
    ...(isResidentJudged && residentMb > ALLOWED_RESIDENT_MB
      ? [`resident memory grew by ${residentMb.toFixed(1)} MB after it was warm`]
      : []),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
