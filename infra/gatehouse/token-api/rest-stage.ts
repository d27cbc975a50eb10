// How the stages of Gatehouse's own REST APIs log and limit. The access log says who asked for which resource and what
// came of it: no query string, no header, nothing of the authorizer's context but its principal (A61).

import { AccessLogFormat, EndpointType, LogGroupLogDestination, MethodLoggingLevel, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge, findingOn } from '../acknowledge.ts';

export const STAGE_NAME = 'prod';

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

export interface OpenRestApiProps {
  readonly name: string;
  readonly description: string;
  readonly logRetention: RetentionDays;
  /** Of all callers together. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Limits of some paths of their own, by `path/ANY`. */
  readonly methodLimits?: Readonly<Record<string, { readonly requestsPerSecond: number; readonly burst: number }>>;
  /** Lets API Gateway write logs: a setting of the whole account and region. */
  readonly accountCloudWatchRole: boolean;
  /** No address but that of a custom domain. */
  readonly disableExecuteApiEndpoint: boolean;
}

/** A Regional REST API with one stage. */
export function openRestApi(scope: Construct, id: string, props: OpenRestApiProps): RestApi {
  const logGroup = new LogGroup(scope, 'AccessLogs', { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
  const api = new RestApi(scope, id, {
    restApiName: props.name,
    description: props.description,
    endpointTypes: [EndpointType.REGIONAL],
    cloudWatchRole: props.accountCloudWatchRole,
    disableExecuteApiEndpoint: props.disableExecuteApiEndpoint,
    deployOptions: {
      stageName: STAGE_NAME,
      accessLogDestination: new LogGroupLogDestination(logGroup),
      accessLogFormat: AccessLogFormat.custom(JSON.stringify(FIELDS)),
      // Faults of API Gateway's configuration. INFO would log query strings, data trace headers and bodies.
      loggingLevel: MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      throttlingRateLimit: props.requestsPerSecond,
      throttlingBurstLimit: props.burst,
      methodOptions: Object.fromEntries(
        Object.entries(props.methodLimits ?? {}).map(([method, { requestsPerSecond, burst }]) => [
          method,
          // A method's settings take the place of the stage's, all of them.
          {
            loggingLevel: MethodLoggingLevel.ERROR,
            dataTraceEnabled: false,
            throttlingRateLimit: requestsPerSecond,
            throttlingBurstLimit: burst,
          },
        ]),
      ),
    },
  });
  // An output of its own that no one asked for: the stack says the URL under a better name.
  api.node.tryRemoveChild('Endpoint');
  const logsPolicy = ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs');
  acknowledge(api, {
    'AwsSolutions-APIG2': 'The function behind the API parses every request strictly and answers in the words of the RFCs.',
    'AwsSolutions-APIG3': 'A web ACL costs extra: the property `webAcl` adds one. Attempts are limited in the function itself.',
    'Serverless-APIGWXrayEnabled': 'The access log has the latency of each part of a request.',
    [findingOn(api, 'AwsSolutions-IAM4', 'Policy', logsPolicy.managedPolicyArn)]:
      'The role that API Gateway writes logs with, as AWS documents it.',
  });
  return api;
}
