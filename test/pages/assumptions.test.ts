// infra/gatehouse/ASSUMPTIONS.md and the questions of infra/examples/settle-on-aws.ts name each other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allQuestions } from '../../infra/examples/settle/all-questions.ts';
import type { SettleTargets } from '../../infra/examples/settle/targets.ts';
import { readText } from '../support/repository-files.ts';

const page = readText('infra/gatehouse/ASSUMPTIONS.md');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Assumption'));

const nowhere: SettleTargets = {
  stackName: 'x',
  tokenUrl: 'x',
  demoUrl: 'x',
  restUrl: 'x',
  rawUrl: 'x',
  countedUrl: 'x',
  httpUrl: 'x',
  httpMetadataUrl: 'x',
  mcpUrl: 'x',
  agentUrl: 'x',
  cacheSeconds: 60,
  tokenFunctionName: 'x',
  authorizerFunctionName: 'x',
  pause: async () => {},
};
const asked = new Set(allQuestions(nowhere, { userToken: 'x', bearer: ['Authorization', 'x'] }).map(({ id }) => id));
const cited = new Set(rows.flatMap((row) => [...(row.split('|').at(-2) ?? '').matchAll(/`([a-z0-9-]+)`/g)].map(([, id = '']) => id)));

test('every question stands beside the assumption that it settles, and every question of the page is asked', () => {
  assert.ok(asked.size > 30);
  assert.deepEqual([...cited].sort(), [...asked].sort());
});

test('every row says where in the code it counts and what it is known from; what is open and counted on has a question', () => {
  assert.ok(rows.length > 45);
  for (const row of rows) {
    const [, assumption = '', where = '', known = '', question = ''] = row.split('|').map((cell) => cell.trim());
    assert.ok(assumption.length > 10 && where.length > 3, row);
    assert.match(known, /\b(documented|seen|open|source of|AWS SDK|schemas)\b/, row);
    if (/\bopen\b/.test(known)) assert.match(question, /`/, row);
  }
});
