// The revocation feed in memory, kept as `functions/storage/aws/tell-feed.ts` keeps it.

import { FULL_PAGE_ENTRIES } from '../../functions/storage/aws/feed-items.ts';
import type { FeedPage, FeedStore } from '../../functions/storage/revocation-feed.ts';

export function openMemoryFeed(nowSeconds: () => number, fullPageEntries = FULL_PAGE_ENTRIES) {
  const newest = new Map<string, FeedPage>();
  const full = new Map<string, FeedPage>();
  let chains = 0;
  const key = (tenant: string, chain: string, number: number) => JSON.stringify([tenant, chain, number]);
  const begin = (tenant: string, sinceSeconds: number): FeedPage => {
    const page = newest.get(tenant) ?? { chain: `chain-${++chains}`, number: 0, sinceSeconds, entries: [] };
    newest.set(tenant, page);
    return page;
  };
  const reader: Omit<FeedStore, 'readUsers'> = {
    readNewestPages: async (tenants) => new Map(tenants.map((tenant) => [tenant, newest.get(tenant)])),
    beginFeed: async (tenant, now) => begin(tenant, now),
    async readPages(tenant, chain, from, to) {
      const pages = Array.from({ length: to - from }, (_, at) => full.get(key(tenant, chain, from + at)));
      return pages.filter((page) => page !== undefined);
    },
  };
  return {
    ...reader,
    tell(tenant: string, entries: readonly string[], sinceSeconds = nowSeconds()): void {
      let page = begin(tenant, sinceSeconds);
      if (page.entries.length >= fullPageEntries) {
        full.set(key(tenant, page.chain, page.number), page);
        page = { chain: page.chain, number: page.number + 1, sinceSeconds, entries: [] };
      }
      newest.set(tenant, { ...page, entries: [...page.entries, ...entries] });
    },
    /** Loses the newest page, or a full one. */
    lose(tenant: string, number?: number): void {
      const page = newest.get(tenant);
      if (number === undefined) newest.delete(tenant);
      else if (page !== undefined) full.delete(key(tenant, page.chain, number));
    },
    newestOf: (tenant: string) => newest.get(tenant),
  };
}
