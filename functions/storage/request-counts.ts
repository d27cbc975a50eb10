// Requests counted by tier, exactly, in the Tokens table: for APIs whose entry says so, at the price of a write a
// request. Usage plans of API Gateway cost nothing and are best effort.

import type { TierEntry } from '../configuration/entries/role-and-scope-entries.ts';

type RequestCount = { readonly kind: 'counted' } | { readonly kind: 'over'; readonly retryAfterSeconds: number };

export interface RequestCountStore {
  /**
   * Counts one request in the present window. Of any number at once, exactly `requests` are counted in each; windows
   * begin at multiples of `seconds` since the epoch.
   *
   * @param key who is counted for what
   * @throws Unavailable
   */
  countRequest(key: string, tier: TierEntry, nowSeconds: number): Promise<RequestCount>;
}

/** The window of a moment: what its counter is called, and when it ends. */
export function requestWindow(key: string, { seconds }: TierEntry, nowSeconds: number) {
  const window = Math.floor(nowSeconds / seconds);
  const endSeconds = (window + 1) * seconds;
  return { windowKey: JSON.stringify([key, seconds, window]), endSeconds, retryAfterSeconds: Math.max(1, endSeconds - nowSeconds) };
}
