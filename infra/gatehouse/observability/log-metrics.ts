// Metrics out of the log lines that the functions write anyway: nothing is added to a request for them. CloudWatch bills
// each combination of dimensions that occurs, and switches a filter off that finds a thousand of them in an hour ("Metrics
// filters" of the CloudWatch Logs guide): dimensions are words of ours alone, never names of tenants, stores or APIs. What
// is counted by those is in `insight-rules.ts`, and in the log itself.

import { Metric, type MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type IFilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export interface LogMetrics {
  readonly namespace: string;
  /** Sum over five minutes of a metric with these dimensions. */
  sum(metricName: MetricName, dimensions?: Readonly<Record<string, string>>): Metric;
  /** The largest of a day. */
  dailyMaximum(metricName: MetricName): Metric;
  /** What must be there before the first line that counts is written. */
  readonly filters: readonly MetricFilter[];
}

export type MetricName = (typeof FILTERS)[number]['name'];

interface Filter {
  readonly of: 'token' | 'authorizer' | 'signingKeys';
  /** Of the metric; several filters may count for one. */
  readonly name: string;
  /** Of the construct. Absent: the name of the metric. */
  readonly id?: string;
  /** Fields of the line that must be there; each becomes a dimension of the same name, in capitals. */
  readonly by: readonly string[];
  readonly pattern?: IFilterPattern;
  readonly value?: string;
}

const FILTERS = [
  /** ok, refused, unavailable, failed. */
  { of: 'token', name: 'TokenRequests', by: ['outcome'] },
  { of: 'token', name: 'Grants', by: ['grantType', 'outcome'] },
  /** token-issued, login-refused and the like: infra/gatehouse/observability/README.md has all of them. */
  { of: 'token', name: 'AuditEvents', by: ['audit'] },
  /** Pages that end in 5xx: nobody can sign in there. */
  {
    of: 'token',
    name: 'SignInOutages',
    id: 'SignInOutageLines',
    by: [],
    pattern: FilterPattern.all(
      FilterPattern.any(
        FilterPattern.stringValue('$.endpoint', '=', '/oauth2/authorize'),
        FilterPattern.stringValue('$.endpoint', '=', '/oauth2/logout'),
      ),
      FilterPattern.numberValue('$.status', '>=', 500),
    ),
  },
  { of: 'token', name: 'LockedLogins', by: [], pattern: FilterPattern.numberValue('$.status', '=', 429) },
  /** Clients that still name the token endpoint as the audience of their assertions. */
  {
    of: 'token',
    name: 'LegacyAssertionAudiences',
    by: [],
    pattern: FilterPattern.stringValue('$.clientAssertionAudience', '=', 'token-url'),
  },
  /** allowed, unauthorized, forbidden, outage. */
  { of: 'authorizer', name: 'Authorizations', by: ['outcome'] },
  /** Logins by HTTP Basic: logged-in, login-refused, login-locked. */
  { of: 'authorizer', name: 'AuditEvents', id: 'AuthorizerAuditEvents', by: ['audit'] },
  {
    of: 'authorizer',
    name: 'LockedLogins',
    id: 'AuthorizerLockedLogins',
    by: [],
    pattern: FilterPattern.stringValue('$.audit', '=', 'login-locked'),
  },
  /** Two tenants say that an API is theirs: nobody gets in there. */
  { of: 'authorizer', name: 'ApisClaimedTwice', by: [], pattern: FilterPattern.stringValue('$.message', '=', 'api-claimed-twice') },
  /** How old what was known of revocations was, where nothing was read: of tenants with `jwtRevocation: "feed"` alone. */
  {
    of: 'authorizer',
    name: 'FeedAgeSeconds',
    by: [],
    pattern: FilterPattern.numberValue('$.feedAgeSeconds', '>=', 0),
    value: '$.feedAgeSeconds',
  },
  {
    of: 'signingKeys',
    name: 'OldestSignerSeconds',
    by: [],
    // Not "there is one": the pattern for that compares with a text, which a number may not match.
    pattern: FilterPattern.numberValue('$.oldestSignerSeconds', '>=', 0),
    value: '$.oldestSignerSeconds',
  },
] as const satisfies readonly Filter[];

export interface LogMetricsProps {
  readonly namespace: string;
  readonly functions: Readonly<Record<Filter['of'], LambdaFunction>>;
  /** Whether outages of the sign-in page are counted by themselves. */
  readonly watchesSignIn: boolean;
}

export function addLogMetrics(scope: Construct, { namespace, functions, watchesSignIn }: LogMetricsProps): LogMetrics {
  const filters = FILTERS.filter(({ name }) => watchesSignIn || name !== 'SignInOutages').map((filter) =>
    addFilter(scope, namespace, functions[filter.of], filter),
  );
  const open = (metricName: MetricName, options: Partial<MetricProps>): Metric => new Metric({ namespace, metricName, ...options });
  return {
    namespace,
    filters,
    sum: (metricName, dimensionsMap = {}) => open(metricName, { dimensionsMap, statistic: 'Sum', period: Duration.minutes(5) }),
    dailyMaximum: (metricName) => open(metricName, { statistic: 'Maximum', period: Duration.days(1) }),
  };
}

function addFilter(
  scope: Construct,
  metricNamespace: string,
  handler: LambdaFunction,
  { name, id = name, by, pattern, value }: Filter,
): MetricFilter {
  return new MetricFilter(scope, id, {
    logGroup: handler.logGroup,
    filterPattern: pattern ?? FilterPattern.all(...by.map((field) => FilterPattern.exists(`$.${field}`))),
    metricNamespace,
    metricName: name,
    metricValue: value ?? '1',
    ...(by.length > 0 && { dimensions: Object.fromEntries(by.map((field) => [dimensionOf(field), `$.${field}`])) }),
  });
}

/** `grantType` → `GrantType`. */
export function dimensionOf(field: string): string {
  return `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
}
