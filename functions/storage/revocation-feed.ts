// Revocation feed: what the functions ask of it. functions/revocation-feed/README.md has how it is kept and why.

import type { PrimaryUser } from '../configuration/model.ts';
import type { UserKey } from './stores.ts';

/** A page of a tenant's feed: ids of grants that have ended, in the order in which they did. */
export interface FeedPage {
  /** Random name of the tenant's feed: one that is begun anew, because it was lost, is another. */
  readonly chain: string;
  /** From 0. All but the newest are full and never change. */
  readonly number: number;
  /**
   * Time at which the page was begun, by the clock of who began it: what ended later stands in it, or in a later one. Undefined where
   * that clock was not one of AWS.
   */
  readonly sinceSeconds?: number | undefined;
  readonly entries: readonly string[];
}

/** Every read is strongly consistent (A83). Every method throws `Unavailable` where the table can't answer. */
export interface FeedStore {
  /** The newest page of each of at most a hundred tenants, in one call; an error for one that can't be read. */
  readNewestPages(tenants: readonly string[]): Promise<ReadonlyMap<string, FeedPage | Error | undefined>>;
  /** Begins the feed of a tenant that has none. @returns its newest page, also where somebody else has begun it */
  beginFeed(tenant: string, nowSeconds: number): Promise<FeedPage>;
  /** Full pages from `from` on, at most a hundred, before `to`; those that are there, in their order, in one call. */
  readPages(tenant: string, chain: string, from: number, to: number): Promise<readonly FeedPage[]>;
  /** Items of at most a hundred users of the Users table, in the order of the keys, in one call. */
  readUsers(keys: readonly UserKey[]): Promise<readonly (PrimaryUser | 'broken' | undefined)[]>;
}
