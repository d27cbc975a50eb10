// Known revocations: what a function holds of one tenant's feed, and how far back that reaches. Order comes from the
// pages, never from a clock; a clock says only which tokens are older than all that is held.

import type { FeedPage } from '../storage/revocation-feed.ts';

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
  /** Another one when a page was forgotten: the end of a grant that was there when it was looked up may have stood in it. */
  readonly version: object;
  /** Adds a page, or what the newest one has more by now. False: it has less than was read of it before, so that some of it was lost. */
  add(page: FeedPage): boolean;
  /** Forgets the oldest page. False: the newest one is all there is. */
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
  let version = {};

  return {
    chain,
    get version() {
      return version;
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
      version = {};
      for (const id of oldest?.ids ?? []) if (pageOf.get(id) === oldest?.number) pageOf.delete(id);
      return true;
    },
  };
}
