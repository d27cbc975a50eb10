// Items of the revocation feed in the Tokens table: of each tenant the newest page, and the full ones before it.

import * as v from 'valibot';
import { Unavailable } from '../../shared/errors.ts';
import type { FeedPage } from '../revocation-feed.ts';

/** A page with so many entries is full: with 25 more at once it is still below 4 KB, which one read unit reads. */
export const FULL_PAGE_ENTRIES = 120;
/** At most so many are written at once. */
export const ENTRIES_AT_ONCE = 25;
/** No token lives for longer than a day (`accessTokenSeconds`), and clocks may differ. */
export const FULL_PAGE_SECONDS = 2 * 86_400;

/**
 * The table's own name stands in it: a table that was restored or copied has another one, and what its feed told by then is not taken
 * for all that has ended since.
 */
export const newestPageKey = (table: string, tenant: string): { id: string } => ({ id: `feed#${table}#${tenant}` });
export const fullPageKey = (tenant: string, chain: string, number: number): { id: string } => ({ id: `feed#${tenant}#${chain}#${number}` });

const pageItem = v.object({
  chain: v.string(),
  number: v.pipe(v.number(), v.integer()),
  sinceSeconds: v.exactOptional(v.number()),
  entries: v.array(v.string()),
});

/** @throws Unavailable where the item is none that we write: what it says may be that a token is dead */
export function pageFromItem(item: Record<string, unknown>): FeedPage {
  const parsed = v.safeParse(pageItem, item);
  if (!parsed.success) throw new Unavailable('dynamodb', 'feed-malformed');
  return parsed.output;
}
