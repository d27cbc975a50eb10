// Timing side by side: every candidate runs in every round, in turn, so that a machine whose speed drifts slows all of
// them alike. What is reported is the median over the rounds, and ratios of medians from the same run. Processor time is
// counted, collection of garbage included: what others do on the machine meanwhile is not ours.

/** One thing to time: `run` is called many times a round. */
export interface Candidate {
  readonly name: string;
  readonly run: () => unknown;
}

/** Microseconds of processor time per call, by name. */
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

/** Microseconds of processor time per call over one turn. */
async function turn({ run }: Candidate, ms: number): Promise<number> {
  const before = process.cpuUsage();
  const end = process.hrtime.bigint() + BigInt(Math.round(ms * 1e6));
  let calls = 0;
  do {
    const result = run();
    if (result instanceof Promise) await result;
    calls++;
  } while (process.hrtime.bigint() < end);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
