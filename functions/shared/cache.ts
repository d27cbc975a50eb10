// A bounded cache of loads: one in flight per key, failures not kept, the oldest key dropped first.

import { setNewest } from './bounded-map.ts';
import { withoutBudget } from './time-budget.ts';

export interface Cache<T> {
  get(key: string): Promise<T>;
  delete(key: string): void;
}

interface Entry<T> {
  readonly value: Promise<T>;
  readonly until: number;
  /** What it serves for longer, while it is loaded anew. */
  extraMs: number;
  isRenewing: boolean;
}

/**
 * Caches what `load` returns, `undefined` included, for `ttlMs` from the start of the load.
 *
 * @param load called at most once at a time per key; when it throws, every waiter gets the error and nothing is kept
 * @param ttlMs milliseconds
 * @param maxEntries the oldest are dropped above it
 * @param clock milliseconds since the epoch
 */
export function createCache<T>(load: (key: string) => Promise<T>, ttlMs: number, maxEntries: number, clock: () => number): Cache<T> {
  return createRenewingCache(load, { ttlMs, maxEntries, clock, extraMsOf: () => 0 });
}

interface RenewingCacheOptions<T> {
  readonly ttlMs: number;
  readonly maxEntries: number;
  readonly clock: () => number;
  /** How long a value serves beyond its time while it is loaded anew in the background, milliseconds. */
  readonly extraMsOf: (value: T) => number;
}

/** Caches as `createCache` does, but for what values serve beyond their time. */
export function createRenewingCache<T>(
  load: (key: string) => Promise<T>,
  { ttlMs, maxEntries, clock, extraMsOf }: RenewingCacheOptions<T>,
): Cache<T> {
  const entries = new Map<string, Entry<T>>();

  function start(key: string): Entry<T> {
    const entry: Entry<T> = { value: withoutBudget(() => load(key)), until: clock() + ttlMs, extraMs: 0, isRenewing: false };
    entry.value.then(
      (value) => {
        entry.extraMs = extraMsOf(value);
      },
      () => {},
    );
    return entry;
  }

  /** Where it fails, the old value serves on until its time is over; the next who asks tries again. */
  function renew(key: string, old: Entry<T>): void {
    old.isRenewing = true;
    const entry = start(key);
    entry.value.then(
      () => entries.get(key) === old && setNewest(entries, key, entry, maxEntries),
      () => {
        old.isRenewing = false;
      },
    );
  }

  return {
    get(key) {
      const cached = entries.get(key);
      const nowMs = clock();
      if (cached !== undefined && nowMs < cached.until) return cached.value;
      if (cached !== undefined && nowMs < cached.until + cached.extraMs) {
        if (!cached.isRenewing) renew(key, cached);
        return cached.value;
      }
      const entry = start(key);
      setNewest(entries, key, entry, maxEntries);
      entry.value.catch(() => entries.get(key) === entry && entries.delete(key));
      return entry.value;
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
