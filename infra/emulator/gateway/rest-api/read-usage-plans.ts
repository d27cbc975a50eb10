// AWS::ApiGateway::UsagePlan and its keys → who may call how often (infra/emulator/README.md, "Usage plans").

import { createHash } from 'node:crypto';
import { isRecord, numberOr, recordOrEmpty, requireList, requireText, TemplateError } from '../../template/json.ts';
import type { Resource, Template } from '../../template/read-template.ts';

export interface UsagePlan {
  readonly planId: string;
  /** Ids by value of the keys that may call. */
  readonly keys: ReadonlyMap<string, string>;
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number } | undefined;
  readonly quota: { readonly limit: number; readonly period: 'DAY' | 'WEEK' | 'MONTH' } | undefined;
}

/** API Gateway makes the value up where the template has none; here it is the same on every start. */
export function usageKeyValue({ ref, properties }: Resource): string {
  if (properties.Value !== undefined) return requireText(properties.Value, ref);
  return createHash('sha256').update(`usage key ${ref}`).digest('hex').slice(0, 40);
}

function readThrottle(value: unknown, where: string): UsagePlan['throttle'] {
  if (!isRecord(value)) return undefined;
  return { requestsPerSecond: numberOr(value.RateLimit, 0, where), burst: numberOr(value.BurstLimit, 0, where) };
}

function readQuota(value: unknown, where: string): UsagePlan['quota'] {
  if (!isRecord(value)) return undefined;
  const period = requireText(value.Period, where);
  if (period !== 'DAY' && period !== 'WEEK' && period !== 'MONTH') throw new TemplateError(where, `there is no period ${period}`);
  return { limit: numberOr(value.Limit, 0, where), period };
}

/** Whether the plan is for this stage of this API. @throws TemplateError for limits of single methods */
function isFor({ logicalId, properties }: Resource, apiId: string, stage: string): boolean {
  return requireList(properties.ApiStages ?? [], logicalId).some((value) => {
    const { ApiId, Stage, Throttle } = recordOrEmpty(value, logicalId);
    if (Object.keys(recordOrEmpty(Throttle, logicalId)).length > 0) {
      throw new TemplateError(logicalId, 'limits of single methods are not known to the local run');
    }
    return ApiId === apiId && Stage === stage;
  });
}

/** @throws TemplateError */
export function readUsagePlans(template: Template, apiId: string, stage: string): readonly UsagePlan[] {
  const live = template.resources('AWS::ApiGateway::ApiKey').filter(({ properties }) => properties.Enabled !== false);
  const links = template.resources('AWS::ApiGateway::UsagePlanKey');
  return template
    .resources('AWS::ApiGateway::UsagePlan')
    .filter((plan) => isFor(plan, apiId, stage))
    .map((plan) => {
      const ids = new Set(links.filter(({ properties }) => properties.UsagePlanId === plan.ref).map(({ properties }) => properties.KeyId));
      return {
        planId: plan.ref,
        keys: new Map(live.filter(({ ref }) => ids.has(ref)).map((key) => [usageKeyValue(key), key.ref])),
        throttle: readThrottle(plan.properties.Throttle, plan.logicalId),
        quota: readQuota(plan.properties.Quota, plan.logicalId),
      };
    });
}
