// Which clients claim to be which workload. An index can't be made of an attribute within a map, and operators write these
// entries by hand: so the whole table is read, page by page and the three attributes alone, and kept in memory.

import { findClaimedWorkload, type Workload, type WorkloadClaimant, workloadKey } from '../../configuration/workload.ts';
import { Unavailable } from '../../shared/errors.ts';
import { withoutBudget } from '../../shared/time-budget.ts';
import type { WorkloadStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';

/**
 * What reading may cost one function: the larger the table, the less often it is read. A few clients are read every five
 * seconds, as every other entry is, 10,000 about every nine minutes (infra/admin/WORKLOADS.md has the count, and a test holds
 * it to this), and more every ten minutes, which then costs more.
 */
const READ_UNITS_PER_SECOND = 2;
const MIN_FRESH_MS = 5_000;
const MAX_FRESH_MS = 600_000;
/** How much earlier it is read again for a workload that it lacks. Its token may be anybody's, so this has a bound too. */
const EARLIER_FOR_UNKNOWN = 4;
/** No read for so long after one that failed. */
const FAILURE_WAIT_MS = 1_000;
/** A page is 1 MB of items: some 1,200 clients with full entries. */
const MAX_PAGES = 100;
const MAX_CLAIMS = 50_000;

const ATTRIBUTES = ['clientId', 'tenant', 'workload'] as const;

interface Loaded {
  readonly claimants: ReadonlyMap<string, readonly WorkloadClaimant[]>;
  /** When the reading began. */
  readonly atMs: number;
  readonly freshMs: number;
}

/** @param clock milliseconds since the epoch */
export function createWorkloadClaims(dynamoDb: Pick<DynamoDb, 'scan'>, table: string, clock: () => number): WorkloadStore {
  const kept = createKept((isConsistent) => readClaims(dynamoDb, table, isConsistent, clock()), clock);
  return {
    async findClaimants(workload, provenClientId) {
      const key = workloadKey(workload);
      const found = claimantsOf(await kept.current(1), key);
      if (found.some(({ clientId }) => clientId === provenClientId)) return found;
      // Its token is proven, so that nobody else can ask for this: a client that was written a moment ago is to work.
      if (provenClientId !== undefined) return claimantsOf(await kept.load(true), key);
      return found.length > 0 ? found : claimantsOf(await kept.current(EARLIER_FOR_UNKNOWN), key);
    },
  };
}

const claimantsOf = ({ claimants }: Loaded, key: string): readonly WorkloadClaimant[] => claimants.get(key) ?? [];

/** What was read last. Of two loads that are asked for at once there is one. */
function createKept(read: (isConsistent: boolean) => Promise<Loaded>, clock: () => number) {
  let loaded: Loaded | undefined;
  let inFlight: { readonly isConsistent: boolean; readonly result: Promise<Loaded> } | undefined;
  let failed: { readonly error: unknown; readonly atMs: number } | undefined;

  async function loadOnce(isConsistent: boolean): Promise<Loaded> {
    try {
      loaded = await withoutBudget(() => read(isConsistent));
      failed = undefined;
      return loaded;
    } catch (error) {
      failed = { error, atMs: clock() };
      throw error;
    } finally {
      inFlight = undefined;
    }
  }

  /** @param isConsistent sees what was written before it began */
  async function load(isConsistent: boolean): Promise<Loaded> {
    if (inFlight?.isConsistent === false && isConsistent) await inFlight.result.catch(() => {});
    if (failed !== undefined && clock() - failed.atMs < FAILURE_WAIT_MS) throw failed.error;
    inFlight ??= { isConsistent, result: loadOnce(isConsistent) };
    return inFlight.result;
  }

  return {
    load,
    /** @param earlier how many times earlier than else it is read again */
    current: async (earlier: number): Promise<Loaded> =>
      loaded !== undefined && clock() - loaded.atMs < loaded.freshMs / earlier ? loaded : load(false),
  };
}

/** @throws Unavailable where it can't be read whole: who is missing might be a second claimant */
async function readClaims(dynamoDb: Pick<DynamoDb, 'scan'>, table: string, isConsistent: boolean, atMs: number): Promise<Loaded> {
  const claimants = new Map<string, WorkloadClaimant[]>();
  let [units, pages, claims] = [0, 0, 0];
  const filter = { condition: 'attribute_exists(#workload)', names: ATTRIBUTES, attributes: ATTRIBUTES, isConsistent };
  const items = dynamoDb.scan(table, filter, async ({ readUnits }) => {
    units += readUnits;
    if (++pages > MAX_PAGES) throw new Unavailable('dynamodb', 'too-many-items');
  });
  for await (const item of items) {
    const workload: Workload | undefined = findClaimedWorkload(item);
    if (workload === undefined) continue;
    if (++claims > MAX_CLAIMS) throw new Unavailable('dynamodb', 'too-many-items');
    const key = workloadKey(workload);
    const claimant = { clientId: String(item.clientId), tenant: String(item.tenant) };
    const rivals = claimants.get(key);
    if (rivals === undefined) claimants.set(key, [claimant]);
    else rivals.push(claimant);
  }
  const freshMs = Math.min(Math.max((units * 1000) / READ_UNITS_PER_SECOND, MIN_FRESH_MS), MAX_FRESH_MS);
  return { claimants, atMs, freshMs };
}
