// What each function may do: single items by key, queries by partition, and of one table a Scan that sees three attributes.

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge, findingOn } from './acknowledge.ts';
import type { GatehouseSettings } from './settings.ts';
import type { StoredTable } from './storage/existing-storage.ts';
import type { Storage } from './storage/storage.ts';

interface PermissionContext {
  readonly storage: Storage;
  readonly settings: Pick<GatehouseSettings, 'prefix' | 'tenantFunctionArns'>;
}

type Action = 'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchGetItem' | 'BatchWriteItem';

/** Writes grants and counters, and users who are copied from a secondary store. */
export function permitToken(handler: LambdaFunction, context: PermissionContext): void {
  const { storage } = context;
  handler.addToRolePolicy(allow(storage.users, ['PutItem']));
  handler.addToRolePolicy(allowWorkloadClaims(storage.clients));
  // A login writes its grant and where the user signed in by one call, which is an action of its own.
  handler.addToRolePolicy(allow(storage.tokens, ['PutItem', 'DeleteItem', 'BatchWriteItem']));
  permitClaims(handler, context);
  permitBoth(handler, context);
}

/** Reads, but for the counters of logins by HTTP Basic and of tiers. */
export function permitAuthorizer(handler: LambdaFunction, context: PermissionContext): void {
  permitClaims(handler, context);
  permitBoth(handler, context);
}

/** The entries of an API, and whose an API is that several tenants claim. */
function permitClaims(handler: LambdaFunction, { storage }: PermissionContext): void {
  handler.addToRolePolicy(allowIndex(storage.tenants, 'byApi'));
  handler.addToRolePolicy(allow(storage.tenants, ['GetItem']));
}

/** Reads entries and secrets of all tenants, as logins do, and writes nothing. */
export function permitOperator(handler: LambdaFunction, { storage, settings }: PermissionContext): void {
  handler.addToRolePolicy(allow(storage.tenants, ['Query']));
  handler.addToRolePolicy(allow(storage.users, ['GetItem']));
  const tenantSecrets = tenantSecretsArn(handler, settings.prefix);
  handler.addToRolePolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [tenantSecrets] }));
  for (const key of storage.encryptionKeys) key.grantDecrypt(handler);
  permitTenantFunctions(handler, settings.tenantFunctionArns);
  acknowledgeTenantSecrets(handler, tenantSecrets);
}

function permitBoth(handler: LambdaFunction, { storage, settings }: PermissionContext): void {
  handler.addToRolePolicy(allow(storage.tenants, ['Query']));
  handler.addToRolePolicy(allow(storage.clients, ['GetItem']));
  // A token's grant and its user are read in one call. UpdateItem replaces a password hash that a login has just verified.
  handler.addToRolePolicy(allow(storage.users, ['GetItem', 'BatchGetItem', 'UpdateItem']));
  handler.addToRolePolicy(allow(storage.tokens, ['GetItem', 'BatchGetItem', 'UpdateItem']));
  const tenantSecrets = tenantSecretsArn(handler, settings.prefix);
  handler.addToRolePolicy(
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [storage.signingKeys.policyArn, tenantSecrets] }),
  );
  for (const key of storage.encryptionKeys) key.grantEncryptDecrypt(handler);
  permitTenantFunctions(handler, settings.tenantFunctionArns);
  acknowledgeTenantSecrets(handler, tenantSecrets);
}

function permitTenantFunctions(handler: LambdaFunction, arns: readonly string[]): void {
  if (arns.length > 0) handler.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...arns] }));
}

function acknowledgeTenantSecrets(handler: LambdaFunction, tenantSecrets: string): void {
  acknowledge(handler.role ?? handler, {
    [findingOn(handler, 'AwsSolutions-IAM5', 'Resource', tenantSecrets)]:
      'Which tenants there are is known at run time alone. The code opens a secret for the tenant that its name says, and for no other.',
  });
}

function allow(table: StoredTable, actions: readonly Action[]): PolicyStatement {
  return new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] });
}

/** Which clients claim to be which workload, and nothing else of them: neither an index nor a key leads to it. */
function allowWorkloadClaims(clients: StoredTable): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:Scan'],
    resources: [clients.tableArn],
    // "Using IAM policy conditions for fine-grained access control" of the DynamoDB guide: a Scan that names no attributes
    // would give all of them.
    conditions: {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['clientId', 'tenant', 'workload'] },
      StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    },
  });
}

function allowIndex(table: StoredTable, indexName: string): PolicyStatement {
  return new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${indexName}`] });
}

function tenantSecretsArn(scope: Construct, prefix: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}/tenants/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
