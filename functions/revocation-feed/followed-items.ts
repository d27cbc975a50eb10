// Followed items: what a function has read and reads again in the background, as long as somebody asks for it, so that
// no request waits for it, and none believes what is too old.

import { setNewest } from '../shared/bounded-map.ts';
import { Unavailable } from '../shared/errors.ts';
import { withoutBudget } from '../shared/time-budget.ts';
import { BELIEVED_MS, IN_USE_MS, READ_AT_ONCE, REFRESH_AFTER_MS, RETRY_AFTER_MS } from './bounds.ts';

export interface FollowedItems<T> {
  /**
   * The item as it was at most `BELIEVED_MS` ago. It is awaited only where nothing so young is known.
   *
   * @throws Unavailable
   */
  require(key: string): Promise<Followed<T>>;
  /** All that is held. */
  values(): readonly T[];
}

export interface Followed<T> {
  readonly value: T;
  /** Time since the reading of it began. */
  readonly ageMs: number;
}

interface Item<T> {
  known?: { readonly value: T; readonly readAtMs: number };
  usedAtMs: number;
  load?: Load<T>;
}

interface Load<T> {
  readonly startedAtMs: number;
  readonly results: Promise<ReadonlyMap<string, T | Error>>;
  hasFailed: boolean;
}

export interface FollowedItemsOptions<T> {
  /**
   * Reads items, of which those are given that were known before. A result that is an error is one of that item alone.
   *
   * @throws Unavailable where none can be read
   */
  readonly read: (keys: ReadonlyMap<string, T | undefined>) => Promise<ReadonlyMap<string, T | Error>>;
  readonly maxItems: number;
  /** Of `createSteadyClock`. */
  readonly steadyMs: () => number;
  /** Hears of what could not be read again in the background, and of how old what is known of it is. */
  readonly onFailure: (keys: readonly string[], error: Error, ageMs: number) => void;
}

export function createFollowedItems<T>({ read, maxItems, steadyMs, onFailure }: FollowedItemsOptions<T>): FollowedItems<T> {
  const items = new Map<string, Item<T>>();
  const ageOf = (momentMs: number): number => steadyMs() - momentMs;
  const ageOfItem = ({ known }: Item<T>): number => (known === undefined ? Number.POSITIVE_INFINITY : ageOf(known.readAtMs));

  /** The begin of the reading is what counts: what happened before it is known after it. */
  function startLoad(loaded: ReadonlyMap<string, Item<T>>): Load<T> {
    const keys = new Map([...loaded].map(([key, item]) => [key, item.known?.value]));
    const startedAtMs = steadyMs();
    const results = withoutBudget(() => read(keys)).catch(
      (error: Error) => new Map<string, T | Error>([...keys].map(([key]) => [key, error])),
    );
    const load: Load<T> = {
      startedAtMs,
      hasFailed: false,
      results: results.then((found) => {
        for (const [key, item] of loaded) keep(item, found.get(key), load);
        return found;
      }),
    };
    for (const item of loaded.values()) item.load = load;
    return load;
  }

  /** Race: two reads of one item, of which the first was frozen with the function and answers last. The later one stays. */
  function keep(item: Item<T>, found: T | Error | undefined, load: Load<T>): void {
    if (found instanceof Error || found === undefined) load.hasFailed = true;
    else if (item.known === undefined || item.known.readAtMs <= load.startedAtMs) item.known = { value: found, readAtMs: load.startedAtMs };
  }

  /** Whether a read that is under way, or has just failed, makes another one needless. */
  const isLoading = ({ load }: Item<T>): boolean =>
    load !== undefined && ageOf(load.startedAtMs) < (load.hasFailed ? RETRY_AFTER_MS : REFRESH_AFTER_MS);

  /** All that is in use and will soon be too old, in one call. */
  function refresh(): void {
    const due = [...items]
      .filter(([, item]) => item.known !== undefined && ageOf(item.usedAtMs) < IN_USE_MS)
      .filter(([, item]) => ageOf(item.known?.readAtMs ?? 0) >= REFRESH_AFTER_MS / 2 && !isLoading(item))
      .slice(-READ_AT_ONCE);
    const oldestMs = Math.max(...due.map(([, item]) => ageOf(item.known?.readAtMs ?? 0)));
    const load = startLoad(new Map(due));
    void load.results.then((found) => {
      const error = [...found.values()].find((result) => result instanceof Error);
      if (error instanceof Error)
        onFailure(
          [...found].flatMap(([key, result]) => (result instanceof Error ? [key] : [])),
          error,
          oldestMs,
        );
    });
  }

  async function loadNow(key: string, item: Item<T>): Promise<void> {
    const { load } = item;
    // One that is older was frozen, or hangs: what it brings may be too old by then.
    const isYoung = load !== undefined && !load.hasFailed && ageOf(load.startedAtMs) < REFRESH_AFTER_MS;
    const found = (await (isYoung ? load : startLoad(new Map([[key, item]]))).results).get(key);
    if (found instanceof Error) throw found;
  }

  return {
    async require(key) {
      const item = items.get(key) ?? { usedAtMs: 0 };
      item.usedAtMs = steadyMs();
      setNewest(items, key, item, maxItems);
      // Frozen while it waited, or a clock put right meanwhile: what came is as old as the question, and is asked once more.
      for (let round = 0; round < 2 && ageOfItem(item) >= BELIEVED_MS; round++) await loadNow(key, item);
      const ageMs = ageOfItem(item);
      if (item.known === undefined || ageMs >= BELIEVED_MS) throw new Unavailable('dynamodb', 'feed-too-old');
      if (ageMs >= REFRESH_AFTER_MS && !isLoading(item)) refresh();
      return { value: item.known.value, ageMs };
    },
    values: () => [...items.values()].flatMap(({ known }) => (known === undefined ? [] : [known.value])),
  };
}
