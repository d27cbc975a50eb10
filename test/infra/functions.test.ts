// The functions of the template: platform, environment, and every permission by name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { openGatehouseStack, type Resource, resourcesOf, textOf } from './support/synthesise-stack.ts';

const template = Template.fromStack(openGatehouseStack());
const functions = resourcesOf(template, 'AWS::Lambda::Function');

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** `action resource` for every permission of a role, hashes of logical ids left out. */
function permissionsOf(of: Template, roleName: string): string[] {
  return resourcesOf(of, 'AWS::IAM::Policy')
    .filter((policy) => JSON.stringify(policy.Properties.Roles).includes(roleName))
    .flatMap((policy) => (policy.Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .flatMap(({ Effect, Action, Resource }) => {
      assert.equal(Effect, 'Allow');
      return [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${short(textOf(resource))}`));
    })
    .sort();
}

const short = (text: string): string => text.replaceAll(/<(?:Gatehouse|Demo)(\w+?)[0-9A-F]{8}(?:\.Arn)?>/g, '<$1>');

const LOGS = (name: string) => [`logs:CreateLogStream <${name}Logs>`, `logs:PutLogEvents <${name}Logs>`];

const BOTH = [
  'dynamodb:BatchGetItem <StorageTokens>',
  'dynamodb:BatchGetItem <StorageUsers>',
  'dynamodb:GetItem <StorageClients>',
  'dynamodb:GetItem <StorageTokens>',
  'dynamodb:GetItem <StorageUsers>',
  'dynamodb:GetItem <StorageTenants>',
  'dynamodb:Query <StorageTenants>',
  'dynamodb:Query <StorageTenants>/index/byApi',
  'dynamodb:UpdateItem <StorageTokens>',
  'dynamodb:UpdateItem <StorageUsers>',
  'secretsmanager:GetSecretValue <StorageSigningKeys>',
  'secretsmanager:GetSecretValue arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:Gatehouse/tenants/*',
];

test('every function runs on arm64 and Node 24, from a bundle, with a log group of its own that forgets', () => {
  assert.equal(functions.length, 7);
  for (const { id, Properties } of functions) {
    assert.deepEqual(Properties.Architectures, ['arm64'], id);
    assert.equal(Properties.Runtime, 'nodejs24.x');
    assert.equal(Properties.Handler, 'index.handler');
    const { LogGroup } = Properties.LoggingConfig as { LogGroup: { Ref: string } };
    const logGroup = resourcesOf(template, 'AWS::Logs::LogGroup').find((group) => group.id === LogGroup.Ref);
    assert.ok(Number(logGroup?.Properties.RetentionInDays) > 0);
  }
});

test('what Lambda writes of itself is what went wrong alone, and our own lines are JSON that it leaves as they are', () => {
  for (const { id, Properties } of functions) {
    const { LogGroup, ...logging } = Properties.LoggingConfig as Record<string, unknown>;
    assert.ok(LogGroup !== undefined, id);
    assert.deepEqual(logging, { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'INFO' }, id);
  }
});

test('the token function may do this and no more', () => {
  assert.deepEqual(
    permissionsOf(template, 'GatehouseTokenFunctionRole'),
    [
      ...BOTH,
      ...LOGS('TokenFunction'),
      'dynamodb:BatchWriteItem <StorageTokens>',
      'dynamodb:DeleteItem <StorageTokens>',
      'dynamodb:PutItem <StorageTokens>',
      'dynamodb:PutItem <StorageUsers>',
      'dynamodb:Scan <StorageClients>',
    ].sort(),
  );
});

test('the authorizer may do this and no more', () => {
  assert.deepEqual(permissionsOf(template, 'GatehouseAuthorizerFunctionRole'), [...BOTH, ...LOGS('AuthorizerFunction')].sort());
});

test('the signing-keys function may do this and no more', () => {
  assert.deepEqual(
    permissionsOf(template, 'GatehouseSigningKeysFunctionRole'),
    [
      ...LOGS('SigningKeysFunction'),
      'secretsmanager:GetSecretValue <StorageSigningKeys>',
      'secretsmanager:PutSecretValue <StorageSigningKeys>',
    ].sort(),
  );
});

test('API Gateway may call the authorizer, and nothing else', () => {
  assert.deepEqual(permissionsOf(template, 'GatehouseAuthorizerInvokeRole'), ['lambda:InvokeFunction <AuthorizerFunction>']);
  const role = resourcesOf(template, 'AWS::IAM::Role').find(({ id }) => id.startsWith('GatehouseAuthorizerInvokeRole'));
  assert.ok(role !== undefined);
  const [statement] = (role.Properties.AssumeRolePolicyDocument as { Statement: Record<string, unknown>[] }).Statement;
  assert.deepEqual(statement?.Principal, { Service: 'apigateway.amazonaws.com' });
  // A condition on a key that API Gateway does not send would refuse every call: trust-policies.test.ts.
  assert.equal(statement?.Condition, undefined);
});

test('no permission is wider than its reason: one wildcard, one Scan, no managed policy but that of API Gateway for logs', () => {
  const all = ['Gatehouse', 'Demo'].flatMap((name) => permissionsOf(template, name));
  const wide = new Set(all.filter((permission) => permission.includes('*')));
  assert.deepEqual([...wide], [BOTH.at(-1)]);
  assert.equal(
    all.filter((permission) => /:(Scan|Transact)/.test(permission)).length,
    1,
    'of the attributes of workloads: permissions.test.ts',
  );
  const managedOf = (of: Template) =>
    resourcesOf(of, 'AWS::IAM::Role').flatMap((role) => ((role.Properties.ManagedPolicyArns ?? []) as unknown[]).map(textOf));
  assert.deepEqual(managedOf(template), []);
  const forLogs = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';
  assert.deepEqual(managedOf(Template.fromStack(openGatehouseStack({ accountCloudWatchRole: true }))), [forLogs]);
});

test('functions of tenants may be called one by one, and not by wildcard', () => {
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:users-of-acme';
  const open = Template.fromStack(openGatehouseStack({ tenantFunctionArns: [arn] }));
  for (const role of ['GatehouseTokenFunctionRole', 'GatehouseAuthorizerFunctionRole'])
    assert.ok(permissionsOf(open, role).includes(`lambda:InvokeFunction ${arn}`));
  assert.ok(!permissionsOf(open, 'GatehouseSigningKeysFunctionRole').some((permission) => permission.startsWith('lambda:')));
  assert.throws(() => openGatehouseStack({ tenantFunctionArns: ['arn:aws:lambda:us-east-1:123456789012:function:*'] }), /one by one/);
});

test('the functions learn the same names that the template gives, and no secret', () => {
  const variablesOf = (description: string): Record<string, unknown> => {
    const found: Resource | undefined = functions.find(({ Properties }) => String(Properties.Description).startsWith(description));
    assert.ok(found !== undefined);
    return (found.Properties.Environment as { Variables: Record<string, unknown> }).Variables;
  };
  const token = variablesOf('Gatehouse: token');
  assert.deepEqual(variablesOf('Gatehouse: authorizer'), token);
  assert.deepEqual(Object.keys(token).sort(), [
    'AUTHORIZER_CACHE_SECONDS',
    'CLIENTS_TABLE',
    'ISSUER',
    'SIGNING_KEYS_SECRET',
    'TENANTS_TABLE',
    'TENANT_SECRETS_PREFIX',
    'TOKENS_TABLE',
    'URL_SUFFIX',
    'USERS_TABLE',
  ]);
  assert.equal(short(textOf(token.ISSUER)), 'https://<TokenApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/prod');
  assert.equal(textOf(token.URL_SUFFIX), '<AWS::URLSuffix>');
  assert.deepEqual(variablesOf('Gatehouse: makes'), { SIGNING_KEYS_SECRET: 'Gatehouse/signing-keys' });
});

test('all functions call the endpoints of AWS that the deployment wants', () => {
  const regulated = Template.fromStack(openGatehouseStack({ awsEndpoints: { fips: true, dualStack: true } }));
  const isOurs = ({ Properties }: Resource) => String(Properties.Description).startsWith('Gatehouse:');
  const ours = resourcesOf(regulated, 'AWS::Lambda::Function').filter(isOurs);
  assert.equal(ours.length, 4);
  for (const { id, Properties } of ours) {
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    assert.deepEqual([Variables.AWS_USE_FIPS_ENDPOINT, Variables.AWS_USE_DUALSTACK_ENDPOINT], ['true', 'true'], id);
  }
});

test('token function and authorizer are built on the AWS SDK where the deployment wants it', () => {
  const codeOf = (of: Template, description: string): string => {
    const found = resourcesOf(of, 'AWS::Lambda::Function').find(({ Properties }) => Properties.Description === description);
    return JSON.stringify(found?.Properties.Code);
  };
  const bySdk = Template.fromStack(openGatehouseStack({ awsClient: 'sdk' }));
  for (const description of ['Gatehouse: token API.', 'Gatehouse: authorizer for API Gateway.'])
    assert.notEqual(codeOf(bySdk, description), codeOf(template, description));
  const rotation = 'Gatehouse: makes and rotates the signing keys.';
  assert.equal(codeOf(bySdk, rotation), codeOf(template, rotation));
});

test('memory, time and concurrency are properties', () => {
  const tuned = Template.fromStack(
    openGatehouseStack({ token: { memoryMb: 3000, reservedConcurrency: 50 }, authorizer: { timeoutSeconds: 5 } }),
  );
  tuned.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 3000, Timeout: 20, ReservedConcurrentExecutions: 50 });
  tuned.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 1024, Timeout: 5 });
});

test('an issuer is an https URL as RFC 8414 wants it, or is refused', () => {
  assert.doesNotThrow(() => openGatehouseStack({ issuer: 'https://login.example.com' }));
  for (const issuer of ['http://login.example.com', 'https://login.example.com/', 'https://login.example.com?a', 'login.example.com', ''])
    assert.throws(() => openGatehouseStack({ issuer }), /issuer must be/, issuer);
});
