// List prices of AWS in us-east-1, in US dollars, without taxes, discounts and free tiers, as they stood in November 2026 in
// the pricing pages of each service. Change them here, and the date with them.

export const PRICES = {
  asOf: '2026-11',
  /** API Gateway, a million requests: the first 333 million of a REST API, the first 300 million of an HTTP API. */
  restApiMillion: 3.5,
  httpApiMillion: 1,
  lambdaMillion: 0.2,
  /** arm64, a gigabyte of memory for a second. */
  lambdaGbSecond: 0.0000133334,
  /** DynamoDB on demand, a million units. */
  readUnitsMillion: 0.125,
  writeUnitsMillion: 0.625,
  /** CloudWatch Logs, a gigabyte taken in. */
  logsGb: 0.5,
  /** A month of each. */
  secretMonth: 0.4,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  insightRuleMonth: 0.5,
} as const;

/** What Lambda writes of its own for each invocation, in bytes: start, end and report as JSON. */
export const PLATFORM_LOG_BYTES = 400;
/** A line of the stage's access log. */
export const ACCESS_LOG_BYTES = 500;
