// A bundled function of ours: arm64, Node 24, its own log group, and a role that may do nothing but write to it.

import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, Code, Function as LambdaFunction, LoggingFormat, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { bundle } from '#function-bundles';
import type { Environment } from '../../../functions/shared/environment.ts';
import { acknowledge, findingOn } from '../acknowledge.ts';
import { NODE_24 } from '../older-libraries.ts';
import type { AwsClient, BundleName } from './bundle-sources.ts';

export interface FunctionSettings {
  /** 1,769 MB are one virtual CPU. */
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Absent: what the account has left. 0 stops the function. */
  readonly reservedConcurrency?: number;
}

export interface FunctionPlacement {
  readonly vpc: IVpc;
  /** Absent: the private subnets. */
  readonly subnets?: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
}

export interface OpenFunctionProps {
  readonly bundle: BundleName;
  readonly description: string;
  readonly settings: FunctionSettings;
  readonly logRetention: RetentionDays;
  readonly environment: Partial<Environment>;
  /** False: events reach it through Lambda's own queue. */
  readonly isCalledSynchronously: boolean;
  /** Absent: in no VPC. */
  readonly placement?: FunctionPlacement;
  readonly awsEndpoints?: AwsEndpoints;
  /** Absent: `lean`. */
  readonly awsClient?: AwsClient;
}

/** Which of AWS's own endpoints the functions call. */
export interface AwsEndpoints {
  /** Those with cryptography validated by FIPS 140. Default: false. */
  readonly fips?: boolean;
  /** Those with addresses of IPv6 too, for subnets that have no others. Default: false. */
  readonly dualStack?: boolean;
}

export function openFunction(scope: Construct, id: string, props: OpenFunctionProps): LambdaFunction {
  const { settings, placement, awsEndpoints = {} } = props;
  const logGroup = new LogGroup(scope, `${id}Logs`, { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
  const handler = new LambdaFunction(scope, id, {
    description: props.description,
    code: Code.fromAsset(bundle(props.bundle, props.awsClient).directory),
    handler: 'index.handler',
    runtime: NODE_24,
    architecture: Architecture.ARM_64,
    memorySize: settings.memoryMb,
    timeout: Duration.seconds(settings.timeoutSeconds),
    environment: {
      ...props.environment,
      ...(awsEndpoints.fips === true && { AWS_USE_FIPS_ENDPOINT: 'true' }),
      ...(awsEndpoints.dualStack === true && { AWS_USE_DUALSTACK_ENDPOINT: 'true' }),
      // The account's own DynamoDB endpoint is a name that firewalls and endpoint policies may not know.
      ...(placement !== undefined && { AWS_ACCOUNT_ID_ENDPOINT_MODE: 'disabled' }),
    },
    role: openRole(scope, `${id}Role`, logGroup, placement !== undefined),
    logGroup,
    // Lambda leaves lines alone that are JSON already and writes START, END and REPORT, which would be more bytes than
    // our own line, for invocations alone that fail.
    loggingFormat: LoggingFormat.JSON,
    systemLogLevelV2: SystemLogLevel.WARN,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    ...(settings.reservedConcurrency !== undefined && { reservedConcurrentExecutions: settings.reservedConcurrency }),
    ...(placement !== undefined && {
      vpc: placement.vpc,
      securityGroups: [...placement.securityGroups],
      ...(awsEndpoints.dualStack === true && { ipv6AllowedForDualStack: true }),
      ...(placement.subnets !== undefined && { vpcSubnets: placement.subnets }),
    }),
  });
  acknowledge(handler, {
    'Serverless-LambdaTracing': 'Each request logs its duration and outcome in one line; X-Ray costs by the trace.',
    ...(props.isCalledSynchronously && { 'Serverless-LambdaDLQ': 'Whoever calls it waits and hears of every failure: nothing is queued.' }),
  });
  return handler;
}

/** Not AWSLambdaBasicExecutionRole, which may write to every log group of the account. */
function openRole(scope: Construct, id: string, logGroup: LogGroup, isInVpc: boolean): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }));
  if (!isInVpc) return role;
  const interfacesPolicy = ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole');
  role.addManagedPolicy(interfacesPolicy);
  acknowledge(role, {
    [findingOn(role, 'AwsSolutions-IAM4', 'Policy', interfacesPolicy.managedPolicyArn)]:
      'Lambda attaches network interfaces with this policy; EC2 knows no narrower resource for them.',
  });
  return role;
}
