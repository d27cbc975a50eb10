// The runbook has a section for each alarm that a stack can have, whole, and none for anything else; and each alarm says
// where its section is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { readText } from '../support/repository-files.ts';
import { openGatehouseStack, resourcesOf } from './support/synthesise-stack.ts';

const PARTS = ['Means', 'Look', 'Do', 'Over'];
const sections = new Map(
  readText('infra/gatehouse/observability/RUNBOOK.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

/** Name of each alarm, as the id of its construct ends, and its description. */
const alarms = resourcesOf(
  Template.fromStack(openGatehouseStack({ signIn: { requestsPerSecond: 50, burst: 100 }, observability: { refusedLoginsAlarm: true } })),
  'AWS::CloudWatch::Alarm',
).map(({ id, Properties }) => {
  const bare = id.replace(/[0-9A-F]{8}$/, '');
  const name = [...sections.keys()].filter((heading) => bare.endsWith(heading)).sort((one, other) => other.length - one.length)[0];
  return { id, name, description: String(Properties.AlarmDescription) };
});

test('each alarm has a section, and says where it is', () => {
  assert.ok(alarms.length >= 14);
  for (const { id, name, description } of alarms) {
    assert.ok(name !== undefined, `${id} has no section in the runbook`);
    assert.match(description, new RegExp(`infra/gatehouse/observability/RUNBOOK\\.md\\): ${name}\\.$`));
    assert.ok(description.length <= 1024, 'the limit of CloudWatch');
  }
});

test('each section is of an alarm, and says what it means, where to look, what to do and when it is over', () => {
  for (const [heading, section] of sections) {
    assert.ok(
      alarms.some(({ name }) => name === heading),
      `there is no alarm ${heading}`,
    );
    for (const part of PARTS) {
      const [, said = ''] = new RegExp(`^\\*\\*${part}\\*\\*: (.+)$`, 'm').exec(section) ?? [];
      assert.ok(said.length >= 30, `${heading}: ${part}`);
    }
  }
});
