// The tables and the secret of the template: the keys that the functions work with, and that data is not lost by mistake.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { TABLES } from '../support/tables.ts';
import { openGatehouseStack, resourcesOf } from './support/synthesise-stack.ts';

const template = Template.fromStack(openGatehouseStack());
const tables = resourcesOf(template, 'AWS::DynamoDB::GlobalTable');

function tableNamed(name: string | undefined) {
  const table = tables.find((candidate) => candidate.Properties.TableName === name);
  assert.ok(table !== undefined, `${name} is there`);
  const [replica] = table.Properties.Replicas as readonly Record<string, unknown>[];
  return { ...table, replica: replica ?? {} };
}

test('the four tables have the keys and indexes that the stores are tested with', () => {
  assert.equal(tables.length, 4);
  for (const expected of TABLES) {
    const { Properties } = tableNamed(expected.TableName);
    assert.deepEqual(Properties.KeySchema, expected.KeySchema);
    assert.deepEqual(Properties.GlobalSecondaryIndexes, expected.GlobalSecondaryIndexes);
    for (const { AttributeType } of Properties.AttributeDefinitions as { AttributeType: string }[]) assert.equal(AttributeType, 'S');
  }
});

test('tables are paid by request', () => {
  for (const { Properties } of tables) assert.equal(Properties.BillingMode, 'PAY_PER_REQUEST');
});

test('what operators wrote can be restored to any second; tokens need not be', () => {
  const isRestorable = (name: string) => tableNamed(name).replica.PointInTimeRecoverySpecification;
  for (const name of ['Gatehouse-Tenants', 'Gatehouse-Clients', 'Gatehouse-Users'])
    assert.deepEqual(isRestorable(name), { PointInTimeRecoveryEnabled: true });
  assert.deepEqual(isRestorable('Gatehouse-Tokens'), { PointInTimeRecoveryEnabled: false });
});

test('no table goes with the stack or by mistake, unless the deployment says that it may', () => {
  for (const { TableName } of TABLES) {
    const table = tableNamed(TableName);
    assert.equal(table.replica.DeletionProtectionEnabled, true);
    assert.deepEqual([table.DeletionPolicy, table.UpdateReplacePolicy], ['Retain', 'Retain']);
  }
  const throwaway = Template.fromStack(openGatehouseStack({ removalPolicy: RemovalPolicy.DESTROY }));
  for (const table of resourcesOf(throwaway, 'AWS::DynamoDB::GlobalTable')) {
    const [replica] = table.Properties.Replicas as readonly Record<string, unknown>[];
    assert.deepEqual([table.DeletionPolicy, replica?.DeletionProtectionEnabled], ['Delete', false]);
  }
});

test('only Tokens forgets by itself, at expiresAt', () => {
  assert.deepEqual(tableNamed('Gatehouse-Tokens').Properties.TimeToLiveSpecification, { AttributeName: 'expiresAt', Enabled: true });
  for (const name of ['Gatehouse-Tenants', 'Gatehouse-Clients', 'Gatehouse-Users'])
    assert.equal(tableNamed(name).Properties.TimeToLiveSpecification, undefined);
});

test('a prefix of its own names every table and the secret', () => {
  const other = Template.fromStack(openGatehouseStack({ prefix: 'Door' }));
  const names = resourcesOf(other, 'AWS::DynamoDB::GlobalTable').map((table) => table.Properties.TableName);
  assert.deepEqual(names.sort(), ['Door-Clients', 'Door-Tenants', 'Door-Tokens', 'Door-Users']);
  other.hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'Door/signing-keys' });
});
