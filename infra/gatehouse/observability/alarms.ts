// The alarms: each names what is wrong for whom. Refused logins and tokens are no fault of ours; too many of them are
// somebody's attack.

import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  Alarm,
  type AlarmProps,
  AnomalyDetectionAlarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Storage } from '../storage/storage.ts';
import type { LogMetrics } from './log-metrics.ts';

export interface AlarmSubjects {
  readonly metrics: LogMetrics;
  readonly tokenApi: RestApi;
  readonly token: LambdaFunction;
  readonly authorizer: LambdaFunction;
  readonly signingKeys: LambdaFunction;
  readonly storage: Storage;
}

type Threshold = Pick<AlarmProps, 'metric' | 'threshold' | 'evaluationPeriods' | 'datapointsToAlarm' | 'comparisonOperator'> & {
  readonly id: string;
  readonly says: string;
  readonly treatMissingData?: TreatMissingData;
};

const ABOVE = ComparisonOperator.GREATER_THAN_THRESHOLD;
const FIVE_MINUTES = Duration.minutes(5);

/** A key signs for 90 days, and the schedule runs once a day. */
const MAX_SIGNER_SECONDS = 93 * 86_400;

export function addAlarms(scope: Construct, subjects: AlarmSubjects): readonly Alarm[] {
  const thresholds = [...requestThresholds(subjects), ...platformThresholds(subjects), ...keyThresholds(subjects)];
  const alarms = thresholds.map(
    ({ id, says, ...threshold }) =>
      new Alarm(scope, id, { treatMissingData: TreatMissingData.NOT_BREACHING, ...threshold, alarmDescription: says }),
  );
  const guessing = new AnomalyDetectionAlarm(scope, 'RefusedLogins', {
    metric: subjects.metrics.sum('Grants', { GrantType: 'password', Outcome: 'refused' }),
    stdDevs: 4,
    comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: 'Far more logins are refused than usual: somebody guesses passwords, or an application has a wrong one.',
  });
  return [...alarms, guessing];
}

/** What callers see. */
function requestThresholds({ metrics, tokenApi, authorizer }: AlarmSubjects): Threshold[] {
  const usual = { comparisonOperator: ABOVE, evaluationPeriods: 3, datapointsToAlarm: 2 } as const;
  const share = (part: IMetric, whole: IMetric): MathExpression =>
    new MathExpression({
      expression: 'IF(FILL(whole, 0) > 0, 100 * FILL(part, 0) / whole, 0)',
      usingMetrics: { part, whole },
      period: FIVE_MINUTES,
      label: 'percent',
    });
  return [
    {
      // Not Lambda's own errors: a refused token is one of those as well.
      id: 'AuthorizerOutages',
      says: 'More than 1 % of requests to protected APIs end in 500, because a table, a secret or a store does not answer.',
      metric: share(metrics.sum('Authorizations', { Outcome: 'outage' }), authorizer.metricInvocations({ period: FIVE_MINUTES })),
      threshold: 1,
      ...usual,
    },
    {
      id: 'TokenOutages',
      says: 'Token requests end in 503: a table, a secret or a userstore does not answer. The metric Outages says which.',
      metric: metrics.sum('TokenRequests', { Outcome: 'unavailable' }),
      threshold: 5,
      ...usual,
    },
    {
      id: 'TokenFailures',
      says: 'Token requests end in 500: a fault in Gatehouse. The log says where.',
      metric: metrics.sum('TokenRequests', { Outcome: 'failed' }),
      threshold: 0,
      comparisonOperator: ABOVE,
      evaluationPeriods: 1,
    },
    {
      id: 'TokenApiErrors',
      says: 'More than 1 % of requests to the token API end in 5xx.',
      metric: tokenApi.metricServerError({ period: FIVE_MINUTES, statistic: 'Average' }),
      threshold: 0.01,
      ...usual,
    },
    {
      id: 'RefreshTokenReuse',
      says: 'A refresh token was used twice: it was stolen, or an application keeps a used one. Its grant is dead.',
      metric: metrics.sum('AuditEvents', { Audit: 'refresh-token-reuse' }),
      threshold: 0,
      comparisonOperator: ABOVE,
      evaluationPeriods: 1,
    },
  ];
}

/** What AWS says of the functions and tables. */
function platformThresholds({ token, authorizer, storage }: AlarmSubjects): Threshold[] {
  const functions = Object.entries({ Token: token, Authorizer: authorizer }).flatMap(([name, handler]) => [
    {
      id: `${name}Throttles`,
      says: `The ${name.toLowerCase()} function is throttled: it needs more concurrency than it is given.`,
      metric: handler.metricThrottles({ period: FIVE_MINUTES }),
      threshold: 0,
      comparisonOperator: ABOVE,
      evaluationPeriods: 1,
    },
    {
      id: `${name}Slow`,
      says: `One in a hundred calls of the ${name.toLowerCase()} function takes more than 80 % of its time limit.`,
      metric: handler.metricDuration({ period: FIVE_MINUTES, statistic: 'p99' }),
      threshold: 0.8 * (handler.timeout?.toMilliseconds() ?? 3000),
      comparisonOperator: ABOVE,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    },
  ]);
  const tables = [storage.tenants, storage.clients, storage.users, storage.tokens];
  const throttles = tables.flatMap((table) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => table.metric(name, { period: FIVE_MINUTES, statistic: 'Sum' })),
  );
  const usingMetrics = Object.fromEntries(throttles.map((metric, at) => [`m${at}`, metric]));
  return [
    ...functions,
    {
      id: 'TableThrottles',
      says: 'DynamoDB throttles a table: traffic rose faster than on-demand capacity, or one partition is hot.',
      metric: new MathExpression({ expression: 'SUM(METRICS())', usingMetrics, period: FIVE_MINUTES, label: 'throttled' }),
      threshold: 0,
      comparisonOperator: ABOVE,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    },
  ];
}

function keyThresholds({ metrics, signingKeys }: AlarmSubjects): Threshold[] {
  return [
    {
      id: 'KeyRotationFailed',
      says: 'The signing-keys function failed. It tries again every day; the keys sign on until then.',
      metric: signingKeys.metricErrors({ period: Duration.hours(1) }),
      threshold: 0,
      comparisonOperator: ABOVE,
      evaluationPeriods: 1,
    },
    {
      id: 'KeyRotationOverdue',
      says: 'A signing key is older than it should get, or the daily look at the keys does not happen.',
      metric: metrics.dailyMaximum('OldestSignerSeconds'),
      threshold: MAX_SIGNER_SECONDS,
      comparisonOperator: ABOVE,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    },
  ];
}
