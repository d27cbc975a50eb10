// Metrics, alarms and the dashboard.

import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type AlarmSubjects, addAlarms } from './alarms.ts';
import { addDashboard } from './dashboard.ts';
import { addLogMetrics } from './log-metrics.ts';

export interface ObservabilitySettings {
  /** Hears of every alarm and of its end. Default: none; alarms are seen in the console alone. */
  readonly alarmTopic?: ITopic;
  /** Metrics by tenant: each tenant that has traffic costs about two custom metrics. Default: false. */
  readonly metricsPerTenant?: boolean;
}

export class Observability extends Construct {
  constructor(scope: Construct, id: string, prefix: string, settings: ObservabilitySettings, subjects: Omit<AlarmSubjects, 'metrics'>) {
    super(scope, id);
    const metrics = addLogMetrics(this, {
      namespace: `Gatehouse/${prefix}`,
      functions: subjects,
      isPerTenant: settings.metricsPerTenant ?? false,
    });
    const alarms = addAlarms(this, { ...subjects, metrics });
    if (settings.alarmTopic !== undefined) {
      const action = new SnsAction(settings.alarmTopic);
      for (const alarm of alarms) {
        alarm.addAlarmAction(action);
        alarm.addOkAction(action);
      }
    }
    addDashboard(this, prefix, alarms, { ...subjects, metrics });
  }
}
