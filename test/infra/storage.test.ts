// The tables and the secret of the template: the keys that the functions work with, and that data is not lost by mistake.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { GatehouseStack } from '../../infra/gatehouse-stack.ts';
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

test('no table goes with the stack, unless the deployment says that it may; a rollback of its creation takes it along', () => {
  for (const { TableName } of TABLES) {
    const table = tableNamed(TableName);
    assert.deepEqual([table.DeletionPolicy, table.UpdateReplacePolicy], ['RetainExceptOnCreate', 'Retain']);
    // Protection would stop that rollback, and every deployment after it.
    assert.equal(table.replica.DeletionProtectionEnabled, false);
  }
  const throwaway = Template.fromStack(openGatehouseStack({ removalPolicy: RemovalPolicy.DESTROY }));
  for (const table of resourcesOf(throwaway, 'AWS::DynamoDB::GlobalTable')) {
    const [replica] = table.Properties.Replicas as readonly Record<string, unknown>[];
    assert.deepEqual([table.DeletionPolicy, replica?.DeletionProtectionEnabled], ['Delete', false]);
  }
});

test('once it stands, tables and the stack itself can be protected from deletion', () => {
  const stack = openGatehouseStack({ deletionProtection: true });
  for (const table of resourcesOf(Template.fromStack(stack), 'AWS::DynamoDB::GlobalTable')) {
    const [replica] = table.Properties.Replicas as readonly Record<string, unknown>[];
    assert.equal(replica?.DeletionProtectionEnabled, true);
  }
  assert.equal(stack.terminationProtection, true);
  assert.equal(openGatehouseStack().terminationProtection, false);
});

test('synthesis says that protection is a second step, for as long as it was not taken', () => {
  const hintsOf = (stack: GatehouseStack): number =>
    Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('deletionProtection: true')).length;
  assert.equal(hintsOf(openGatehouseStack()), 1);
  assert.equal(hintsOf(openGatehouseStack({ deletionProtection: true })), 0);
  assert.equal(hintsOf(openGatehouseStack({ removalPolicy: RemovalPolicy.DESTROY })), 0);
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
