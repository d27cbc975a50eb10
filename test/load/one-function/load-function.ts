// One function alone under load: its deployed bundle in a process of its own, which is asked for one thing after the other, as
// fast as it answers, with the tables beside it. What it answers is held to what is documented, what was acknowledged is
// looked at again when the load is over, and its memory must not have grown since it was warm.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SECRET } from '../../bench/end-to-end/secret.ts';
import { openFunctions, openTables, tenantOf, type World } from '../../bench/end-to-end/world.ts';
import { type Size, SMALL } from '../../bench/growth/size.ts';
import { putEntry } from '../../support/put-entry.ts';
import { createAsking } from './asking.ts';
import { authorizerJunk } from './authorizer-junk.ts';
import { authorizerKinds } from './authorizer-kinds.ts';
import { createHeldTokens, type HeldTokens } from './held-tokens.ts';
import type { Kind } from './kind.ts';
import { lookBackAtTokens } from './look-back.ts';
import { createMemoryWatch } from './memory-watch.ts';
import { tokenJunk } from './token-junk.ts';
import { tokenKinds } from './token-kinds.ts';

/** More than either function keeps the entries of. */
const TENANTS = 2500;
const SIZE: Size = { ...SMALL, tenants: TENANTS };
/** A client that says where its users are: their addresses are counted, and remembered. */
const TELLING_CLIENT = 'telling-check';
/**
 * What is larger than 1 MB is given back to the system when it is freed. By itself the allocator of glibc soon keeps room for
 * the next password hashes, 39 MB in each of four threads, which would hide what resident memory is to show.
 */
const GIVING_BACK = { MALLOC_MMAP_THRESHOLD_: String(1024 * 1024) };
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
  const world = await openFunctions(tables.endpoint, GIVING_BACK);
  try {
    const held = createHeldTokens(name);
    const kinds = name === 'token' ? [...tokenKinds(world, held, TENANTS), ...tokenJunk(TELLING_CLIENT)] : authorizerMix(world, held);
    const load = createAsking(world[name], kinds);
    const memory = createMemoryWatch(world[name], snapshots === undefined);
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
    process.stdout.write(`${load.told()}\n`);
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
