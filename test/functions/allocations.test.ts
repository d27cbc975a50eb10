// Budgets of what hot requests allocate in a warm function, which is a fifth of their processor time. V8 counts the same on
// a machine that is busy, where a time would drift: a budget is a sixth above the count of the day it was set, and a change
// that needs more says so here.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Bytes a request. */
const BUDGETS: Readonly<Record<string, number>> = {
  /** A JWT that was seen before, from the text of the event to that of the answer, which are 6,500 bytes of it. */
  authorizer: 29_000,
  clientCredentials: 24_000,
  /** With rotation, and the answer sealed for whoever asks again. */
  refresh: 32_000,
  introspection: 27_000,
};

test('hot requests allocate no more than their budgets', async (t) => {
  const script = fileURLToPath(new URL('../bench/allocations.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const counted = JSON.parse(stdout) as Readonly<Record<string, number>>;
  t.diagnostic(stdout.trim());
  assert.deepEqual(Object.keys(counted).sort(), Object.keys(BUDGETS).sort());
  for (const [name, budget] of Object.entries(BUDGETS)) {
    const bytes = counted[name] ?? Number.NaN;
    assert.ok(bytes <= budget, `${name}: ${bytes} bytes, of ${budget}`);
    assert.ok(bytes >= budget * 0.7, `${name}: ${bytes} bytes, of ${budget}: set it anew, or it holds nothing`);
  }
});
