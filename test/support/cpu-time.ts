// Time of the processor, which the other work of the machine can't change much; time on the clock is asserted nowhere but
// as a bound far above.

/** Milliseconds of the processor that this process has used up to now. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The least that some runs of `work` take, in milliseconds of the processor. @param work gets the number of the run */
export async function leastCpuMs(runs: number, work: (run: number) => unknown): Promise<number> {
  const spent: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const before = cpuMs();
    await work(run);
    spent.push(cpuMs() - before);
  }
  return Math.min(...spent);
}
