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
      [graph('Grants', [sums(metrics, 'Grants', ['grantType', 'outcome'])]), graph('Locked logins', [metrics.sum('LockedLogins')])],
      [
        graph('Issue, renewal, reuse, revocation', [sums(metrics, 'AuditEvents', ['audit'])]),
        table('What did not answer', token, 'ispresent(dependency) or ispresent(breaker)', 'dependency, breaker, state, reason'),
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
        table('Why token requests were refused', token, 'outcome = "refused"', 'tenant, grantType, reason'),
        table('Why API requests were refused', authorizer, 'outcome in ["unauthorized", "forbidden"]', 'tenant, api, reason'),
      ],
      [
        table('Logins by userstore', token, 'ispresent(userstore)', 'tenant, userstore, outcome'),
        table('Wrong entries', token, 'ispresent(table)', 'table, key, path, expected'),
      ],
      [
        graph('Throttled reads and writes', throttles(storage)),
        graph('Throttled calls', [token.metricThrottles(), authorizer.metricThrottles()]),
      ],
    ],
  });
}

function graph(title: string, left: readonly IMetric[]): IWidget {
  return new GraphWidget({ title, left: [...left], width: HALF, height: 6 });
}

/** Every combination of dimensions that occurs, without naming them here. */
function sums({ namespace }: LogMetrics, metricName: MetricName, fields: readonly string[]): IMetric {
  // In quotes: a name with a hyphen, as stacks like to have, is else read as something other ("Search expression syntax").
  const schema = [namespace, ...fields.map(dimensionOf)].map((name) => `"${name}"`).join(',');
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${metricName}"', 'Sum', 300)`,
    label: '',
    usingMetrics: {},
    period: Duration.minutes(5),
  });
}

function throttles({ tenants, clients, users, tokens }: AlarmSubjects['storage']): readonly IMetric[] {
  return [tenants, clients, users, tokens].flatMap((each) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => each.metric(name, { statistic: 'Sum' })),
  );
}

function durations(handler: LambdaFunction): readonly IMetric[] {
  return ['p50', 'p99'].map((statistic) => handler.metricDuration({ statistic, label: statistic }));
}

function table(title: string, handler: LambdaFunction, condition: string, by: string): IWidget {
  return new LogQueryWidget({
    title,
    logGroupNames: [handler.logGroup.logGroupName],
    queryLines: [`filter ${condition}`, `stats count(*) as requests by ${by}`, 'sort requests desc', 'limit 20'],
    width: HALF,
    height: 6,
  });
}
