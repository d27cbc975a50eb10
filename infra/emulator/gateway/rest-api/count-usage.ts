// What is left of a key's rate and quota. API Gateway counts best effort; here the count is exact
// (infra/emulator/README.md, "Usage plans").

import { GatewayFailure } from '../gateway-failure.ts';
import type { UsagePlan } from './read-usage-plans.ts';

export interface UsageCounters {
  /** Takes one request off a key's account. @throws GatewayFailure INVALID_API_KEY, THROTTLED, QUOTA_EXCEEDED */
  take(plans: readonly UsagePlan[], keyValue: string | undefined): void;
}

const DAY_MS = 86_400_000;

/** Periods begin at midnight UTC: of the day, of Sunday, of the first of the month. */
function periodOf(period: 'DAY' | 'WEEK' | 'MONTH', ms: number): string {
  if (period === 'MONTH') return new Date(ms).toISOString().slice(0, 7);
  const day = Math.floor(ms / DAY_MS);
  // The epoch began on a Thursday.
  return period === 'DAY' ? `day ${day}` : `week ${Math.floor((day + 4) / 7)}`;
}

/** @param clock milliseconds since the epoch */
export function openUsageCounters(clock: () => number): UsageCounters {
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  const used = new Map<string, { readonly period: string; readonly count: number }>();

  function throttle(account: string, { requestsPerSecond, burst }: NonNullable<UsagePlan['throttle']>): void {
    const now = clock();
    const known = buckets.get(account) ?? { tokens: burst, atMs: now };
    const tokens = Math.min(burst, known.tokens + ((now - known.atMs) / 1000) * requestsPerSecond);
    if (tokens < 1) throw new GatewayFailure('THROTTLED', `${account} is over its rate`);
    buckets.set(account, { tokens: tokens - 1, atMs: now });
  }

  function count(account: string, { limit, period: name }: NonNullable<UsagePlan['quota']>): void {
    const period = periodOf(name, clock());
    const known = used.get(account);
    const before = known?.period === period ? known.count : 0;
    if (before >= limit) throw new GatewayFailure('QUOTA_EXCEEDED', `${account} has used up its quota`);
    used.set(account, { period, count: before + 1 });
  }

  return {
    take(plans, keyValue) {
      const plan = keyValue === undefined ? undefined : plans.find(({ keys }) => keys.has(keyValue));
      if (plan === undefined || keyValue === undefined)
        throw new GatewayFailure('INVALID_API_KEY', 'no usage plan of this API has the key');
      const account = `${plan.planId} ${plan.keys.get(keyValue)}`;
      if (plan.throttle !== undefined) throttle(account, plan.throttle);
      if (plan.quota !== undefined) count(account, plan.quota);
    },
  };
}
