// The operator function: there where it was asked for alone, in the network of the logins, with no way to it but IAM.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import { openApp, openGatehouseStack, resourcesOf, textOf } from './support/synthesise-stack.ts';

const OPERATOR = 'Gatehouse: examines userstores for operators.';
const withIt = Template.fromStack(openGatehouseStack({ operatorFunction: true }));
const without = Template.fromStack(openGatehouseStack());

const functionOf = (template: Template, description: string) =>
  resourcesOf(template, 'AWS::Lambda::Function').find(({ Properties }) => Properties.Description === description);

function typesOf(template: Template): ReadonlyMap<string, number> {
  const types = new Map<string, number>();
  for (const { Type } of Object.values(template.toJSON().Resources as Record<string, { Type: string }>))
    types.set(Type, (types.get(Type) ?? 0) + 1);
  return types;
}

test('the stack as it is deployed first has none, and no output of it', () => {
  assert.equal(functionOf(without, OPERATOR), undefined);
  assert.deepEqual(without.findOutputs('OperatorFunctionName'), {});
});

test('it adds a function, a role with its policy and a log group, none of which costs anything while nobody asks; no alarm, no route', () => {
  const before = typesOf(without);
  const added = [...typesOf(withIt)]
    .map(([type, count]) => [type, count - (before.get(type) ?? 0)] as const)
    .filter(([, count]) => count !== 0);
  assert.deepEqual(Object.fromEntries(added), {
    'AWS::Lambda::Function': 1,
    'AWS::IAM::Role': 1,
    'AWS::IAM::Policy': 1,
    'AWS::Logs::LogGroup': 1,
  });
  assert.equal(Object.keys(withIt.findOutputs('OperatorFunctionName')).length, 1);
  const handler = functionOf(withIt, OPERATOR);
  const others = JSON.stringify(
    [
      ...['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::MetricFilter', 'AWS::Lambda::Permission'],
      ...['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Url', 'AWS::ApiGateway::Method', 'AWS::Events::Rule'],
    ].map((type) => resourcesOf(withIt, type)),
  );
  assert.equal(others.includes(handler?.id ?? ''), false);
  assert.equal(others.includes((handler?.id ?? '').replace('Function', 'FunctionLogs').slice(0, 30)), false);
});

test('it may read entries, users and secrets of tenants, write its own log, and nothing else', () => {
  const [role] = resourcesOf(withIt, 'AWS::IAM::Role').filter(({ id }) => id.startsWith('GatehouseOperatorFunctionRole'));
  assert.deepEqual((role?.Properties.ManagedPolicyArns as unknown) ?? [], []);
  const statements = resourcesOf(withIt, 'AWS::IAM::Policy')
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role?.id ?? '-'))
    .flatMap(
      ({ Properties }) => (Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement,
    );
  const allowed = statements.flatMap(({ Action, Resource }) =>
    [Action]
      .flat()
      .flatMap((action) => [Resource].flat().map((resource) => `${action} ${textOf(resource).replaceAll(/[0-9A-F]{8}(?=\.Arn>)/g, '')}`)),
  );
  assert.deepEqual(allowed.sort(), [
    'dynamodb:GetItem <GatehouseStorageUsers.Arn>',
    'dynamodb:Query <GatehouseStorageTenants.Arn>',
    'logs:CreateLogStream <GatehouseOperatorFunctionLogs.Arn>',
    'logs:PutLogEvents <GatehouseOperatorFunctionLogs.Arn>',
    'secretsmanager:GetSecretValue arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:Gatehouse/tenants/*',
  ]);
});

test('functions of tenants and keys of encryption are its to use where they are those of logins', () => {
  const stack = new Stack(openApp(), 'Gatehouse');
  const users = new Table(stack, 'Users', {
    partitionKey: { name: 'tenant', type: AttributeType.STRING },
    sortKey: { name: 'username', type: AttributeType.STRING },
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: new Key(stack, 'Key'),
  });
  const tenantFunctionArns = ['arn:aws:lambda:us-east-1:123456789012:function:users'];
  new Gatehouse(stack, 'Gatehouse', { operatorFunction: true, tenantFunctionArns, tables: { users } });
  const policies = resourcesOf(Template.fromStack(stack), 'AWS::IAM::Policy').filter(({ id }) =>
    id.startsWith('GatehouseOperatorFunctionRole'),
  );
  const statements = policies.flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: { Action: unknown }[] }).Statement);
  const actions = statements.flatMap(({ Action }) => [Action].flat());
  assert.ok(actions.includes('lambda:InvokeFunction') && actions.includes('kms:Decrypt'), String(actions));
  assert.equal(actions.includes('kms:Encrypt'), false);
});

test('it is where the token function is: the same subnets and the same security groups', () => {
  const stack = new Stack(openApp(), 'Gatehouse');
  const vpc = new Vpc(stack, 'Vpc', {
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
  }) as IVpc;
  const securityGroup = new SecurityGroup(stack, 'Directories', { vpc });
  const { operatorFunction } = new Gatehouse(stack, 'Gatehouse', { operatorFunction: true, vpc: { vpc, securityGroup } });
  assert.ok(operatorFunction !== undefined);
  const template = Template.fromStack(stack);
  const [operator, token] = [OPERATOR, 'Gatehouse: token API.'].map((name) => functionOf(template, name)?.Properties.VpcConfig);
  assert.ok(token !== undefined);
  assert.deepEqual(operator, token);
});
