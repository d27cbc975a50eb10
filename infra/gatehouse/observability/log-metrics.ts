// Metrics out of the log lines that the functions write anyway: nothing is added to a request for them. CloudWatch
// bills each combination of dimensions that occurs, so those by tenant are on request.

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
}

export type MetricName = (typeof FILTERS)[number]['name'] | 'TenantTokenRequests' | 'TenantAuthorizations';

interface Filter {
  readonly of: 'token' | 'authorizer' | 'signingKeys';
  readonly name: string;
  /** Fields of the line that must be there; each becomes a dimension of the same name, in capitals. */
  readonly by: readonly string[];
  readonly pattern?: IFilterPattern;
  readonly value?: string;
}

const FILTERS = [
  /** ok, refused, unavailable, failed. */
  { of: 'token', name: 'TokenRequests', by: ['outcome'] },
  { of: 'token', name: 'Grants', by: ['grantType', 'outcome'] },
  { of: 'token', name: 'Logins', by: ['userstore'] },
  /** token-issued, token-renewed, refresh-token-reuse, grant-revoked, login-refused. */
  { of: 'token', name: 'AuditEvents', by: ['audit'] },
  /** Which table, secret or userstore did not answer. */
  { of: 'token', name: 'Outages', by: ['dependency'] },
  /** Userstores that are known to be down: open, half-open, closed; one for each change in each function that runs. */
  { of: 'token', name: 'CircuitBreakers', by: ['breaker', 'state'] },
  { of: 'token', name: 'LockedLogins', by: [], pattern: FilterPattern.numberValue('$.status', '=', 429) },
  /** allowed, unauthorized, forbidden, outage. */
  { of: 'authorizer', name: 'Authorizations', by: ['outcome'] },
  {
    of: 'signingKeys',
    name: 'OldestSignerSeconds',
    by: [],
    pattern: FilterPattern.exists('$.oldestSignerSeconds'),
    value: '$.oldestSignerSeconds',
  },
] as const satisfies readonly Filter[];

const TENANT_FILTERS = [
  { of: 'token', name: 'TenantTokenRequests', by: ['tenant', 'outcome'] },
  { of: 'authorizer', name: 'TenantAuthorizations', by: ['tenant', 'outcome'] },
] as const satisfies readonly Filter[];

export interface LogMetricsProps {
  readonly namespace: string;
  readonly functions: Readonly<Record<Filter['of'], LambdaFunction>>;
  readonly isPerTenant: boolean;
}

export function addLogMetrics(scope: Construct, { namespace, functions, isPerTenant }: LogMetricsProps): LogMetrics {
  for (const filter of [...FILTERS, ...(isPerTenant ? TENANT_FILTERS : [])]) addFilter(scope, namespace, functions[filter.of], filter);
  const open = (metricName: MetricName, options: Partial<MetricProps>): Metric => new Metric({ namespace, metricName, ...options });
  return {
    namespace,
    sum: (metricName, dimensionsMap = {}) => open(metricName, { dimensionsMap, statistic: 'Sum', period: Duration.minutes(5) }),
    dailyMaximum: (metricName) => open(metricName, { statistic: 'Maximum', period: Duration.days(1) }),
  };
}

function addFilter(scope: Construct, metricNamespace: string, handler: LambdaFunction, { name, by, pattern, value }: Filter): void {
  new MetricFilter(scope, name, {
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
