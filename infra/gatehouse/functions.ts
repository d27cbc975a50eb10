// The three functions, each with the permissions that it needs and no more.

import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../../functions/shared/environment.ts';
import { type BundleName, bundle } from './bundle.ts';
import type { Storage } from './storage.ts';

export interface FunctionSettings {
  /** Megabytes; 1,769 are one virtual CPU. */
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly logRetention: RetentionDays;
  /** Absent: what the account has left. 0 stops the function. */
  readonly reservedConcurrency?: number;
}

/** A bundled function on arm64 with its own log group. */
export function openFunction(
  scope: Construct,
  id: string,
  name: BundleName,
  settings: FunctionSettings,
  environment: Partial<Environment>,
  description: string,
): LambdaFunction {
  const logGroup = new LogGroup(scope, `${id}Logs`, { retention: settings.logRetention, removalPolicy: RemovalPolicy.DESTROY });
  return new LambdaFunction(scope, id, {
    description,
    code: Code.fromAsset(bundle(name).directory),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: settings.memoryMb,
    timeout: Duration.seconds(settings.timeoutSeconds),
    environment: { ...environment },
    logGroup,
    loggingFormat: LoggingFormat.TEXT,
    ...(settings.reservedConcurrency !== undefined && { reservedConcurrentExecutions: settings.reservedConcurrency }),
  });
}

type Action = 'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

function allow(table: TableV2, actions: readonly Action[], indexes: readonly string[] = []): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn, ...indexes.map((name) => `${table.tableArn}/index/${name}`)],
  });
}

function allowReading(secretArns: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [...secretArns] });
}

/** Every secret below the prefix of tenants: which tenants there are is known at run time alone. */
export function tenantSecretsArn(scope: Construct, prefix: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** The token function writes grants, counters and replaced password hashes; it never scans a table. */
export function permitToken(handler: LambdaFunction, storage: Storage, secretArns: readonly string[]): void {
  for (const statement of [
    allow(storage.tenants, ['Query']),
    allow(storage.clients, ['GetItem']),
    allow(storage.users, ['GetItem', 'UpdateItem', 'PutItem']),
    allow(storage.tokens, ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']),
    allow(storage.tokens, ['Query'], ['byUser']),
    allowReading(secretArns),
  ])
    handler.addToRolePolicy(statement);
}

/** The authorizer reads; what it writes are the counters of failed logins and tiers, all in Tokens. */
export function permitAuthorizer(handler: LambdaFunction, storage: Storage, secretArns: readonly string[]): void {
  for (const statement of [
    allow(storage.tenants, ['Query'], ['byApi']),
    allow(storage.clients, ['GetItem']),
    allow(storage.users, ['GetItem', 'UpdateItem']),
    allow(storage.tokens, ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']),
    allowReading(secretArns),
  ])
    handler.addToRolePolicy(statement);
}
