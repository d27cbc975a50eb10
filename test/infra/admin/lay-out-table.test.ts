// Tables: they fit, and no word is ever cut.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fold, layOutTable } from '../../../infra/admin/lay-out-table.ts';

test('columns where they fit, folded cells where those do, and blocks where nothing else does', () => {
  const rows = [
    { NAME: 'a', WHAT: 'one two three' },
    { NAME: 'bcd', WHAT: 'four' },
  ];
  assert.deepEqual(layOutTable(rows, 80), ['NAME  WHAT', 'a     one two three', 'bcd   four']);
  const long = [{ NAME: 'n'.repeat(30), WHAT: 'one two three four five' }];
  assert.deepEqual(layOutTable(long, 45), [
    'NAME                            WHAT',
    `${'n'.repeat(30)}  one two three`,
    `${' '.repeat(32)}four five`,
  ]);
  assert.deepEqual(
    layOutTable(
      [
        { KID: 'k'.repeat(43), ALG: 'RS256' },
        { KID: 'l', ALG: 'x' },
      ],
      40,
    ),
    [`KID  ${'k'.repeat(43)}`, 'ALG  RS256', '', 'KID  l', 'ALG  x'],
  );
  assert.deepEqual(layOutTable([], 80), []);
});

test('whatever the cells are, lines are no wider than asked unless a word is, and every word stands whole', () => {
  const word = fc.stringMatching(/^[a-z]{1,30}$/);
  const cell = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(
      fc.array(fc.record({ A: cell, B: cell, C: cell }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 40, max: 120 }),
      (rows, columns) => {
        const lines = layOutTable(rows, columns);
        const isTable = lines[0]?.split(/ +/).join(' ').trim() === 'A B C';
        if (isTable)
          assert.ok(
            lines.every((line) => line.length <= columns),
            lines.join('\n'),
          );
        const shown = new Set(lines.join(' ').split(/\s+/));
        for (const row of rows) for (const each of Object.values(row).join(' ').split(' ')) assert.ok(each === '' || shown.has(each), each);
      },
    ),
  );
});

test('a text is folded at blanks alone', () => {
  assert.deepEqual(fold('one two three', 7), ['one two', 'three']);
  assert.deepEqual(fold('a verylongword b', 4), ['a', 'verylongword', 'b']);
  assert.deepEqual(fold('', 4), ['']);
});
