// Which changes of an app's files are worth a new synthesis, by the globs of `watch` in its cdk.json.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandIn } from '../../../infra/local/app-command.ts';
import { watchApp } from '../../../infra/local/watch-app.ts';
import { eventually } from '../../support/eventually.ts';

test('files of the app count, in new folders too; compiled ones, packages and hidden ones do not', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-watch-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['lib', 'node_modules', '.git', 'cdk.out', 'test']) mkdirSync(join(folder, name));
  // As `cdk init` writes it.
  const watch = { include: ['**'], exclude: ['README.md', 'cdk*.json', '**/*.d.ts', '**/*.js', 'node_modules', 'test'] };
  const seen: string[] = [];
  const watching = watchApp(commandIn(folder, 'node app.js', { watch }), async (path) => void seen.push(path));
  context.after(() => watching.close());
  const write = (path: string): void => writeFileSync(join(folder, path), String(Math.random()));

  for (const path of [
    'README.md',
    'cdk.json',
    'lib/stack.js',
    'lib/stack.d.ts',
    'node_modules/x.ts',
    '.git/index',
    'cdk.out/x.json',
    'test/x.ts',
  ])
    write(path);
  write('lib/stack.ts');
  await eventually(30, async () => assert.deepEqual(seen, ['lib/stack.ts']));

  mkdirSync(join(folder, 'lib/orders'));
  await eventually(30, async () => assert.ok(seen.length > 1));
  const before = seen.length;
  write('lib/orders/handler.ts');
  await eventually(30, async () => assert.ok(seen.slice(before).includes(join('lib', 'orders', 'handler.ts'))));
});

test('one change is followed at a time, and the newest of those that came meanwhile comes next', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-watch-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const release: (() => void)[] = [];
  const seen: string[] = [];
  const watching = watchApp(commandIn(folder, 'node app.js'), (path) => {
    seen.push(path);
    return new Promise<void>((resolve) => release.push(resolve));
  });
  context.after(() => watching.close());
  writeFileSync(join(folder, 'a.ts'), '1');
  await eventually(30, async () => assert.deepEqual(seen, ['a.ts']));
  for (const name of ['b.ts', 'c.ts']) writeFileSync(join(folder, name), '1');
  // The first is still being followed.
  await eventually(5, async () => assert.equal(seen.length, 1));
  await eventually(30, async () => {
    for (const each of release) each();
    assert.equal(seen.at(-1), 'c.ts');
  });
  for (const each of release) each();
});
