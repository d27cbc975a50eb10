// Metrics, alarms and the dashboard.

import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IDependable } from 'constructs';
import { type AlarmSubjects, addAlarms, addServerErrorAlarm, type WatchedApi } from './alarms.ts';
import { addDashboard } from './dashboard.ts';
import { addInsightRules } from './insight-rules.ts';
import { addLogMetrics } from './log-metrics.ts';

export interface ObservabilitySettings {
  /** Hears of every alarm and of its end. Default: none; alarms are seen in the console alone. */
  readonly alarmTopic?: ITopic;
  /**
   * Counts by tenant and by userstore, as rules of Contributor Insights: each costs by the month and by the line, however
   * many tenants there are. Default: false; the dashboard then asks the log.
   */
  readonly metricsPerTenant?: boolean;
  /**
   * An alarm where far more logins are refused than usual. It costs as much as three others, and small deployments have
   * no usual. Default: false.
   */
  readonly refusedLoginsAlarm?: boolean;
}

export class Observability extends Construct {
  readonly #action: SnsAction | undefined;
  readonly #filters: readonly IDependable[];

  constructor(scope: Construct, id: string, prefix: string, settings: ObservabilitySettings, subjects: Omit<AlarmSubjects, 'metrics'>) {
    super(scope, id);
    const metrics = addLogMetrics(this, { namespace: `Gatehouse/${prefix}`, functions: subjects, watchesSignIn: subjects.watchesSignIn });
    this.#filters = metrics.filters;
    if (settings.metricsPerTenant === true) addInsightRules(this, prefix, subjects);
    this.#action = settings.alarmTopic === undefined ? undefined : new SnsAction(settings.alarmTopic);
    const alarms = addAlarms(this, { ...subjects, metrics }, settings.refusedLoginsAlarm ?? false);
    for (const alarm of alarms) this.#announce(alarm);
    addDashboard(this, prefix, alarms, { ...subjects, metrics });
  }

  /** To be made after it: whose first line would be written before anything counts it. */
  precede(later: Construct): void {
    later.node.addDependency(...this.#filters);
  }

  /** An authorizer that never runs writes no line: what its API answers shows it. */
  watchApi(scope: Construct, api: WatchedApi): void {
    this.#announce(addServerErrorAlarm(scope, api));
  }

  #announce(alarm: Alarm): void {
    if (this.#action === undefined) return;
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
  }
}
