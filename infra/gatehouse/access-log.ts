// Access logs of the REST APIs: who asked for which resource and what came of it. No query string, no header but the
// client's address, nothing of the authorizer's context but its principal (A61).

import { AccessLogFormat, LogGroupLogDestination, MethodLoggingLevel, type StageOptions } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

const FIELDS = {
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  time: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  httpMethod: '$context.httpMethod',
  resourcePath: '$context.resourcePath',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integration.latency',
  principal: '$context.authorizer.principalId',
  authorizerStatus: '$context.authorizer.status',
  authorizerLatency: '$context.authorizer.latency',
  responseType: '$context.error.responseType',
} as const;

/** The options of a stage that logs so, and limits the rate of all callers together. */
export function stageOptions(
  scope: Construct,
  settings: {
    readonly stageName: string;
    readonly requestsPerSecond: number;
    readonly burst: number;
    readonly logRetention: RetentionDays;
  },
): StageOptions {
  const logGroup = new LogGroup(scope, 'AccessLogs', { retention: settings.logRetention, removalPolicy: RemovalPolicy.DESTROY });
  return {
    stageName: settings.stageName,
    accessLogDestination: new LogGroupLogDestination(logGroup),
    accessLogFormat: AccessLogFormat.custom(JSON.stringify(FIELDS)),
    // Errors of API Gateway's own configuration. INFO would log query strings, data trace bodies and headers.
    loggingLevel: MethodLoggingLevel.ERROR,
    dataTraceEnabled: false,
    throttlingRateLimit: settings.requestsPerSecond,
    throttlingBurstLimit: settings.burst,
  };
}
