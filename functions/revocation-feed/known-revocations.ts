// Known revocations: what a function holds of one tenant's feed, and how far back that reaches. Order comes from the
// pages, never from a clock; a clock says only which tokens are older than all that is held.

import { createLruMap, type LruMap } from '../shared/lru-map.ts';
import type { FeedPage } from '../storage/revocation-feed.ts';
import { MAX_LOOKED_UP_GRANTS } from './bounds.ts';

interface HeldPage {
  readonly number: number;
  sinceSeconds: number | undefined;
  readonly ids: Set<string>;
}

export interface KnownRevocations {
  readonly chain: string;
  /** Number of the newest page that was read. */
  readonly newest: number;
  readonly size: number;
  has(grantId: string): boolean;
  /** All that has ended since this time, epoch seconds, is known. Infinity: of no time yet. */
  coveredFromSeconds(): number;
  /** Grants older than that, which were looked up in the table and were there. Their end stands in a page that is held, or in none yet. */
  readonly lookedUp: LruMap<true>;
  /** Adds a page, or what the newest one has more by now. False: it has less than was read of it before, so that some of it was lost. */
  add(page: FeedPage): boolean;
  /** Forgets the oldest page, and with it who was looked up: whose end stood in it. False: the newest one is all there is. */
  forgetOldest(): boolean;
}

/**
 * @param startedAtSeconds time, by the reader's clock, at which its newest page was read: from then on all is known. Infinity where
 *   that was not so
 */
export function createKnownRevocations(chain: string, startedAtSeconds: number): KnownRevocations {
  const pages: HeldPage[] = [];
  /** The last page that an id stands in: it may have been told twice. */
  const pageOf = new Map<string, number>();
  let isWhole = true;
  let lookedUp = createLruMap<true>(MAX_LOOKED_UP_GRANTS);

  return {
    chain,
    get lookedUp() {
      return lookedUp;
    },
    get newest() {
      return pages.at(-1)?.number ?? -1;
    },
    get size() {
      return pageOf.size;
    },
    has: (grantId) => pageOf.has(grantId),
    coveredFromSeconds() {
      const known = pages.find(({ sinceSeconds }) => sinceSeconds !== undefined)?.sinceSeconds ?? Number.POSITIVE_INFINITY;
      return isWhole ? Math.min(known, startedAtSeconds) : known;
    },
    add({ number, sinceSeconds, entries }) {
      const last = pages.at(-1);
      // Race: two readings at once, of which one was frozen on its way from page to page. The other has added this one.
      if (last !== undefined && number < last.number) return true;
      const page = last?.number === number ? last : { number, sinceSeconds, ids: new Set<string>() };
      if (page !== last) pages.push(page);
      page.sinceSeconds ??= sinceSeconds;
      for (const id of entries) {
        page.ids.add(id);
        pageOf.set(id, number);
      }
      return page.ids.size === new Set(entries).size;
    },
    forgetOldest() {
      if (pages.length < 2) return false;
      const oldest = pages.shift();
      isWhole = false;
      lookedUp = createLruMap<true>(MAX_LOOKED_UP_GRANTS);
      for (const id of oldest?.ids ?? []) if (pageOf.get(id) === oldest?.number) pageOf.delete(id);
      return true;
    },
  };
}
