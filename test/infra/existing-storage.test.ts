// Tables and signing keys that are there already, as the template has them: nothing of theirs is made, and the functions
// may do with them what they may do with their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Stack } from 'aws-cdk-lib/core';
import type { GatehouseProps } from '../../infra/gatehouse/settings.ts';
import { GatehouseStack } from '../../infra/gatehouse-stack.ts';
import { openApp, openGatehouseStack, resourcesOf, textOf } from './support/synthesise-stack.ts';

const NAMES = { tenants: 'Kept-Tenants', clients: 'Kept-Clients', users: 'Kept-Users', tokens: 'Kept-Tokens' };
const arnOf = (name: string, region = 'eu-central-1', account = '123456789012') => `arn:aws:dynamodb:${region}:${account}:table/${name}`;
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Kept/signing-keys-AbCdEf';

function openStackIn(gatehouse: GatehouseProps): GatehouseStack {
  return new GatehouseStack(openApp(), 'Gatehouse', { env: { region: 'eu-central-1', account: '123456789012' }, gatehouse });
}

/** Every resource that a policy of the template names, as text. */
function permittedResources(template: Template): readonly string[] {
  return resourcesOf(template, 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: { Resource: unknown }[] }).Statement)
    .flatMap(({ Resource }) => [Resource].flat().map(textOf));
}

function variablesOf(template: Template, description: string): Record<string, unknown> {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    String(Properties.Description).includes(description),
  );
  assert.ok(found !== undefined, description);
  return (found.Properties.Environment as { Variables: Record<string, unknown> }).Variables;
}

test('tables and a secret by name: none is made, functions and outputs name them, permissions are for them alone', () => {
  const template = Template.fromStack(openGatehouseStack({ tables: NAMES, signingKeysSecret: 'Kept/signing-keys' }));
  template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  for (const description of ['token API', 'authorizer for']) {
    const variables = variablesOf(template, description);
    assert.deepEqual(
      ['TENANTS_TABLE', 'CLIENTS_TABLE', 'USERS_TABLE', 'TOKENS_TABLE', 'SIGNING_KEYS_SECRET'].map((name) => variables[name]),
      [...Object.values(NAMES), 'Kept/signing-keys'],
    );
  }
  assert.equal(variablesOf(template, 'signing keys').SIGNING_KEYS_SECRET, 'Kept/signing-keys');
  const resources = permittedResources(template);
  const here = 'arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/';
  for (const name of Object.values(NAMES)) assert.ok(resources.includes(`${here}${name}`), name);
  assert.ok(resources.includes(`${here}Kept-Tenants/index/byApi`));
  const secret = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:Kept/signing-keys-??????';
  assert.equal(resources.filter((resource) => resource === secret).length, 3);
  assert.equal(template.findOutputs('TokensTable').TokensTable?.Value, 'Kept-Tokens');
});

test('one table may exist and the others be made', () => {
  const template = Template.fromStack(openGatehouseStack({ tables: { users: 'Kept-Users' } }));
  const made = resourcesOf(template, 'AWS::DynamoDB::GlobalTable').map(({ Properties }) => Properties.TableName);
  assert.deepEqual(made.sort(), ['Gatehouse-Clients', 'Gatehouse-Tenants', 'Gatehouse-Tokens']);
  assert.equal(variablesOf(template, 'token API').USERS_TABLE, 'Kept-Users');
});

test('by ARN, of the account and Region of the stack', () => {
  const tables = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, arnOf(name)]));
  const template = Template.fromStack(openStackIn({ tables, signingKeysSecret: SECRET_ARN }));
  assert.equal(variablesOf(template, 'token API').TENANTS_TABLE, 'Kept-Tenants');
  assert.equal(variablesOf(template, 'token API').SIGNING_KEYS_SECRET, SECRET_ARN);
  const resources = permittedResources(template);
  for (const resource of [arnOf('Kept-Tenants'), `${arnOf('Kept-Tenants')}/index/byApi`, SECRET_ARN])
    assert.ok(resources.includes(resource));
});

test('as constructs of another stack, with the key of the account that they are encrypted with', () => {
  const app = openApp();
  const data = new Stack(app, 'Data');
  const encryptionKey = new Key(data, 'Key');
  const tenants = new Table(data, 'Tenants', { partitionKey: { name: 'tenant', type: AttributeType.STRING }, encryptionKey });
  const tokens = new TableV2(data, 'Tokens', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  const signingKeysSecret = new Secret(data, 'Keys', { encryptionKey });
  const stack = new GatehouseStack(app, 'Gatehouse', { gatehouse: { tables: { tenants, tokens }, signingKeysSecret } });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::DynamoDB::GlobalTable', 2);
  const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(({ id, Properties }) =>
    (Properties.PolicyDocument as { Statement: { Action: unknown }[] }).Statement.map(({ Action }) => [id, [Action].flat()] as const),
  );
  for (const role of ['GatehouseTokenFunctionRole', 'GatehouseAuthorizerFunctionRole', 'GatehouseSigningKeysFunctionRole'])
    assert.ok(
      statements.some(([id, actions]) => id.startsWith(role) && actions.includes('kms:Decrypt')),
      role,
    );
});

test('what is elsewhere, misspelt or half an ARN is refused at synthesis', () => {
  const refused = (gatehouse: GatehouseProps, message: RegExp) => assert.throws(() => openStackIn(gatehouse), message);
  refused({ tables: { tokens: arnOf('Kept-Tokens', 'us-east-1') } }, /another Region/);
  refused({ tables: { tokens: arnOf('Kept-Tokens', 'eu-central-1', '999999999999') } }, /another account/);
  refused({ tables: { tokens: 'arn:aws:dynamodb:eu-central-1:123456789012:table/' } }, /no ARN of a table/);
  refused({ tables: { tokens: SECRET_ARN } }, /no ARN of a table/);
  refused({ tables: { tokens: 'a name' } }, /no name of a table/);
  refused({ tables: { tokens: '' } }, /no name of a table/);
  refused({ signingKeysSecret: SECRET_ARN.slice(0, -7) }, /last six characters/);
  refused({ signingKeysSecret: SECRET_ARN.replace('eu-central-1', 'us-east-1') }, /another Region/);
  refused({ signingKeysSecret: 'a name' }, /no name of a secret/);
});

test('the template says which tables and secrets must be there, with their keys and indexes', () => {
  const { Metadata } = Template.fromStack(openGatehouseStack({ tables: NAMES, signingKeysSecret: 'Kept/signing-keys' })).toJSON();
  const { Tables, Secrets } = Metadata['Gatehouse::Existing'];
  assert.deepEqual(Secrets, ['Kept/signing-keys']);
  const made = resourcesOf(Template.fromStack(openGatehouseStack({ prefix: 'Kept' })), 'AWS::DynamoDB::GlobalTable');
  const shapeOf = ({ TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes }: Record<string, unknown>) => ({
    TableName,
    KeySchema,
    AttributeDefinitions,
    ...(GlobalSecondaryIndexes !== undefined && { GlobalSecondaryIndexes }),
  });
  const byName = (a: Record<string, unknown>, b: Record<string, unknown>) => (String(a.TableName) < String(b.TableName) ? -1 : 1);
  assert.deepEqual([...Tables].sort(byName), made.map(({ Properties }) => shapeOf(Properties)).sort(byName));
  assert.equal(Template.fromStack(openGatehouseStack()).toJSON().Metadata, undefined);
});
