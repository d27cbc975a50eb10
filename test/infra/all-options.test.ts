// What the construct makes, against CloudFormation's schemas and the rules that are known beyond them: the stack as it is
// deployed first, the demo, everything that there is at once, and the stacks of the questions to AWS. All in one file: the
// rules take seconds to load.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import { CfnResource, Stack } from 'aws-cdk-lib/core';
import { addSettleStacks } from '../../infra/examples/settle-app.ts';
import { GatehouseStack, type GatehouseStackProps } from '../../infra/gatehouse-stack.ts';
import { findTemplateFaults } from './support/check-template.ts';
import { openAllOptions } from './support/open-all-options.ts';
import { openApp } from './support/synthesise-stack.ts';

const STACKS: Readonly<Record<string, GatehouseStackProps>> = {
  'the stack of a first deployment': { gatehouse: { accountCloudWatchRole: true } },
  'the stack with the demo': { demo: true, gatehouse: { accountCloudWatchRole: true } },
  'the stack on storage that exists': {
    gatehouse: { tables: { tenants: 'T-1', clients: 'T-2', users: 'T-3', tokens: 'T-4' }, signingKeysSecret: 'Gatehouse/signing-keys' },
  },
};

for (const [name, props] of Object.entries(STACKS)) {
  test(`${name} passes the schemas and rules of CloudFormation`, () => {
    const faults = findTemplateFaults((appProps) => {
      const app = openApp(appProps);
      new GatehouseStack(app, 'Gatehouse', props);
      return app;
    });
    assert.deepEqual(faults, []);
  });
}

test('all options together pass them', () => {
  assert.deepEqual(
    findTemplateFaults((props) => openAllOptions(props).app),
    [],
  );
});

test('the stacks of the questions to AWS pass them, with the WebSocket API, and with a first deployment that fails', () => {
  for (const context of [{}, { fail: 'true', accountCloudWatchRole: 'true' }]) {
    const faults = findTemplateFaults((props) => {
      const app = openApp(props);
      for (const [name, value] of Object.entries(context)) app.node.setContext(name, value);
      addSettleStacks(app);
      const names = app.node.children.map(({ node }) => node.id).filter((id) => id.startsWith('Gatehouse'));
      assert.deepEqual(names, ['Gatehouse-Settle', 'Gatehouse-Settle-Socket']);
      return app;
    });
    assert.deepEqual(faults, []);
  }
});

test('the check sees what no schema allows, and what AWS refuses all the same', () => {
  const faults = findTemplateFaults((props) => {
    const app = openApp(props);
    const stack = new Stack(app, 'Broken');
    new CfnResource(stack, 'Unknown', { type: 'AWS::SecretsManager::Secret', properties: { Nmae: 'x' } });
    new CfnMetricFilter(stack, 'Open', {
      logGroupName: 'x',
      filterPattern: '[a',
      metricTransformations: [{ metricName: 'a', metricNamespace: 'b', metricValue: '1' }],
    });
    return app;
  });
  assert.ok(
    faults.some((fault) => fault.startsWith('F3002')),
    faults.join(),
  );
  assert.ok(
    faults.some((fault) => fault.startsWith('pf-')),
    faults.join(),
  );
});
