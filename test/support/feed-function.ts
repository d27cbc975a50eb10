// An authorizer’s check of access tokens with a revocation feed, on the stores of a test, which counts what it reads.

import { createAccessTokenCheck } from '../../functions/own-tokens/check-access-token.ts';
import { createCheckByFeed } from '../../functions/own-tokens/check-by-feed.ts';
import { openFeed } from '../../functions/revocation-feed/open-feed.ts';
import { lazy } from '../../functions/shared/lazy.ts';
import type { LogFields } from '../../functions/shared/log.ts';
import type { MemoryStores } from './memory-stores.ts';

interface FunctionOptions {
  readonly stores: MemoryStores;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** As of `FollowFeedsOptions`. */
  readonly maxHeldIds?: number;
}

/** One function as it starts: it knows nothing yet. */
export function openFeedFunction({ stores, issuer, clock, ...options }: FunctionOptions) {
  const reads: string[] = [];
  const lines: LogFields[] = [];
  const counted = <T extends object>(what: string, store: T): T =>
    new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => {
          reads.push(`${what}.${String(name)}`);
          return member.apply(target, given);
        };
      },
    });
  const grants = counted('grants', stores.grants);
  const read = { ...stores, grants, holders: counted('holders', stores.holders), users: counted('users', stores.users) };
  const checkByFeed = lazy(async () => {
    const store = counted('feed', await stores.feed());
    return createCheckByFeed(
      read,
      openFeed({ store, clock, monotonic: () => 0, log: (_level, event, fields) => void lines.push({ event, ...fields }), ...options }),
    );
  });
  const check = createAccessTokenCheck({ ...read, issuer, checkByFeed });
  return {
    check: (token: string) => check(token, Math.floor(clock() / 1000)),
    /** `live`, or why not. */
    async says(token: unknown): Promise<string> {
      const checked = await check(String(token), Math.floor(clock() / 1000));
      return checked.kind === 'live' ? 'live' : checked.reason;
    },
    /** What is read for one token, by name. */
    async readsFor(token: unknown): Promise<string[]> {
      reads.length = 0;
      await check(String(token), Math.floor(clock() / 1000));
      return [...reads];
    },
    lines,
  };
}
