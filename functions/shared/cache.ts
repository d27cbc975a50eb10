// A bounded cache of loads: one in flight per key, failures not kept, the oldest key dropped first.

import { setNewest } from './bounded-map.ts';
import { withoutBudget } from './time-budget.ts';

export interface Cache<T> {
  get(key: string): Promise<T>;
  delete(key: string): void;
}

/** What a load returns: the value, and beside it whatever the next load of the same key may want to know. */
export interface Loaded<T> {
  readonly value: T;
}

interface Entry<L extends Loaded<unknown>> {
  readonly value: Promise<L['value']>;
  /** Undefined until it is there. */
  loaded: L | undefined;
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
  return createRenewingCache(async (key) => ({ value: await load(key) }), { ttlMs, maxEntries, clock, extraMsOf: () => 0 });
}

interface RenewingCacheOptions<T> {
  readonly ttlMs: number;
  readonly maxEntries: number;
  readonly clock: () => number;
  /** How long a value serves beyond its time while it is loaded anew in the background, milliseconds. */
  readonly extraMsOf: (value: T) => number;
}

/**
 * Caches as `createCache` does, but for what values serve beyond their time, and that a load may lean on the last one.
 *
 * @param load gets what the last load of the key returned; undefined: there was none, or it failed, or was dropped
 */
export function createRenewingCache<L extends Loaded<unknown>>(
  load: (key: string, last: L | undefined) => Promise<L>,
  { ttlMs, maxEntries, clock, extraMsOf }: RenewingCacheOptions<L['value']>,
): Cache<L['value']> {
  const entries = new Map<string, Entry<L>>();

  function start(key: string, last: L | undefined): Entry<L> {
    const until = clock() + ttlMs;
    const loading = withoutBudget(() => load(key, last));
    const entry: Entry<L> = { value: loading.then(({ value }) => value), loaded: undefined, until, extraMs: 0, isRenewing: false };
    loading.then(
      (loaded) => {
        entry.loaded = loaded;
        entry.extraMs = extraMsOf(loaded.value);
      },
      () => {},
    );
    return entry;
  }

  /** Where it fails, the old value serves on until its time is over; the next who asks tries again. */
  function renew(key: string, old: Entry<L>): void {
    old.isRenewing = true;
    const entry = start(key, old.loaded);
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
      const entry = start(key, cached?.loaded);
      setNewest(entries, key, entry, maxEntries);
      entry.value.catch(() => entries.get(key) === entry && entries.delete(key));
      return entry.value;
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
