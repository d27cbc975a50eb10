// What a request costs, by hand and by the bench: the prices themselves are in one dated file.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlowFigures } from '../end-to-end/measure-flows.ts';
import { costOf, gatewayCost } from './cost-of.ts';
import { monthsOf } from './months.ts';

const flow = (what: string): FlowFigures => ({
  ...{ what, medianMs: 9, p99Ms: 50, billedMs: 10, calls: 3, readUnits: 2, writeUnits: 3, loggedBytes: 600 },
});
const rounded = (amount: number): number => Number(amount.toFixed(4));

test('a million requests cost invocations and gigabyte-seconds, units, and gigabytes of log', () => {
  const { lambda, dynamoDb, logs, total } = costOf(flow('any'), 1024);
  // 0.20 for invocations, and 10 ms × 1 GB × a million = 10,000 GB-seconds.
  assert.equal(rounded(lambda), 0.3333);
  assert.equal(rounded(dynamoDb), 2 * 0.125 + 3 * 0.625);
  // 600 bytes of ours and 400 of Lambda's: a gigabyte.
  assert.equal(rounded(logs), 0.5);
  assert.equal(total, lambda + dynamoDb + logs);
  assert.equal(gatewayCost('restApiMillion'), 3.75);
});

test('a month adds what is there in any case, and nothing for calls that API Gateway answers from its cache', () => {
  const flows = ['password, opaque', 'refresh_token, opaque', 'authorized call, new opaque token'].map(flow);
  const [idle, small] = monthsOf(flows, [{ what: 'secrets', count: 2, dollars: 0.8 }]);
  assert.deepEqual(idle, { name: 'idle', gatehouse: 0.8, gateway: 0 });
  const token = costOf(flow('any'), 1769).total;
  assert.equal(rounded(small?.gatehouse ?? 0), rounded(0.8 + 0.11 * token + 0.1 * costOf(flow('any'), 1024).total));
  assert.equal(rounded(small?.gateway ?? 0), rounded(1.11 * 3.75));
});
