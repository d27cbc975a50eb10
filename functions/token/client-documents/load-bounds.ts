// Bounds for the loads of one function (A134): who sends people or requests to a URL of his choice makes us call it, and
// nothing of that is to hold a function up, or to be a flood for somebody else. No outcome is kept here.

import { setNewest } from '../../shared/bounded-map.ts';
import { Unavailable } from '../../shared/errors.ts';

/** Under way at one time. */
const MAX_LOADS_AT_ONCE = 16;
const WINDOW_MS = 60_000;
/** Begun within a minute, of all hosts. */
const MAX_LOADS_A_MINUTE = 120;
/** Begun within a minute, of one host: it shall not be flooded, and none shall use up what others need. */
export const MAX_LOADS_OF_HOST_A_MINUTE = 20;
/**
 * Milliseconds of a minute that loads may take together. A function of Lambda has one request at a time, so that slow hosts would
 * hold it whatever their number is: two thirds of its time are everybody else's.
 */
export const MAX_LOADING_MS_A_MINUTE = 20_000;
const MAX_WINDOWS = 1000;

interface Window {
  readonly startMs: number;
  readonly count: number;
}

interface Load {
  readonly host: string;
  /**
   * URL of a document that was good before: it has a count of its own, so that nobody keeps its client out by asking the
   * same host for documents that it does not have. Undefined: it counts for its host, and for all.
   */
  readonly known: string | undefined;
}

export interface LoadBounds {
  /** @throws Unavailable `too-many-loads` */
  within<T>(of: Load, load: () => Promise<T>): Promise<T>;
  /** For what else is loaded for a client: its time counts, and not its number. @throws Unavailable `too-many-loads` */
  withinTime<T>(dependency: string, work: () => Promise<T>): Promise<T>;
}

/** @param clock milliseconds since the epoch */
export function createLoadBounds(clock: () => number): LoadBounds {
  const windows = new Map<string, Window>();
  let all: Window = { startMs: 0, count: 0 };
  /** Its count is in milliseconds. */
  let loading: Window = { startMs: 0, count: 0 };
  let underWay = 0;

  const now = (window: Window | undefined): Window => {
    const nowMs = clock();
    const isOpen = window !== undefined && nowMs >= window.startMs && nowMs < window.startMs + WINDOW_MS;
    return isOpen ? window : { startMs: nowMs, count: 0 };
  };

  const isTooSlow = (): boolean => now(loading).count >= MAX_LOADING_MS_A_MINUTE;

  async function timed<T>(work: () => Promise<T>): Promise<T> {
    const beganMs = clock();
    loading = now(loading);
    try {
      return await work();
    } finally {
      loading = now(loading);
      loading = { ...loading, count: loading.count + Math.max(0, clock() - beganMs) };
    }
  }

  return {
    async withinTime(dependency, work) {
      if (isTooSlow()) throw new Unavailable(dependency, 'too-many-loads', { neverSent: true });
      return timed(work);
    },
    async within({ host, known }, load) {
      all = now(all);
      const key = known ?? host;
      const own = now(windows.get(key));
      const isTooMany =
        underWay >= MAX_LOADS_AT_ONCE ||
        own.count >= MAX_LOADS_OF_HOST_A_MINUTE ||
        (known === undefined && (all.count >= MAX_LOADS_A_MINUTE || isTooSlow()));
      if (isTooMany) throw new Unavailable(`client document of ${host}`, 'too-many-loads', { neverSent: true });
      if (known === undefined) all = { ...all, count: all.count + 1 };
      setNewest(windows, key, { ...own, count: own.count + 1 }, MAX_WINDOWS);
      underWay += 1;
      try {
        return await (known === undefined ? timed(load) : load());
      } finally {
        underWay -= 1;
      }
    },
  };
}
