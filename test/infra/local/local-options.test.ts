// What the local run takes, and one clear line for what it can't.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HELP, parseStartOptions } from '../../../infra/local/local-options.ts';

const parse = (...args: string[]) => parseStartOptions(args, {}, '/');

function openFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-options-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('without options it is port 3000, in memory, with the demo', () => {
  assert.deepEqual(parse(), { port: 3000, dataDirectory: undefined, app: undefined, stacks: [], demo: true });
  assert.equal(parseStartOptions([], { PORT: '4000' }, '/')?.port, 4000);
});

test('every option is taken, and --help says each of them', (context) => {
  const folder = join(openFolder(context), 'deep', 'er');
  const options = parse('--app', 'npx tsx bin/app.ts', '--stack', 'A', '--stack', 'B', '--no-demo', '--port', '4100', '--data', folder);
  const expected = { port: 4100, dataDirectory: folder, app: 'npx tsx bin/app.ts', stacks: ['A', 'B'], demo: false };
  assert.deepEqual(options, expected);
  assert.equal(statSync(folder).mode & 0o077, 0, 'for nobody else on this machine');
  assert.equal(parse('--help'), undefined);
  for (const name of ['--app', '--stack', '--no-demo', '--port', '--data', '--help']) assert.match(HELP, new RegExp(`^ {2}${name}`, 'm'));
});

test('a folder for data that can’t be is said at once, in one line', (context) => {
  const file = join(openFolder(context), 'file');
  writeFileSync(file, '');
  assert.throws(() => parse('--data', file), { message: `--data ${file} is a file; it must be a folder.` });
  assert.throws(() => parse('--data', `${file}/below`), /^Error: --data .*file is a file; it must be a folder\.$/);
  assert.throws(() => parse('--data', '/proc/gatehouse/data'), /^Error: --data \/proc\/gatehouse: the folder can't be made \(E[A-Z]+\)\.$/);
});

test('what is misspelt is one line', () => {
  for (const port of ['http', '-1', '70000', '3.5', ''])
    assert.throws(() => parse(`--port=${port}`), /--port must be a number up to 65532/);
  assert.throws(() => parse('--ap', 'x'), /Unknown option '--ap'/);
  assert.throws(() => parse('--app', ' '), /--app must be a command/);
  assert.throws(() => parse('stray'), /stray/);
});
