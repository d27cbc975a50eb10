// `npm start` as a person runs it: options, what it prints, what stays with --data, signals, a port that is taken.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { portsInARow } from '../support/free-ports.ts';
import { askForToken, callApi, passwordGrant } from '../support/local-run.ts';
import { start, stop } from '../support/npm-start.ts';

test('npm start prints six steps and the ready line, keeps its data with --data, and stops cleanly on a signal', async (context) => {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-data-'));
  context.after(() => rmSync(data, { recursive: true, force: true }));
  const port = await portsInARow();
  const url = `http://127.0.0.1:${port}`;

  // The directory need not be there.
  const first = start(['--port', String(port), '--data', join(data, 'deep', 'er')]);
  context.after(() => first.child.kill('SIGKILL'));
  assert.match(await first.ready, new RegExp(`^Gatehouse is ready on ${url}`));
  const steps = first.output().match(/^[1-6]\. .*\n {3}curl -s .*\n {3}→ \d{3} .*$/gm) ?? [];
  assert.equal(steps.length, 6, first.output());
  assert.doesNotMatch(first.output(), /was expected/);
  for (const other of [port + 1, port + 2]) assert.ok((await fetch(`http://127.0.0.1:${other}`)).status < 600);
  const form = passwordGrant(`${DEMO.externalUser.username}@${DEMO.tenant}`, DEMO.externalUser.password);
  const { body } = await askForToken(url, form, DEMO.jwtClient);

  const second = start(['--port', String(port)]);
  await assert.rejects(second.ready, new RegExp(`Port ${port} is taken`));
  assert.equal(await stop(first, 'SIGTERM'), 0);
  assert.match(first.output(), /shutting down/);

  for (const kept of ['dynamodb', 'secrets.json'])
    assert.equal(statSync(join(data, 'deep', 'er', kept)).mode & 0o077, 0, `${kept} is private`);

  // The port comes from the environment, and tokens and keys from the directory.
  const third = start(['--data', join(data, 'deep', 'er')], { PORT: String(port) });
  context.after(() => third.child.kill('SIGKILL'));
  await third.ready;
  assert.doesNotMatch(third.output(), /was expected/);
  const whoami = await callApi(url, `${DEMO.context}/whoami`, body.access_token);
  assert.equal(whoami.status, 200, JSON.stringify(whoami.body));
  assert.equal(await stop(third, 'SIGINT'), 0);
});

test('an option that makes no sense is one line, not a stack', async () => {
  const wrong = start(['--port', 'http']);
  await assert.rejects(wrong.ready, /^Error: --port must be a number up to 65532, not http\.\n$/);
});
