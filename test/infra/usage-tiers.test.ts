// Tiers as usage plans.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { UsageTier } from '../../infra/gatehouse/authorizers/usage-tiers.ts';
import { openGatehouseStack, openStackBeside, resourcesOf, textOf } from './support/synthesise-stack.ts';

function planOf(tier: UsageTier, usagePlans = true) {
  const stack = openGatehouseStack({ observability: false });
  const other = openStackBeside(stack);
  const api = new RestApi(other, 'Api');
  const routes = stack.gatehouse.protectRestApi('Gatehouse', api, { usagePlans });
  routes.protect(api.root, 'GET', { kind: 'http', url: 'https://backend.example.com/' });
  routes.addTier(tier);
  const template = Template.fromStack(other);
  const [plan] = resourcesOf(template, 'AWS::ApiGateway::UsagePlan');
  return { template, properties: plan?.Properties ?? {} };
}

test('10PerMin lets ten in at once, and then one every six seconds', () => {
  const { properties } = planOf({ name: '10PerMin', requests: 10, seconds: 60 });
  assert.deepEqual(properties.Throttle, { RateLimit: 10 / 60, BurstLimit: 10 });
  assert.equal(properties.Quota, undefined);
  const [stage] = properties.ApiStages as { Stage: unknown }[];
  assert.match(textOf(stage?.Stage), /DeploymentStage/);
});

test('a day, a week and a month are quotas', () => {
  const quotaOf = (seconds: number) => planOf({ name: 'Gold', requests: 5000, seconds }).properties.Quota;
  assert.deepEqual(quotaOf(86_400), { Limit: 5000, Period: 'DAY' });
  assert.deepEqual(quotaOf(604_800), { Limit: 5000, Period: 'WEEK' });
  assert.deepEqual(quotaOf(2_592_000), { Limit: 5000, Period: 'MONTH' });
});

test('each key is one of the plan; its id is an output, its value in no template', () => {
  const { template } = planOf({ name: 'Silver', requests: 2000, seconds: 60, keys: ['AppOne', 'AppTwo'] });
  const keys = resourcesOf(template, 'AWS::ApiGateway::ApiKey');
  assert.equal(keys.length, 2);
  for (const { Properties } of keys) assert.equal(Properties.Value, undefined);
  assert.equal(resourcesOf(template, 'AWS::ApiGateway::UsagePlanKey').length, 2);
  assert.equal(Object.keys(template.findOutputs('*')).filter((name) => name.includes('UsageKeySilver')).length, 2);
});

test('what a usage plan can not express is refused', () => {
  assert.throws(() => planOf({ name: 'X', requests: 10, seconds: 7200 }), /seconds must be/);
  assert.throws(() => planOf({ name: 'X', requests: 0, seconds: 60 }), /requests must be/);
  assert.throws(() => planOf({ name: '10 per min', requests: 10, seconds: 60 }), /letters and digits/);
  assert.throws(() => planOf({ name: 'X', requests: 10, seconds: 60 }, false), /usagePlans must be true/);
});
