// `npm run load`: the local run under sustained load, in a process of its own, or one function alone. It ends with 1 where an
// answer is not the documented one, where something is lost or comes back, or where memory grows by more than what is stored.
//
//   npm run load                              ten minutes, eight users at once
//   npm run load -- --seconds 60
//   npm run load -- --kills 5                 its state on disk, and the process killed and started again, five times over
//   npm run load -- --revocations 3           how long a token lives after its end, where the revocation feed tells of it
//   npm run load -- --function token          the token function alone, as it is deployed, one request after the other
//   npm run load -- --function authorizer --snapshots FOLDER      with heap snapshots, to find what it keeps

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LocalProcess, startLocalProcess } from './local-process.ts';
import { loadFunction } from './one-function/load-function.ts';
import { lookBack, newTally, type Tally, work } from './workers.ts';

/** The emulator keeps log lines and authorizer results up to a bound, and the compiler its code. */
const ALLOWED_GROWTH_MB = 250;
/** A grant, its indexes, and the tree that holds them in memory. */
const STORED_MB_A_TOKEN = 0.05;
const LIFE_BEFORE_KILL_MS = 4000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    users: { type: 'string', default: '8' },
    kills: { type: 'string', default: '0' },
    revocations: { type: 'string', default: '0' },
    function: { type: 'string' },
    snapshots: { type: 'string' },
  },
});
const [seconds, users, kills] = [Number(values.seconds), Number(values.users), Number(values.kills)];
const faults = await findFaults();
for (const fault of faults) process.stdout.write(`FAULT: ${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;

async function findFaults(): Promise<readonly string[]> {
  if (values.function === 'token' || values.function === 'authorizer')
    return loadFunction(values.function, { durationMs: seconds * 1000, snapshots: values.snapshots });
  if (values.revocations !== '0') return (await import('./revocation-bound.ts')).measureRevocations(Number(values.revocations));
  if (values.function !== undefined) return [`--function is token or authorizer, not ${values.function}`];
  return kills > 0 ? killAgainAndAgain() : loadFor(seconds * 1000);
}

async function loadFor(durationMs: number): Promise<readonly string[]> {
  const local = await startLocalProcess();
  const tally = newTally();
  const startMs = performance.now();
  const passedMs = () => performance.now() - startMs;
  await work(local.url, users, tally, () => passedMs() > durationMs / 3);
  const [warmMb, warmTokens] = [local.residentMb(), tally.liveTokens];
  await work(local.url, users, tally, () => passedMs() > durationMs);
  const endMb = local.residentMb();
  const faults = await faultsOf(local, tally);
  await local.end('SIGTERM');
  print(tally);
  if (warmMb === undefined || endMb === undefined) return faults;
  const allowedMb = ALLOWED_GROWTH_MB + (tally.liveTokens - warmTokens) * STORED_MB_A_TOKEN;
  process.stdout.write(`memory: ${warmMb.toFixed(0)} MB after a third of the time, ${endMb.toFixed(0)} MB at the end\n`);
  return endMb - warmMb > allowedMb ? [...faults, `memory grew by more than ${allowedMb.toFixed(0)} MB`] : faults;
}

/** What was acknowledged before the process was killed holds after it has started again. */
async function killAgainAndAgain(): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-load-'));
  const faults: string[] = [];
  try {
    for (let kill = 0; kill < kills; kill++) {
      const local = await startLocalProcess(directory);
      const tally = newTally();
      let isKilled = false;
      const working = work(local.url, users, tally, () => isKilled);
      await new Promise((resolve) => setTimeout(resolve, LIFE_BEFORE_KILL_MS * (1 + Math.random())));
      isKilled = true;
      await local.end('SIGKILL');
      await working;
      const again = await startLocalProcess(directory);
      // Requests that the kill cut off have no answer: only what was acknowledged counts.
      faults.push(...(await faultsOf(again, { ...tally, wrong: new Map() })));
      await again.end('SIGTERM');
      process.stdout.write(`kill ${kill + 1}: ${tally.live.length} tokens good and ${tally.ended.length} dead were acknowledged\n`);
    }
    return faults;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function faultsOf({ url }: Pick<LocalProcess, 'url'>, tally: Tally): Promise<readonly string[]> {
  const { lost, risen } = await lookBack(url, tally);
  return [
    ...[...tally.wrong].map(([what, times]) => `${what}, ${times} times`),
    ...(lost > 0 ? [`${lost} tokens that were acknowledged are lost`] : []),
    ...(risen > 0 ? [`${risen} tokens that were revoked are good again`] : []),
  ];
}

function print({ done }: Tally): void {
  process.stdout.write(`${[...done].map(([what, times]) => `${what}: ${times}`).join(', ')}\n`);
}
