// What `cdk deploy` can be told by context.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { App, RemovalPolicy } from 'aws-cdk-lib/core';
import { GatehouseStack } from '../../infra/gatehouse-stack.ts';
import { readContext } from '../../infra/read-context.ts';
import { openApp } from './support/synthesise-stack.ts';

const read = (context: Record<string, unknown>) => readContext(new App({ context }).node);

test('nothing said is no demo and every default', () => {
  assert.deepEqual(read({}), { demo: false, gatehouse: {} });
});

test('values of the command line are text', () => {
  assert.deepEqual(read({ demo: 'true', disposable: 'true', issuer: 'https://login.example.com' }), {
    demo: true,
    gatehouse: { issuer: 'https://login.example.com', removalPolicy: RemovalPolicy.DESTROY },
  });
  assert.deepEqual(read({ demo: 'false', disposable: 'no' }), { demo: false, gatehouse: {} });
});

test('plain properties reach the template', () => {
  const gatehouse = {
    authorizerCacheSeconds: 30,
    prefix: 'Door',
    webAcl: {},
    observability: { metricsPerTenant: true },
    token: { memoryMb: 2048 },
  };
  const context = read({ gatehouse });
  assert.deepEqual(context.gatehouse, gatehouse);
  assert.deepEqual(read({ gatehouse: JSON.stringify(gatehouse) }), context);
  const template = Template.fromStack(new GatehouseStack(openApp(), 'Gatehouse', context));
  template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 2048 });
  template.resourceCountIs('AWS::WAFv2::WebACL', 1);
});

test('a misspelt or mistyped property is named', () => {
  assert.throws(() => read({ gatehouse: { authoriserCacheSeconds: 30 } }), /gatehouse\.authoriserCacheSeconds/);
  assert.throws(
    () => read({ gatehouse: { webAcl: { tokenRequestsPerFiveMinutes: '600' } } }),
    /gatehouse\.webAcl\.tokenRequestsPerFiveMinutes/,
  );
  assert.throws(() => read({ gatehouse: 'yes' }), /The context is wrong/);
});
