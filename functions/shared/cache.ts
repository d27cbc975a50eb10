// A bounded cache of loads: one in flight per key, failures not kept, the oldest key dropped first.

import { setNewest } from './bounded-map.ts';
import { withoutBudget } from './time-budget.ts';

export interface Cache<T> {
  get(key: string): Promise<T>;
  delete(key: string): void;
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
  const entries = new Map<string, { readonly value: Promise<T>; readonly until: number }>();
  return {
    get(key) {
      const cached = entries.get(key);
      if (cached !== undefined && clock() < cached.until) return cached.value;
      const value = withoutBudget(() => load(key));
      const entry = { value, until: clock() + ttlMs };
      setNewest(entries, key, entry, maxEntries);
      value.catch(() => entries.get(key) === entry && entries.delete(key));
      return value;
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
