// What a cold start of the functions that users wait for reads, against the record of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundle } from '../../../infra/gatehouse/functions/bundle.ts';
import { BUDGETED, findExcess, readRecord } from './budget.ts';

for (const name of BUDGETED) {
  test(`${name}: reads no more at a cold start than is recorded, but for a margin`, (t) => {
    const { eagerBytes, eagerModules } = bundle(name);
    t.diagnostic(`${name}: ${eagerBytes} bytes in ${Object.keys(eagerModules).length} modules at cold start`);
    const excess = findExcess(readRecord(name), { bytes: eagerBytes, modules: eagerModules });
    assert.equal(excess, undefined, `${name}: ${excess}`);
  });

  test(`${name}: reads one file until a request needs more`, () => {
    const code = readFileSync(join(bundle(name).directory, 'index.mjs'), 'utf8');
    // A specifier has no blanks and brackets: an expression of DynamoDB may end in :from too.
    assert.deepEqual(code.match(/\b(from|import) ?"[\w./:@-]+"/g), null);
  });

  test(`${name}: exports what its late parts take, and no more`, () => {
    const { directory, files } = bundle(name);
    const read = (file: string) => readFileSync(join(directory, file), 'utf8');
    const taken = Object.keys(files).flatMap((file) =>
      [...read(file).matchAll(/import\{([^}]+)\}from"\.\/index\.mjs"/g)].flatMap(([, names = '']) => names.split(',')),
    );
    const exported = [...read('index.mjs').matchAll(/export ?\{([^}]+)\}/g)].flatMap(([, names = '']) => names.split(','));
    const needed = new Set(['handler', ...taken.map((one) => one.replace(/ as .*/, ''))]);
    assert.deepEqual(exported.map((one) => one.replace(/.* as /, '')).sort(), [...needed].sort());
  });

  test(`${name}: reads nothing that V8 takes long for`, () => {
    const code = readFileSync(join(bundle(name).directory, 'index.mjs'), 'utf8');
    assert.equal(
      Buffer.byteLength(code),
      code.length,
      'one character beyond ASCII, and V8 keeps all of the file in two or more bytes a character',
    );
    const literals = code.replaceAll(/String\.raw`[^`]*`/g, '').match(/.{0,40}\\p\{.{0,40}/g);
    assert.deepEqual(literals, null, 'a literal with properties of Unicode: see functions/shared/late-expression.ts');
  });
}

const RECORD = { bytes: 10_000, modules: { 'a.ts': 4000, 'b.ts': 6000 } };

test('a module more, or one that grew a little, is within the margin', () => {
  assert.equal(findExcess(RECORD, RECORD), undefined);
  assert.equal(findExcess(RECORD, { bytes: 10_300, modules: { ...RECORD.modules, 'c.ts': 300 } }), undefined);
  assert.equal(findExcess(RECORD, { bytes: 2000, modules: { 'a.ts': 2000 } }), undefined);
});

test('what is over the budget names the newcomers, the biggest first, and not what was there', () => {
  const excess = findExcess(RECORD, { bytes: 15_000, modules: { 'a.ts': 4000, 'b.ts': 6500, 'small.ts': 100, 'big.ts': 4400 } }) ?? '';
  const [first, ...rest] = excess.split('\n');
  assert.equal(first, '15000 bytes in 4 modules at cold start; at most 10300 in 8.');
  assert.deepEqual(rest.slice(0, 3), ['  new   +4400 big.ts', '  grown +500 b.ts', '  new   +100 small.ts']);
  assert.match(rest[3] ?? '', /npm run budgets/);
});

test('many small modules are over the budget as well', () => {
  const many = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`new-${n}.ts`, n + 1]));
  const excess = findExcess(RECORD, { bytes: 10_028, modules: { ...RECORD.modules, ...many } }) ?? '';
  assert.match(excess, /^10028 bytes in 9 modules at cold start; at most 10300 in 8\.\n {2}new {3}\+7 new-6\.ts\n/);
});
