// Counts a request against the tiers of its caller, for APIs whose entry says so: as in WSO2 API Manager, that of
// the application for each of its users, then that of the subscription, which all users of the application share.

import type { TierEntry } from '../configuration/entries/role-and-scope-entries.ts';
import type { Api } from '../configuration/model.ts';
import { Unavailable } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { RequestCountStore } from '../storage/request-counts.ts';
import type { Principal } from './credentials/index.ts';
import { subjectOfPrincipal, subscriptionTier } from './end-user-claims.ts';

/** Throttle codes, as clients of WSO2 know them: which of the two tiers is used up. */
export type ThrottleCode = '900803' | '900804';

export type TierCount =
  | { readonly kind: 'counted' }
  | { readonly kind: 'over'; readonly code: ThrottleCode; readonly retryAfterSeconds: number };

/** Tier without a limit, which needs no entry. */
const UNLIMITED = 'Unlimited';

/** @throws Unavailable also where the entry of a tier is wrong */
export async function countTiers(
  { requestCounts, log }: { readonly requestCounts: RequestCountStore; readonly log: Log },
  principal: Principal,
  api: Api,
  nowSeconds: number,
): Promise<TierCount> {
  const { tenant, client } = principal;
  if (client === undefined) return { kind: 'counted' };
  const find = (name: string): TierEntry | undefined => {
    const tier = tenant.tiers.get(name);
    if (tier === undefined && tenant.tiers.has(name)) throw new Unavailable(`tier ${name} of ${tenant.name}`, 'wrong-entry');
    if (tier === undefined && name !== UNLIMITED) log('WARN', 'tier-missing', { tenant: tenant.name, client: client.clientId, tier: name });
    return tier;
  };
  const ofApplication = find(client.applicationTier);
  if (ofApplication !== undefined) {
    const key = JSON.stringify(['application', tenant.name, client.clientId, subjectOfPrincipal(principal)]);
    const count = await requestCounts.countRequest(key, ofApplication, nowSeconds);
    if (count.kind === 'over') return { ...count, code: '900803' };
  }
  const ofSubscription = find(subscriptionTier(client, api) ?? UNLIMITED);
  if (ofSubscription === undefined) return { kind: 'counted' };
  const key = JSON.stringify(['subscription', tenant.name, client.clientId, api.owner, api.name]);
  const count = await requestCounts.countRequest(key, ofSubscription, nowSeconds);
  return count.kind === 'over' ? { ...count, code: '900804' } : count;
}
