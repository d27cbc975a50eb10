// The signing keys as the template has them: a secret without content, and who fills it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { openGatehouseStack, resourcesOf } from './support/synthesise-stack.ts';

const template = Template.fromStack(openGatehouseStack());

test('no secret passes through the template: the secret has no content in it, not even a generated one', () => {
  const [secret, ...others] = resourcesOf(template, 'AWS::SecretsManager::Secret');
  assert.equal(others.length, 0);
  assert.deepEqual(Object.keys(secret?.Properties ?? {}).sort(), ['Description', 'Name']);
  assert.equal(secret?.Properties.Name, 'Gatehouse/signing-keys');
  assert.deepEqual([secret?.DeletionPolicy, secret?.UpdateReplacePolicy], ['RetainExceptOnCreate', 'Retain']);
  const text = JSON.stringify(template.toJSON());
  for (const trace of ['PRIVATE KEY', 'SecretString', 'resolve:secretsmanager', 'GenerateSecretString'])
    assert.ok(!text.includes(trace), trace);
});

test('the signing-keys function makes the keys at deployment, once it may', () => {
  const [keys] = resourcesOf(template, 'Custom::GatehouseSigningKeys');
  const [handlerId] = Object.keys(
    template.findResources('AWS::Lambda::Function', { Properties: { Description: Match.stringLikeRegexp('signing keys') } }),
  );
  assert.deepEqual(keys?.Properties.ServiceToken, { 'Fn::GetAtt': [handlerId, 'Arn'] });
  assert.deepEqual(Object.keys(keys?.Properties ?? {}).sort(), ['KeyKindsVersion', 'ServiceTimeout', 'ServiceToken']);
  const [policyId] = Object.keys(
    template.findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('SigningKeysFunctionRole') } }),
  );
  assert.ok(keys?.DependsOn?.includes(handlerId ?? ''));
  const handler = resourcesOf(template, 'AWS::Lambda::Function').find(({ id }) => id === handlerId);
  assert.ok(handler?.DependsOn?.includes(policyId ?? ''), 'the function waits for its permissions');
});

test('and rotates them by a daily schedule', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 day)',
    State: 'ENABLED',
    Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('SigningKeysFunction'), 'Arn'] } })],
  });
});

test('an output names the function, by which an operator rotates at once; none names the secret', () => {
  const outputs = template.findOutputs('*');
  assert.match(JSON.stringify(outputs.SigningKeysFunctionName?.Value), /"Ref":"GatehouseSigningKeysFunction/);
  for (const [name, { Value }] of Object.entries(outputs)) {
    assert.ok(!JSON.stringify(Value).includes('StorageSigningKeys'), name);
  }
});
