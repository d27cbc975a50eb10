// What `cdk deploy` can be told by context.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { App, RemovalPolicy } from 'aws-cdk-lib/core';
import type { GatehouseProps } from '../../infra/gatehouse/settings.ts';
import { GatehouseStack } from '../../infra/gatehouse-stack.ts';
import { readContext } from '../../infra/read-context.ts';
import { openApp } from './support/synthesise-stack.ts';

const read = (context: Record<string, unknown>) => readContext(new App({ context }).node);

test('nothing said is no demo and every default', () => {
  assert.deepEqual(read({}), { demo: false, gatehouse: { accountCloudWatchRole: true } });
});

test('values of the command line are text', () => {
  assert.deepEqual(read({ demo: 'true', disposable: 'true', issuer: 'https://login.example.com' }), {
    demo: true,
    gatehouse: { accountCloudWatchRole: true, issuer: 'https://login.example.com', removalPolicy: RemovalPolicy.DESTROY },
  });
  assert.equal(read({ demo: 'false', disposable: false }).demo, false);
});

test('plain properties reach the template', () => {
  const gatehouse = {
    authorizerCacheSeconds: 30,
    prefix: 'Door',
    webAcl: {},
    operatorFunction: true,
    observability: { metricsPerTenant: true },
    token: { memoryMb: 2048 },
  };
  const context = read({ gatehouse });
  assert.deepEqual(context.gatehouse, { accountCloudWatchRole: true, ...gatehouse });
  assert.deepEqual(read({ gatehouse: JSON.stringify(gatehouse) }), context);
  const template = Template.fromStack(new GatehouseStack(openApp(), 'Gatehouse', context));
  template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 2048 });
  template.resourceCountIs('AWS::WAFv2::WebACL', 1);
  template.hasOutput('OperatorFunctionName', {});
});

test('a misspelt or mistyped property is named', () => {
  assert.throws(() => read({ gatehouse: { operatorFunction: 'true' } }), /gatehouse\.operatorFunction/);
  assert.throws(() => read({ gatehouse: { authoriserCacheSeconds: 30 } }), /gatehouse\.authoriserCacheSeconds/);
  assert.throws(
    () => read({ gatehouse: { webAcl: { tokenRequestsPerFiveMinutes: '600' } } }),
    /gatehouse\.webAcl\.tokenRequestsPerFiveMinutes/,
  );
  assert.throws(() => read({ gatehouse: 'yes' }), /The context is wrong/);
});

test('a value that nobody reads is refused, and so is one that is neither true nor false', () => {
  assert.throws(() => read({ isuer: 'https://login.example.com' }), /isuer: there is no such value; there are demo/);
  assert.throws(() => read({ demo: 'yes' }), /demo: true or false/);
  assert.throws(() => read({ disposable: 1 }), /disposable: true or false/);
  assert.throws(() => read({ issuer: 7 }), /issuer: text/);
  assert.throws(() => read({ demoUrl: true }), /demoUrl: text/);
  assert.equal(read({ demo: true, demoUrl: 'https://mcp.example.com' }).demoUrl, 'https://mcp.example.com');
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as { context: Record<string, unknown> };
  const lookedUp = {
    ...context,
    'availability-zones:account=123456789012:region=us-east-1': ['us-east-1a'],
    'aws:cdk:bundling-stacks': ['**'],
  };
  assert.equal(read({ ...lookedUp, demo: true }).demo, true);
});

test('the role with which API Gateway writes logs belongs to the account: this app makes it, the construct only where asked', () => {
  const accountsOf = (gatehouse: GatehouseProps) =>
    Object.keys(Template.fromStack(new GatehouseStack(openApp(), 'Gatehouse', { gatehouse })).findResources('AWS::ApiGateway::Account'));
  assert.equal(accountsOf(read({}).gatehouse).length, 1);
  assert.equal(accountsOf(read({ gatehouse: { accountCloudWatchRole: false } }).gatehouse).length, 0);
  assert.equal(accountsOf({}).length, 0);
});
