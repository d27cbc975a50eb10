// One function alone under load: its deployed bundle in a process of its own, which is asked for one thing after the other, as
// fast as it answers, with the tables beside it. What it answers is held to what is documented, what was acknowledged is
// looked at again when the load is over, and its memory must not have grown since it was warm.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Answer } from '../../bench/end-to-end/measure-flows.ts';
import { SECRET } from '../../bench/end-to-end/secret.ts';
import { openFunctions, openTables, tenantOf, type World } from '../../bench/end-to-end/world.ts';
import { type Size, SMALL } from '../../bench/growth/size.ts';
import { putEntry } from '../../support/put-entry.ts';
import { authorizerJunk } from './authorizer-junk.ts';
import { authorizerKinds } from './authorizer-kinds.ts';
import { createHeldTokens, type HeldTokens } from './held-tokens.ts';
import { type Kind, pickKind } from './kind.ts';
import { lookBackAtTokens } from './look-back.ts';
import { createMemoryWatch } from './memory-watch.ts';
import { tokenJunk } from './token-junk.ts';
import { tokenKinds } from './token-kinds.ts';

/** More than either function keeps the entries of. */
const TENANTS = 2500;
const SIZE: Size = { ...SMALL, tenants: TENANTS };
/** A client that says where its users are: their addresses are counted, and remembered. */
const TELLING_CLIENT = 'telling-check';
/** Failed logins that wait for their answer at once: an instance of Lambda waits for one at a time. */
const MAX_LATE = 40;
const READINGS = 12;

export type FunctionName = 'token' | 'authorizer';

interface LoadOptions {
  readonly durationMs: number;
  /** Folder for a heap snapshot of when it was warm, and one of the end: what is in the second alone has been kept. */
  readonly snapshots?: string | undefined;
}

/** @returns what is wrong; none: empty */
export async function loadFunction(name: FunctionName, { durationMs, snapshots }: LoadOptions): Promise<readonly string[]> {
  const tables = await openTables(SIZE);
  await putEntry(tables, 'Clients', tellingClient());
  const world = await openFunctions(tables.endpoint);
  try {
    const held = createHeldTokens(name);
    const kinds = name === 'token' ? [...tokenKinds(world, held, TENANTS), ...tokenJunk(TELLING_CLIENT)] : authorizerMix(world, held);
    const load = startLoad(world, name, kinds);
    const memory = createMemoryWatch(world[name]);
    const startMs = performance.now();
    for (let reading = 1; reading <= READINGS; reading++) {
      await load.until(startMs + (durationMs * reading) / READINGS);
      // The tables count their calls for whoever wants to know.
      tables.calls?.splice(0);
      process.stdout.write(`${await memory.read(load.invocations())}\n`);
      if (snapshots !== undefined && (reading === READINGS / 3 || reading === READINGS))
        await world[name].writeHeapSnapshot(join(snapshots, `${name}-${reading}.heapsnapshot`));
    }
    await load.end();
    const lost = await lookBackAtTokens(world, name, held);
    load.print();
    return [...load.faults(), ...lost, ...memory.faults()];
  } finally {
    await world.close();
    await tables.close();
  }
}

const authorizerMix = (world: Pick<World, 'token'>, held: HeldTokens): readonly Kind[] => [
  ...authorizerKinds(world, held, TENANTS),
  ...authorizerJunk(held),
];

function tellingClient() {
  const sha256 = createHash('sha256').update(SECRET).digest('hex');
  return {
    ...{ clientId: TELLING_CLIENT, tenant: tenantOf('check'), secrets: [{ sha256 }], grantTypes: ['password'] },
    sendsEndUserAddress: true,
  };
}

function startLoad(world: Omit<World, 'dynamoDb'>, name: FunctionName, kinds: readonly Kind[]) {
  const done = new Map<string, number>();
  /** With the first answer of its kind that was wrong. */
  const wrong = new Map<string, { readonly times: number; readonly first: string }>();
  const late = new Set<Promise<void>>();
  let invocations = 0;
  function take(what: string, isRight: boolean, answer: Answer): void {
    if (isRight) return void done.set(what, (done.get(what) ?? 0) + 1);
    const { times, first } = wrong.get(what) ?? { times: 0, first: JSON.stringify(answer).slice(0, 600) };
    wrong.set(what, { times: times + 1, first });
  }

  async function askOnce(): Promise<void> {
    const { what, next } = pickKind(kinds);
    const asked = await next();
    if (asked === undefined) return;
    invocations += 1;
    const answered = world[name].invoke<Answer>(asked.event).then(({ answer }) => {
      const isRight = asked.isRight(answer);
      take(what, isRight, answer);
      if (isRight) asked.keep?.(answer);
    });
    if (asked.isLate !== true) return answered;
    late.add(answered);
    void answered.finally(() => late.delete(answered)).catch(() => {});
    if (late.size > MAX_LATE) await Promise.race(late);
  }
  return {
    async until(endMs: number): Promise<void> {
      while (performance.now() < endMs) await askOnce();
    },
    /** Waits for those that are answered late. */
    async end(): Promise<void> {
      await Promise.all(late);
    },
    invocations: () => invocations,
    faults: () => [...wrong].map(([what, { times, first }]) => `${what}: ${times} times, at first ${first}`),
    print: () => process.stdout.write(`${[...done].map(([what, times]) => `${what}: ${times}`).join(', ')}\n`),
  };
}
