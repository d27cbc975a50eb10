// One page that says how Gatehouse fares: who gets tokens, who is let in, what is slow, what does not answer.

import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { AlarmSubjects } from './alarms.ts';
import { dimensionOf, type LogMetrics, type MetricName } from './log-metrics.ts';

const HALF = 12;

export function addDashboard(scope: Construct, name: string, alarms: readonly Alarm[], subjects: AlarmSubjects): Dashboard {
  const { metrics, tokenApi, token, authorizer, storage } = subjects;
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: name,
    defaultInterval: Duration.hours(3),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
      [
        graph('Token requests by outcome', [sums(metrics, 'TokenRequests', ['outcome'])]),
        graph('Requests to protected APIs by outcome', [sums(metrics, 'Authorizations', ['outcome'])]),
      ],
      [
        graph('Grants', [sums(metrics, 'Grants', ['grantType', 'outcome'])]),
        graph('Logins by userstore', [sums(metrics, 'Logins', ['userstore']), metrics.sum('LockedLogins')]),
      ],
      [
        graph('Issue, renewal, reuse, revocation', [sums(metrics, 'AuditEvents', ['audit'])]),
        graph('What did not answer', [sums(metrics, 'Outages', ['dependency']), sums(metrics, 'CircuitBreakers', ['breaker', 'state'])]),
      ],
      [graph('Token function, ms', durations(token)), graph('Authorizer, ms', durations(authorizer))],
      [
        graph('Token API', [tokenApi.metricCount(), tokenApi.metricClientError(), tokenApi.metricServerError()]),
        graph(
          'Capacity of Tokens and Tenants',
          [storage.tokens, storage.tenants].flatMap((table) => [
            table.metricConsumedReadCapacityUnits(),
            table.metricConsumedWriteCapacityUnits(),
          ]),
        ),
      ],
      [
        reasons('Why token requests were refused', token, 'outcome = "refused"', 'tenant, grantType, reason'),
        reasons('Why API requests were refused', authorizer, 'outcome in ["unauthorized", "forbidden"]', 'tenant, api, reason'),
      ],
      [reasons('Wrong entries', token, 'ispresent(table)', 'table, key, path, expected', 24)],
    ],
  });
}

function graph(title: string, left: readonly IMetric[]): IWidget {
  return new GraphWidget({ title, left: [...left], width: HALF, height: 6 });
}

/** Every combination of dimensions that occurs, without naming them here. */
function sums({ namespace }: LogMetrics, metricName: MetricName, fields: readonly string[]): IMetric {
  const schema = [namespace, ...fields.map(dimensionOf)].join(',');
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${metricName}"', 'Sum', 300)`,
    label: '',
    usingMetrics: {},
    period: Duration.minutes(5),
  });
}

function durations(handler: LambdaFunction): readonly IMetric[] {
  return ['p50', 'p99'].map((statistic) => handler.metricDuration({ statistic, label: statistic }));
}

function reasons(title: string, handler: LambdaFunction, condition: string, by: string, width = HALF): IWidget {
  return new LogQueryWidget({
    title,
    logGroupNames: [handler.logGroup.logGroupName],
    queryLines: [`filter ${condition}`, `stats count(*) as requests by ${by}`, 'sort requests desc', 'limit 20'],
    width,
    height: 6,
  });
}
