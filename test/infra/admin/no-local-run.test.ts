// The command line where the local run is not: said in a sentence, by the program as an operator starts it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { listen } from '../../support/listen.ts';

const PROGRAM = fileURLToPath(new URL('../../../infra/admin/gatehouse.ts', import.meta.url));

test('--local with nothing running says so', async (t) => {
  // A port that is taken by no DynamoDB: the next one is free, or was a moment ago.
  const port = await listen(t, createServer());
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'check', '--local', '--port', String(port)], {
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout], [3, '']);
  assert.match(stderr, /Is `npm start` running\?/);
});
