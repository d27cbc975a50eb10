// The plan of a run: nothing is left out, and what others would notice stays apart.

import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LONGEST, planProcesses, writeEntryFiles } from './test-processes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PURE = "import { test } from 'node:test';\ntest('one', () => {});\n";

test('every test file runs once', () => {
  const paths = globSync('test/**/*.test.ts', { cwd: ROOT });
  const processes = planProcesses(new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])));
  assert.deepEqual(processes.flatMap(({ files }) => files).sort(), paths.sort());
  assert.ok(processes.length < paths.length / 2, `${processes.length} processes for ${paths.length} files`);
});

test('the longest come first, those that share a process between them, and are there', () => {
  for (const path of LONGEST) assert.ok(existsSync(join(ROOT, path)), path);
  const files = new Map(['test/attacks/a.test.ts', 'test/attacks/b.test.ts', ...LONGEST].map((path) => [path, `${PURE}process.pid`]));
  files.set('test/pages/c.test.ts', PURE);
  files.set('test/pages/d.test.ts', PURE);
  const [first, ...others] = LONGEST;
  assert.deepEqual(
    planProcesses(files).map(({ name }) => name),
    [first, 'pages', ...others, 'test/attacks/a.test.ts', 'test/attacks/b.test.ts'],
  );
});

test('a file that its neighbours would notice has a process of its own, and so have all where servers are started', () => {
  const noticed = {
    'the environment': 'process.env.TZ = "UTC";',
    'a hook of the whole process': 'before(() => {});',
    'a clock that is mocked': 't.mock.timers.enable();',
    'a second copy of a package': 'delete require.cache[path];',
    'something global': 'globalThis.fetch = undefined;',
    'a process': "import { spawn } from 'node:child_process';",
    'a part that may be missing': 'skipWithout(undefined);',
    tables: 'useTablesAt(endpoint);',
  };
  for (const [what, source] of Object.entries(noticed)) {
    const files = new Map([
      ['test/attacks/a.test.ts', PURE],
      ['test/attacks/b.test.ts', PURE],
      ['test/attacks/c.test.ts', `${PURE}${source}\n`],
      ['test/flows/d.test.ts', PURE],
    ]);
    assert.deepEqual(
      planProcesses(files).map((each) => each.files),
      [['test/attacks/a.test.ts', 'test/attacks/b.test.ts'], ['test/attacks/c.test.ts'], ['test/flows/d.test.ts']],
      what,
    );
  }
});

test('an entry file imports each of its files, and a single file is its own', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-processes-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const processes = [
    { name: 'functions/token', files: ['test/a.test.ts', 'test/b.test.ts'] },
    { name: 'test/c.test.ts', files: ['test/c.test.ts'] },
  ];
  const [entry = '', single] = writeEntryFiles(processes, ROOT, folder);
  assert.equal(single, join(ROOT, 'test/c.test.ts'));
  for (const path of processes[0]?.files ?? []) assert.ok(readFileSync(entry, 'utf8').includes(pathToFileURL(join(ROOT, path)).href));
});
