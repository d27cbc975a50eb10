// Tiers as usage plans of a REST API: API Gateway itself counts the calls of each key, best effort, and answers 429.
// The authorizer says which key a caller counts for, by `usageKey` of its client entry; a key is never a credential.

import { ApiKey, type IApiKey, Period, UsagePlan, type UsagePlanProps } from 'aws-cdk-lib/aws-apigateway';
import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type AnyRestApi, findStage } from './rest-api.ts';

export interface UsageTier {
  /** `10PerMin`. */
  readonly name: string;
  readonly requests: number;
  /** Up to an hour, requests are let in at an even rate, with all of them at once as the burst; a day, a week (604,800) and a month (2,592,000) are quotas. */
  readonly seconds: number;
  /**
   * One key for each, which all clients share that have it as their `usageKey`: a name by application, or by tenant.
   * Default: one key for the tier. An account has 10,000 keys in all.
   */
  readonly keys?: readonly string[];
}

const HOUR = 3600;

const QUOTA_PERIODS: ReadonlyMap<number, Period> = new Map([
  [24 * HOUR, Period.DAY],
  [7 * 24 * HOUR, Period.WEEK],
  [30 * 24 * HOUR, Period.MONTH],
]);

/**
 * Makes the plan and its keys. Values of keys are API Gateway's own and in no template: `aws apigateway get-api-key
 * --include-value --api-key <output>` says what to write as `usageKey`.
 *
 * @throws Error for a tier that usage plans can't express
 */
export function addUsageTier(scope: Construct, api: AnyRestApi, tier: UsageTier): UsagePlan {
  const plan = new UsagePlan(scope, `Tier${tier.name}`, {
    name: `${scope.node.path.replaceAll('/', '-')}-${tier.name}`,
    ...limitsOf(tier),
  });
  const stage = findStage(api);
  if (stage === undefined) throw new Error(`Tier ${tier.name}: a usage plan needs an API that this app deploys to a stage.`);
  plan.addApiStage({ stage });
  for (const name of tier.keys ?? ['all']) {
    const key: IApiKey = new ApiKey(scope, `Key${tier.name}${name}`, { description: `Usage key ${name} of tier ${tier.name}.` });
    plan.addApiKey(key);
    new CfnOutput(scope, `UsageKey${tier.name}${name}`, {
      value: key.keyId,
      description: `Id of the usage key ${name} of tier ${tier.name}.`,
    });
  }
  return plan;
}

function limitsOf({ name, requests, seconds }: UsageTier): Pick<UsagePlanProps, 'throttle' | 'quota'> {
  if (!/^[A-Za-z0-9]{1,64}$/.test(name)) throw new Error(`The name of a tier is letters and digits; it is ${JSON.stringify(name)}.`);
  if (!Number.isInteger(requests) || requests < 1)
    throw new Error(`Tier ${name}: requests must be a whole number from 1; it is ${requests}.`);
  const period = QUOTA_PERIODS.get(seconds);
  if (period !== undefined) return { quota: { limit: requests, period } };
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > HOUR)
    throw new Error(`Tier ${name}: seconds must be 1 to ${HOUR}, or those of a day, a week or a month (30 days); it is ${seconds}.`);
  return { throttle: { rateLimit: requests / seconds, burstLimit: requests } };
}
