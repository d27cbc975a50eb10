// Starts functions anew, each time in a new process, from import to the first answer. The start of Node itself is left out.
// What is compared is processor time: what others do on the machine meanwhile is not ours.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundleEntryPoint } from '../../infra/gatehouse/functions/bundle.ts';
import type { Bundle } from '../../infra/gatehouse/functions/bundle-record.ts';
import { median } from './measure.ts';

const RUNS = 15;

/** Runs in the new process: imports the bundle, calls its handler once, and prints times in milliseconds. */
const CHILD = `
const [path, event] = process.argv.slice(1);
const started = performance.now();
const before = process.cpuUsage();
const cpuMs = () => { const { user, system } = process.cpuUsage(before); return (user + system) / 1000; };
const { handler } = await import(path);
const importMs = cpuMs();
const answer = await handler(JSON.parse(event), { awsRequestId: 'bench', getRemainingTimeInMillis: () => 5000 });
const totalMs = cpuMs();
process.stdout.write('\\n' + JSON.stringify({ importMs, totalMs, clockMs: performance.now() - started, status: answer.statusCode ?? 200 }));
process.exit(0);
`;

export const BARE_HANDLER = 'test/bench/bare-dynamodb-handler.ts';

/** The limit. As esbuild writes it, minified and in chunks: what our own steps after that do for ours does not move it. */
export const bareDynamoDb = (): Bundle => bundleEntryPoint('bare-dynamodb', BARE_HANDLER, { isPlain: true });

/** A function that is started. */
export interface ColdCase {
  /** Of its module. */
  readonly path: string;
  /** What is loaded when it starts. */
  readonly eagerBytes: number;
  /** What it is asked first, and answers with 200. */
  readonly event: object;
  readonly environment: Readonly<Record<string, string>>;
}

/** Milliseconds of processor time, and of the clock: medians. */
export interface ColdStart {
  readonly importMs: number;
  readonly totalMs: number;
  readonly clockMs: number;
}

/** Starts each in turn, several times. */
export async function measureColdStarts<Name extends string>(
  cases: Readonly<Record<Name, ColdCase>>,
): Promise<Readonly<Record<Name, ColdStart>>> {
  const names = Object.keys(cases) as Name[];
  const samples = new Map<Name, ColdStart[]>(names.map((name) => [name, []]));
  for (let run = 0; run <= RUNS; run++) {
    for (const name of names) {
      const sample = await coldStart(cases[name]);
      // The first round warms the file cache.
      if (run > 0) samples.get(name)?.push(sample);
    }
  }
  const medianOf = (name: Name, time: keyof ColdStart) => median((samples.get(name) ?? []).map((sample) => sample[time]));
  const times = (name: Name): ColdStart => ({
    importMs: medianOf(name, 'importMs'),
    totalMs: medianOf(name, 'totalMs'),
    clockMs: medianOf(name, 'clockMs'),
  });
  return Object.fromEntries(names.map((name) => [name, times(name)])) as Record<Name, ColdStart>;
}

/** As the rows say it. */
export function describeColdStart({ totalMs, importMs, clockMs }: ColdStart, { eagerBytes }: Pick<ColdCase, 'eagerBytes'>): string {
  const [total, imported, clock] = [totalMs, importMs, clockMs].map((ms) => ms.toFixed(0));
  return `${total} ms CPU (import ${imported}; ${clock} ms by the clock; ${(eagerBytes / 1000).toFixed(0)} kB)`;
}

async function coldStart({ path, event, environment }: ColdCase): Promise<ColdStart> {
  const run = [process.execPath, ['--input-type=module', '-e', CHILD, path, JSON.stringify(event)], { env: environment }] as const;
  const { stdout } = await promisify(execFile)(...run);
  const { status, ...times } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as ColdStart & { readonly status: number };
  if (status !== 200) throw new Error(`The cold start of ${path} answered ${status}.`);
  return times;
}
