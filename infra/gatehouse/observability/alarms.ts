// The alarms: each names what is wrong for whom. Refused logins and tokens are no fault of ours; too many of them are
// somebody's attack.

import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { requireAnomalyDetection } from '../older-libraries.ts';
import type { Storage } from '../storage/storage.ts';
import type { LogMetrics } from './log-metrics.ts';

export interface AlarmSubjects {
  readonly metrics: LogMetrics;
  readonly tokenApi: RestApi;
  readonly token: LambdaFunction;
  readonly authorizer: LambdaFunction;
  readonly signingKeys: LambdaFunction;
  readonly storage: Storage;
  /** Whether the sign-in page has an alarm of its own. */
  readonly watchesSignIn: boolean;
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

const SERVER_ERRORS = 'ServerErrors';
const REFUSED_LOGINS = 'RefusedLogins';

/** @param id heading of the section in the runbook; a test holds that there is one */
function describe(id: string, says: string): string {
  return `${says} Runbook of Gatehouse (infra/gatehouse/observability/RUNBOOK.md): ${id}.`;
}

/** @param watchesRefusals with an alarm that learns what is usual, which costs as much as three */
export function addAlarms(scope: Construct, subjects: AlarmSubjects, watchesRefusals: boolean): readonly Alarm[] {
  const thresholds = [...requestThresholds(subjects), ...platformThresholds(subjects), ...keyThresholds(subjects)];
  const alarms = thresholds.map(
    ({ id, says, ...threshold }) =>
      new Alarm(scope, id, { treatMissingData: TreatMissingData.NOT_BREACHING, ...threshold, alarmDescription: describe(id, says) }),
  );
  return watchesRefusals ? [...alarms, addRefusedLoginsAlarm(scope, subjects)] : alarms;
}

/** What a REST or an HTTP API says of itself. */
export interface WatchedApi {
  metricServerError(options: MetricOptions): IMetric;
}

/** In the stack of the API, which may be another than ours. */
export function addServerErrorAlarm(scope: Construct, api: WatchedApi): Alarm {
  return new Alarm(scope, SERVER_ERRORS, {
    alarmDescription: describe(
      SERVER_ERRORS,
      'More than 1 % of requests to an API behind Gatehouse end in 5xx: its backend fails, or the authorizer can not be called or decides nothing. The access log says which.',
    ),
    metric: api.metricServerError({ period: FIVE_MINUTES, statistic: 'Average' }),
    threshold: 0.01,
    comparisonOperator: ABOVE,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}

function addRefusedLoginsAlarm(scope: Construct, { metrics }: AlarmSubjects): Alarm {
  const AnomalyDetectionAlarm = requireAnomalyDetection();
  return new AnomalyDetectionAlarm(scope, REFUSED_LOGINS, {
    metric: metrics.sum('Grants', { GrantType: 'password', Outcome: 'refused' }),
    stdDevs: 4,
    comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: describe(
      REFUSED_LOGINS,
      'Far more logins are refused than usual: somebody guesses passwords, or an application has a wrong one.',
    ),
  });
}

/** What callers see. */
function requestThresholds({ metrics, tokenApi, watchesSignIn }: AlarmSubjects): Threshold[] {
  const usual = { comparisonOperator: ABOVE, evaluationPeriods: 3, datapointsToAlarm: 2 } as const;
  const once = { threshold: 0, comparisonOperator: ABOVE, evaluationPeriods: 1 } as const;
  return [
    {
      // Not Lambda's own errors: a refused token is one of those as well.
      id: 'AuthorizerOutages',
      says: 'Requests to protected APIs end in 500: a table, a secret or a store does not answer. The log of the authorizer says which.',
      metric: metrics.sum('Authorizations', { Outcome: 'outage' }),
      threshold: 5,
      ...usual,
    },
    {
      id: 'TokenOutages',
      says: 'Token requests end in 503: a table, a secret or a userstore does not answer. The log of the token function says which.',
      metric: metrics.sum('TokenRequests', { Outcome: 'unavailable' }),
      threshold: 5,
      ...usual,
    },
    {
      id: 'TokenFailures',
      says: 'Token requests end in 500: a fault in Gatehouse. The log says where.',
      metric: metrics.sum('TokenRequests', { Outcome: 'failed' }),
      ...once,
    },
    ...(watchesSignIn
      ? [
          {
            id: 'SignInOutages',
            says: 'The sign-in page shows people that it is not available: a table, a secret or a userstore does not answer. The log of the token function says which.',
            metric: metrics.sum('SignInOutages'),
            threshold: 5,
            ...usual,
          },
        ]
      : []),
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
      ...once,
    },
    {
      id: 'ApiClaimedTwice',
      says: 'Entries of two tenants claim the same paths of one API: nobody gets in there. The log of the authorizer names them.',
      metric: metrics.sum('ApisClaimedTwice'),
      ...once,
    },
  ];
}

/** What AWS says of the functions, and of the one table that every login writes to. */
function platformThresholds({ token, authorizer, storage }: AlarmSubjects): Threshold[] {
  const slow = Object.entries({ Token: token, Authorizer: authorizer }).map(([name, handler]) => ({
    id: `${name}Slow`,
    says: `One in a hundred calls of the ${name.toLowerCase()} function takes more than half of its time limit.`,
    metric: handler.metricDuration({ period: FIVE_MINUTES, statistic: 'p99' }),
    threshold: 0.5 * (handler.timeout?.toMilliseconds() ?? 3000),
    comparisonOperator: ABOVE,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  }));
  return [
    ...slow,
    {
      id: 'FunctionThrottles',
      says: 'The token function or the authorizer is throttled: it needs more concurrency than it or the account is given.',
      metric: total([token.metricThrottles({ period: FIVE_MINUTES }), authorizer.metricThrottles({ period: FIVE_MINUTES })]),
      threshold: 0,
      comparisonOperator: ABOVE,
      evaluationPeriods: 1,
    },
    {
      // The other tables are read from caches, and throttling that users notice is an outage, which has its alarms.
      id: 'TableThrottles',
      says: 'DynamoDB throttles the table Tokens: traffic rose faster than on-demand capacity, or one partition is hot.',
      metric: total(
        ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) =>
          storage.tokens.metric(name, { period: FIVE_MINUTES, statistic: 'Sum' }),
        ),
      ),
      threshold: 0,
      comparisonOperator: ABOVE,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    },
  ];
}

/** Each metric that an alarm adds up is paid for like an alarm of its own. */
function total(metrics: readonly IMetric[]): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, at) => [`m${at}`, metric]));
  return new MathExpression({ expression: 'SUM(METRICS())', usingMetrics, period: FIVE_MINUTES, label: 'throttled' });
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
