// Opens what a function knows of revocations and of users without a read per request.

import type { PrimaryUser } from '../configuration/model.ts';
import { errorFields, type Log } from '../shared/log.ts';
import { createSteadyClock } from '../shared/steady-clock.ts';
import type { FeedStore } from '../storage/revocation-feed.ts';
import type { UserKey } from '../storage/stores.ts';
import { MAX_FOLLOWED_USERS } from './bounds.ts';
import { followFeeds } from './follow-feeds.ts';
import { createFollowedItems, type Followed } from './followed-items.ts';
import type { KnownRevocations } from './known-revocations.ts';

export interface RevocationFeed {
  /** @throws Unavailable */
  requireRevocations(tenant: string): Promise<Followed<KnownRevocations>>;
  /** A user of the Users table, as it was at most `BELIEVED_MS` ago. @throws Unavailable */
  requireUser(key: UserKey): Promise<Followed<PrimaryUser | 'broken' | undefined>>;
  /** The clock by which ages are told: of `createSteadyClock`. */
  readonly steadyMs: () => number;
}

export interface FeedDependencies {
  readonly store: FeedStore;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Milliseconds since any moment, never put back. */
  readonly monotonic: () => number;
  /** As of `FollowFeedsOptions`. */
  readonly maxHeldIds?: number;
}

export function openFeed({ store, log, clock, monotonic, ...options }: FeedDependencies): RevocationFeed {
  const steadyMs = createSteadyClock(clock, monotonic);
  const reporting = (what: 'feeds' | 'users') => (keys: readonly string[], error: Error, ageMs: number) =>
    // Names of tenants are no secret; those of users are counted.
    log('WARN', 'revocation-feed-not-read', {
      what,
      ...(what === 'feeds' ? { tenants: keys.slice(0, 10) } : {}),
      count: keys.length,
      feedAgeSeconds: ageMs / 1000,
      ...errorFields(error),
    });
  const feeds = followFeeds({ store, clock, steadyMs, onFailure: reporting('feeds'), ...options });
  const users = createFollowedItems<{ readonly stored: PrimaryUser | 'broken' | undefined }>({
    async read(known) {
      const keys = [...known.keys()];
      const found = await store.readUsers(keys.map((key) => keyOf(key)));
      return new Map(keys.map((key, at) => [key, { stored: found[at] }]));
    },
    maxItems: MAX_FOLLOWED_USERS,
    steadyMs,
    onFailure: reporting('users'),
  });
  return {
    requireRevocations: (tenant) => feeds.require(tenant),
    async requireUser({ tenant, username }) {
      const { value, ageMs } = await users.require(JSON.stringify([tenant, username]));
      return { value: value.stored, ageMs };
    },
    steadyMs,
  };
}

function keyOf(key: string): UserKey {
  const [tenant, username] = JSON.parse(key) as [string, string];
  return { tenant, username };
}
