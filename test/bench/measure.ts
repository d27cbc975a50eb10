// Timing side by side: every candidate runs in every round, in turn, so that a machine whose speed drifts slows all of
// them alike. What is reported is the median over the rounds, and ratios of medians from the same run.

/** One thing to time: `run` is called many times a round. */
export interface Candidate {
  readonly name: string;
  readonly run: () => unknown;
}

/** Microseconds per call, by name. */
export type Medians = ReadonlyMap<string, number>;

/**
 * @param rounds how many times each candidate has its turn
 * @param roundMs how long a turn lasts, in milliseconds
 */
export async function measure(candidates: readonly Candidate[], rounds: number, roundMs: number): Promise<Medians> {
  for (const candidate of candidates) await turn(candidate, roundMs * 3);
  const samples = new Map<string, number[]>(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) samples.get(candidate.name)?.push(await turn(candidate, roundMs));
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]));
}

/** Microseconds per call over one turn. */
async function turn({ run }: Candidate, ms: number): Promise<number> {
  const start = process.hrtime.bigint();
  const end = start + BigInt(Math.round(ms * 1e6));
  let calls = 0;
  do {
    const result = run();
    if (result instanceof Promise) await result;
    calls++;
  } while (process.hrtime.bigint() < end);
  return Number(process.hrtime.bigint() - start) / 1000 / calls;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
