// What a deployment costs in a month in which nobody calls it: by the resources of the template that `cdk deploy` deploys.

import { ownApp } from '../../../infra/local/app-command.ts';
import { synthesise } from '../../../infra/local/synthesise.ts';
import { PRICES } from './prices.ts';

/** One kind of resource that costs by the month. */
export interface IdleItem {
  readonly what: string;
  readonly count: number;
  /** US dollars for all of them, before the free tier: ten alarms, three dashboards and one rule of an account cost nothing. */
  readonly dollars: number;
}

const PRICED = [
  { what: 'secrets', type: 'AWS::SecretsManager::Secret', price: PRICES.secretMonth },
  { what: 'alarms', type: 'AWS::CloudWatch::Alarm', price: PRICES.alarmMonth },
  { what: 'dashboards', type: 'AWS::CloudWatch::Dashboard', price: PRICES.dashboardMonth },
  { what: 'rules of Contributor Insights', type: 'AWS::CloudWatch::InsightRule', price: PRICES.insightRuleMonth },
] as const;

export async function idleMonth(): Promise<readonly IdleItem[]> {
  const { stacks, close } = await synthesise(ownApp(), {});
  try {
    const types = stacks.flatMap(({ template }) =>
      Object.values((template as { Resources: Record<string, { Type: string }> }).Resources).map(({ Type }) => Type),
    );
    return PRICED.map(({ what, type, price }) => {
      const count = types.filter((name) => name === type).length;
      return { what, count, dollars: count * price };
    });
  } finally {
    close();
  }
}
