// Follows the feeds of the tenants that a function is asked about: reads the newest page of each, and the full ones between
// that and what it knows already.

import type { FeedPage, FeedStore } from '../storage/revocation-feed.ts';
import { MAX_FOLLOWED_TENANTS, MAX_HELD_IDS, PAGES_READ_BACK } from './bounds.ts';
import { createFollowedItems, type FollowedItems, type FollowedItemsOptions } from './followed-items.ts';
import { createKnownRevocations, type KnownRevocations } from './known-revocations.ts';

export interface FollowFeedsOptions extends Pick<FollowedItemsOptions<KnownRevocations>, 'steadyMs' | 'onFailure'> {
  readonly store: Pick<FeedStore, 'readNewestPages' | 'beginFeed' | 'readPages'>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Ids that are held of all tenants. Default: `MAX_HELD_IDS`. */
  readonly maxHeldIds?: number;
}

export function followFeeds({ store, clock, maxHeldIds = MAX_HELD_IDS, ...options }: FollowFeedsOptions): FollowedItems<KnownRevocations> {
  async function read(known: ReadonlyMap<string, KnownRevocations | undefined>): Promise<Map<string, KnownRevocations | Error>> {
    const newest = await store.readNewestPages([...known.keys()]);
    // Of the time after the answer: frozen before it, a function would else claim to know the time that it slept through.
    const nowSeconds = Math.floor(clock() / 1000);
    const results = [...known].map(async ([tenant, before]): Promise<[string, KnownRevocations | Error]> => {
      const page = newest.get(tenant);
      if (page instanceof Error) return [tenant, page];
      const taken = catchUp(store, { tenant, before, page: page ?? (await store.beginFeed(tenant, nowSeconds)), nowSeconds });
      return [tenant, await taken.catch((error: Error) => error)];
    });
    const found = new Map(await Promise.all(results));
    forgetMost([...followed.values(), ...found.values()], maxHeldIds);
    return found;
  }
  const followed = createFollowedItems<KnownRevocations>({ ...options, read, maxItems: MAX_FOLLOWED_TENANTS });
  return followed;
}

interface CatchUp {
  readonly tenant: string;
  readonly before: KnownRevocations | undefined;
  /** The newest one. */
  readonly page: FeedPage;
  readonly nowSeconds: number;
}

async function catchUp(store: FollowFeedsOptions['store'], { tenant, before, page, nowSeconds }: CatchUp): Promise<KnownRevocations> {
  const { chain, number } = page;
  if (before?.chain !== chain || number - before.newest > PAGES_READ_BACK)
    return beginAnew(await pagesBefore(store, tenant, page), page, nowSeconds);
  // What was read before is not there any more: nobody knows what else is lost with it.
  if (number < before.newest) return beginAnew([], { ...page, sinceSeconds: undefined }, nowSeconds);
  const between = number === before.newest ? [] : await store.readPages(tenant, chain, before.newest, number);
  if (between.length < number - before.newest) return beginAnew(between, page, nowSeconds);
  const isWhole = [...between, page].map((one) => before.add(one)).every(Boolean);
  return isWhole ? before : beginAnew([], { ...page, sinceSeconds: undefined }, nowSeconds);
}

const pagesBefore = (store: FollowFeedsOptions['store'], tenant: string, { chain, number }: FeedPage) =>
  number === 0 ? [] : store.readPages(tenant, chain, Math.max(0, number - PAGES_READ_BACK), number);

/** Pages that have no page missing between them and the newest one; what is older is not known, and is looked up. */
function beginAnew(older: readonly FeedPage[], page: FeedPage, nowSeconds: number): KnownRevocations {
  const known = createKnownRevocations(page.chain, nowSeconds);
  const gapAt = older.findLastIndex(({ number }, at) => number !== page.number - (older.length - at));
  for (const one of [...older.slice(gapAt + 1), page]) known.add(one);
  return known;
}

/** Who has the most loses the oldest: a tenant that ends very many grants costs itself lookups, and no other. */
function forgetMost(held: readonly (KnownRevocations | Error)[], maxIds: number): void {
  const known = [...new Set(held)].flatMap((one) => (one instanceof Error ? [] : [one]));
  while (known.reduce((sum, { size }) => sum + size, 0) > maxIds) {
    const largest = known.reduce((most, one) => (one.size > most.size ? one : most));
    if (!largest.forgetOldest()) return;
  }
}
