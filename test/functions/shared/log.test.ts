// The lines of the log, as they are written: names that saved queries know, and JSON whatever is in it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { createLog, type LogEnvironment, timestampOf } from '../../../functions/shared/log.ts';
import { withoutBudget, withTimeBudget } from '../../../functions/shared/time-budget.ts';

const LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'Gatehouse-Token', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' };
const BUDGET = { maxMs: 1000, answerMs: 0 };

function openLog(environment: LogEnvironment = LAMBDA) {
  const written: string[] = [];
  const log = createLog(environment, (line) => written.push(line));
  return { log, written, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('a line has the names of Powertools for AWS Lambda, and ours beside them', async () => {
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0';
  const { log, lines } = openLog({ ...LAMBDA, _X_AMZN_TRACE_ID: trace });
  const handler = withTimeBudget(async (_event: unknown) => log('INFO', 'authorizer', { outcome: 'allowed', rule: undefined }), BUDGET);
  await handler({}, { awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef' });
  await handler({}, { awsRequestId: 'second' });
  const [first, second] = lines();
  assert.match(String(first?.timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(
    { ...first, timestamp: '' },
    {
      service: 'gatehouse',
      function_name: 'Gatehouse-Token',
      function_version: '$LATEST',
      timestamp: '',
      level: 'INFO',
      message: 'authorizer',
      cold_start: true,
      function_request_id: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      outcome: 'allowed',
    },
  );
  assert.partialDeepStrictEqual(second, { cold_start: false, function_request_id: 'second' });
});

test('calls at once each have their own id, and so has a load that one of them has begun', async () => {
  const { log, lines } = openLog();
  const handler = withTimeBudget(async (of: string) => {
    await delay(1);
    withoutBudget(() => log('INFO', 'line', { of }));
  }, BUDGET);
  await Promise.all(['a', 'b', 'c'].map((id) => handler(id, { awsRequestId: id })));
  assert.deepEqual(
    lines().map(({ of, function_request_id }) => [of, function_request_id]),
    ['a', 'b', 'c'].map((id) => [id, id]),
  );
});

test('outside of a call, and off Lambda, the fields are left out that nobody knows', () => {
  const { log, lines } = openLog({});
  log('WARN', 'entry-refused', {});
  const [{ timestamp: _, ...line } = {}] = lines();
  assert.deepEqual(line, { service: 'gatehouse', level: 'WARN', message: 'entry-refused' });
});

test('whatever is said, and whatever trace a caller sends, a line is one line of JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), fc.string({ unit: 'binary' }), (fields, trace) => {
      const { log, written, lines } = openLog({ ...LAMBDA, _X_AMZN_TRACE_ID: `Root=${trace}` });
      log('INFO', 'line', fields);
      assert.equal(written.length, 1);
      assert.equal(written[0]?.indexOf('\n'), (written[0]?.length ?? 0) - 1);
      const [line = {}] = lines();
      for (const [name, value] of Object.entries(fields)) if (name !== '__proto__') assert.equal(line[name], value);
      if (line.xray_trace_id !== undefined && !('xray_trace_id' in fields)) assert.match(String(line.xray_trace_id), /^[\w-]{1,64}$/);
    }),
  );
});

test('the time of a line is what toISOString says, whatever was said before', () => {
  const near = fc
    .record({ second: fc.constantFrom(1_800_000_000, 1_800_000_001), ms: fc.nat(999) })
    .map(({ second, ms }) => second * 1000 + ms);
  const any = fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.array(fc.oneof(near, any.map(Number)), { minLength: 1 }), (times) => {
      for (const ms of times) assert.equal(timestampOf(ms), new Date(ms).toISOString());
    }),
  );
});
