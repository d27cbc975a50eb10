// Intrinsic functions of CloudFormation as synthesised templates use them, and refusal of all that is not known.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkResourceTypes } from '../../../infra/emulator/check-resource-types.ts';
import { TemplateError } from '../../../infra/emulator/template/json.ts';
import { readTemplate } from '../../../infra/emulator/template/read-template.ts';
import { DEPLOYMENT } from '../../support/gateway-template.ts';

/** Resolves one value as the output `Value` of a template with a few resources. */
function resolved(value: unknown, parameters: Record<string, string> = {}): unknown {
  const template = readTemplate(
    {
      Parameters: { Stage: { Type: 'String', Default: 'prod' }, NoDefault: { Type: 'String' } },
      Mappings: { Regions: { 'us-east-1': { short: 'use1' } } },
      Conditions: {
        IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        IsNot: { 'Fn::Not': [{ Condition: 'IsProd' }] },
        Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsNot' }] },
        Any: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsNot' }] },
      },
      Resources: {
        Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: { 'Fn::Sub': `\${AWS::StackName}-Tenants` } } },
        Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
        Function: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { VALUE: value } } } },
        Never: { Type: 'AWS::SQS::Queue', Condition: 'IsNot', Properties: {} },
      },
    },
    DEPLOYMENT,
    { parameters },
  );
  const [handler] = template.resources('AWS::Lambda::Function');
  const environment = handler?.properties.Environment;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the one written above.
  return (environment as any)?.Variables.VALUE;
}

test('references, pseudo parameters and strings', () => {
  const tableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/Test-Tenants';
  assert.equal(resolved({ Ref: 'Table' }), 'Test-Tenants');
  assert.equal(resolved({ 'Fn::GetAtt': ['Table', 'Arn'] }), tableArn);
  assert.equal(resolved({ 'Fn::GetAtt': 'Table.Arn' }), tableArn);
  assert.equal(resolved({ Ref: 'AWS::Region' }), 'us-east-1');
  assert.equal(resolved({ 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }), 'a-123456789012');
  assert.equal(resolved({ 'Fn::Sub': `arn:\${AWS::Partition}:\${Table.Arn}:\${!Literal}` }), `arn:aws:${tableArn}:\${Literal}`);
  assert.equal(resolved({ 'Fn::Sub': [`\${a}/\${Table}`, { a: { Ref: 'Stage' } }] }), 'prod/Test-Tenants');
  assert.equal(resolved({ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }), 'b');
  assert.equal(resolved({ 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'short'] }), 'use1');
  assert.equal(resolved({ 'Fn::Base64': 'hello' }), 'aGVsbG8=');
});

test('conditions and what has no value', () => {
  assert.equal(resolved({ 'Fn::If': ['IsProd', 'yes', 'no'] }), 'yes');
  assert.equal(resolved({ 'Fn::If': ['IsProd', 'yes', 'no'] }, { Stage: 'dev' }), 'no');
  assert.equal(resolved({ 'Fn::If': ['Both', 'yes', 'no'] }), 'no');
  assert.equal(resolved({ 'Fn::If': ['Any', 'yes', 'no'] }), 'yes');
  assert.equal(resolved({ Ref: 'AWS::NoValue' }), undefined);
  assert.deepEqual(resolved(['a', { Ref: 'AWS::NoValue' }, 'b']), ['a', 'b']);
});

test('ids are the same on every start, so that entries that name them live on', () => {
  assert.match(String(resolved({ Ref: 'Api' })), /^[a-z0-9]{10}$/);
  assert.equal(resolved({ Ref: 'Api' }), resolved({ Ref: 'Api' }));
  assert.notEqual(resolved({ Ref: 'Api' }), resolved({ 'Fn::GetAtt': ['Api', 'RootResourceId'] }));
});

test('anything that is not known is a loud error', () => {
  const wrong = [
    { 'Fn::ImportValue': 'x' },
    { 'Fn::Cidr': ['10.0.0.0/16', 1, 8] },
    { Ref: 'Missing' },
    { Ref: 'Never' },
    { Ref: 'NoDefault' },
    { 'Fn::GetAtt': ['Table', 'StreamArn'] },
    { 'Fn::GetAtt': ['Function', 'SnapStartResponse.ApplyOn'] },
    { 'Fn::If': ['Missing', 1, 2] },
    { 'Fn::FindInMap': ['Regions', 'eu-west-1', 'short'] },
    { 'Fn::Select': [3, ['a']] },
    { 'Fn::Join': ['-'] },
    { 'Fn::Sub': `\${Nothing}` },
  ];
  for (const value of wrong) assert.throws(() => resolved(value), TemplateError, JSON.stringify(value));
});

test('a circle of references is an error, not an endless loop', () => {
  const document = {
    Resources: {
      A: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { Ref: 'B' } } },
      B: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { Ref: 'A' } } },
    },
  };
  assert.throws(() => readTemplate(document, DEPLOYMENT).resources('AWS::DynamoDB::Table'), /refers to itself/);
});

test('a type of resource that the local run does not obey is named', () => {
  const document = { Resources: { A: { Type: 'AWS::S3::Bucket' }, B: { Type: 'AWS::IAM::Role' } } };
  assert.throws(() => checkResourceTypes(readTemplate(document, DEPLOYMENT)), /AWS::S3::Bucket$/);
});

test('a stack takes what another one exports, or says in an output', () => {
  const producer = readTemplate(
    {
      Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders' } } },
      Outputs: { Strong: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: { 'Fn::Sub': `\${AWS::StackName}:Table` } } } },
    },
    DEPLOYMENT,
  );
  const elsewhere = {
    exported: (name: string) => producer.exports()[name],
    output: (stackName: string, name: string) => (stackName === DEPLOYMENT.stackName ? producer.outputs()[name] : undefined),
  };
  const consume = (Value: unknown): string | undefined =>
    readTemplate({ Resources: {}, Outputs: { Value: { Value } } }, DEPLOYMENT, { elsewhere }).outputs().Value;
  const arn = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders';
  assert.equal(consume({ 'Fn::ImportValue': `${DEPLOYMENT.stackName}:Table` }), arn);
  const reference = { StackName: DEPLOYMENT.stackName, Region: { Ref: 'AWS::Region' }, OutputName: 'Strong' };
  assert.equal(consume({ 'Fn::GetStackOutput': reference }), arn);
  assert.throws(() => consume({ 'Fn::ImportValue': 'nothing' }), /no stack of this run exports nothing/);
  assert.throws(() => consume({ 'Fn::GetStackOutput': { ...reference, OutputName: 'No' } }), /has an output No/);
});

test('in an app of somebody else a resource that is not known has a name and nothing behind it', () => {
  const document = {
    Resources: { Bucket: { Type: 'AWS::S3::Bucket' } },
    Outputs: {
      Name: { Value: { Ref: 'Bucket' } },
      Arn: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
      Domain: { Value: { 'Fn::GetAtt': ['Bucket', 'DomainName'] } },
    },
  };
  const { Name = '', Arn = '', Domain } = readTemplate(document, DEPLOYMENT, { isLenient: true }).outputs();
  assert.match(Arn, new RegExp(`^arn:aws:s3:.*${Name}$`));
  assert.equal(Domain, `${Name}.DomainName`);
  assert.throws(() => readTemplate(document, DEPLOYMENT).outputs(), /AWS::S3::Bucket is not known/);
});
