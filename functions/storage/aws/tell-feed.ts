// Tells the revocation feed of a tenant which grants have ended (functions/revocation-feed/README.md).

import { randomBytes } from 'node:crypto';
import { Unavailable } from '../../shared/errors.ts';
import type { DynamoDb, Item } from './dynamodb.ts';
import { ENTRIES_AT_ONCE, FULL_PAGE_ENTRIES, FULL_PAGE_SECONDS, fullPageKey, newestPageKey, pageFromItem } from './feed-items.ts';

/** How often a page may be filled by others between our look and our write. */
const MAX_ROUNDS = 20;

export interface FeedTable {
  readonly dynamoDb: DynamoDb;
  /** Tokens. */
  readonly table: string;
  /** Milliseconds since the epoch, by a clock that AWS sets. Absent: an operator's machine, of which nobody knows. */
  readonly clock?: (() => number) | undefined;
}

/**
 * When this returns, whoever reads the feed from now on reads the ids. One that is told twice is no harm.
 *
 * @throws Unavailable: some of them may stand in it
 */
export async function tellFeed(feed: FeedTable, tenant: string, grantIds: readonly string[]): Promise<void> {
  for (let from = 0; from < grantIds.length; from += ENTRIES_AT_ONCE)
    await tellSome(feed, tenant, grantIds.slice(from, from + ENTRIES_AT_ONCE));
}

async function tellSome(feed: FeedTable, tenant: string, entries: readonly string[]): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Race: others who tell something at the same time. Each adds to the list, and none to a page that is full.
    const outcome = await writeNewest(feed, tenant, 'attribute_not_exists(#entries) OR size(#entries) < :full', {
      set: ['#entries = list_append(if_not_exists(#entries, :none), :entries)'],
      values: { entries, full: FULL_PAGE_ENTRIES },
    });
    if (outcome === 'written') return;
    await turnPage(feed, tenant);
  }
  throw new Unavailable('dynamodb', 'throttled');
}

/** Writes to the newest page, which it begins where there is none. */
function writeNewest(
  { dynamoDb, table, clock }: FeedTable,
  tenant: string,
  condition: string,
  { set, values }: { set: string[]; values: Item },
) {
  const begun = ['#tenant = :tenant', '#chain = if_not_exists(#chain, :chain)', '#number = if_not_exists(#number, :zero)'];
  const nowSeconds = clock && Math.floor(clock() / 1000);
  if (nowSeconds !== undefined) begun.push('#sinceSeconds = if_not_exists(#sinceSeconds, :now)');
  return dynamoDb.update(table, newestPageKey(table, tenant), `SET ${[...set, ...begun].join(', ')}`, {
    condition,
    names: ['entries', 'tenant', 'chain', 'number', ...(nowSeconds === undefined ? [] : ['sinceSeconds'])],
    values: { ...values, none: [], tenant, chain: newChain(), zero: 0, ...(nowSeconds !== undefined && { now: nowSeconds }) },
  });
}

/** Random, so that pages of a feed that was lost are never taken for those of the next one. */
export const newChain = (): string => randomBytes(9).toString('base64url');

/**
 * Keeps the full page under a key of its own, and empties the newest one. Race: several do so at once. A full page never
 * changes, so that all of them keep the same one, and only the first empties it; who reads the newest page always finds
 * those before it.
 */
async function turnPage({ dynamoDb, table, clock }: FeedTable, tenant: string): Promise<void> {
  const item = await dynamoDb.get(table, newestPageKey(table, tenant), { isConsistent: true });
  if (item === undefined) return;
  const { chain, number, sinceSeconds, entries } = pageFromItem(item);
  if (entries.length < FULL_PAGE_ENTRIES) return;
  const expiresAt = Math.floor((clock ?? Date.now)() / 1000) + FULL_PAGE_SECONDS;
  await dynamoDb.put(table, { ...fullPageKey(tenant, chain, number), tenant, chain, number, sinceSeconds, entries, expiresAt });
  await dynamoDb.update(table, newestPageKey(table, tenant), 'SET #number = :next, #entries = :none REMOVE #sinceSeconds', {
    condition: '#chain = :chain AND #number = :number',
    names: ['chain', 'number', 'entries', 'sinceSeconds'],
    values: { chain, number, next: number + 1, none: [] },
  });
}
