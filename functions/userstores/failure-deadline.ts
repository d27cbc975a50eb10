// When a failed login is answered: all failures of one tenant after the same time, whichever store or hash stood behind
// them, and those too that nobody was asked about (A21, A95).

import { setTimeout as delay } from 'node:timers/promises';
import type { Tenant } from '../configuration/model.ts';
import { createLruMap } from '../shared/lru-map.ts';

/** The costliest password hash that is read, bcrypt with cost 14, on a function of 1 GB. */
const HASH_MS = 2500;
/** Work of our own beside the stores: tables, and one password hash of our own. */
const OWN_WORK_MS = 500;
/** An authorizer gives itself 6 s: past them a refusal would be an outage. */
const MAX_MS = 5000;
const DEFAULT_QUANTUM_MS = 500;
/** Milliseconds for which a process remembers what took longer than it should. */
const REMEMBERED_MS = 600_000;
const MAX_REMEMBERED = 1000;

export interface FailureDeadlineOptions {
  /** Failures are answered at multiples of this. Default 500; 0: at once. */
  readonly failureQuantumMs?: number;
  /** Milliseconds since any moment, by a clock that nobody sets. Default: `performance.now`. */
  readonly stopwatch?: () => number;
  /** Default: a timer. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** The time of one login. */
interface FailureDeadline {
  /** Resolves when a failure may be answered. @param tenants whose settings count: the latest deadline of all */
  wait(tenants: readonly Tenant[]): Promise<void>;
}

/** Starts the time of a login. */
export type StartFailureDeadline = () => FailureDeadline;

export function createFailureDeadlines(options: FailureDeadlineOptions): StartFailureDeadline {
  const { failureQuantumMs: quantumMs = DEFAULT_QUANTUM_MS, stopwatch = () => performance.now(), sleep = delay } = options;
  const exceeded = createLruMap<{ readonly ms: number; readonly untilMs: number }>(MAX_REMEMBERED);
  const exceededMs = (tenant: Tenant): number => {
    const known = exceeded.get(tenant.name);
    return known === undefined || known.untilMs <= stopwatch() ? 0 : known.ms;
  };
  const roundedUp = (ms: number): number => Math.ceil(ms / quantumMs) * quantumMs;
  return () => {
    const startMs = stopwatch();
    return {
      async wait(tenants) {
        if (quantumMs === 0) return;
        const configuredMs = tenants.length === 0 ? HASH_MS : Math.max(...tenants.map((tenant) => failureMs(tenant)));
        const deadlineMs = roundedUp(Math.max(configuredMs, ...tenants.map(exceededMs)));
        const spentMs = stopwatch() - startMs;
        const answerMs = Math.max(deadlineMs, roundedUp(spentMs));
        // What took longer once may do so again: the others then wait for it as well.
        if (answerMs > deadlineMs) {
          const raised = { ms: Math.min(answerMs, MAX_MS), untilMs: stopwatch() + REMEMBERED_MS };
          for (const tenant of tenants) exceeded.set(tenant.name, raised);
        }
        await sleep(answerMs - spentMs);
      },
    };
  };
}

/**
 * Above the slowest that the tenant uses. A user of the Users table costs a password hash and no store is asked; anybody
 * else may cost every store its time.
 */
function failureMs({ lockout, userstores }: Tenant): number {
  if (lockout.failureMs !== undefined) return lockout.failureMs;
  const storesMs = userstores.reduce((sum, { entry }) => sum + (entry?.timeoutMs ?? 0), 0);
  return Math.min(Math.max(HASH_MS, storesMs + OWN_WORK_MS), MAX_MS);
}
