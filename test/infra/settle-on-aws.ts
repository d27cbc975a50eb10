// The questions to AWS, asked of the local run: it answers as Gatehouse assumes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../../infra/examples/settle-on-aws.ts';
import { startTestRun } from '../support/local-run.ts';

test('the local run answers every question as it is assumed of AWS', async (t) => {
  const run = await startTestRun();
  t.after(() => run.close());
  const settled = await settle({ tokenUrl: `${run.url}/oauth2/token`, apiUrl: `${run.url}/pizzashack/1.0.0` });
  assert.equal(settled.length, 27);
  assert.deepEqual(
    settled.filter(({ assumed, observed }) => assumed !== observed),
    [],
  );
});
