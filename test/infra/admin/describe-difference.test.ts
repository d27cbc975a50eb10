// Differences as a person reads them: the place that changed, and not both whole values.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describeDifference } from '../../../infra/admin/describe-difference.ts';

const linesOf = (before: unknown, after: unknown): string[] =>
  describeDifference('x', before, after).map(({ sign, path, text }) => `${sign} ${path}: ${text}`);

test('of lists and maps what came, what went, and what changed inside', () => {
  const rule = (path: string, scopes: readonly string[] = []) => ({ path, methods: ['GET'], scopes });
  const cases: readonly (readonly [unknown, unknown, readonly string[]])[] = [
    [1, 2, ['~ x: 1 → 2']],
    [undefined, [1], ['+ x: [1]']],
    [{ a: 1 }, undefined, ['- x: {"a":1}']],
    [
      ['a', 'b', 'd'],
      ['a', 'c', 'd', 'e'],
      ['- x[1]: "b"', '+ x[1]: "c"', '+ x[3]: "e"'],
    ],
    [{ a: { b: [1] }, c: 1 }, { a: { b: [1, 2] }, d: 1 }, ['+ x.a.b[1]: 2', '- x.c: 1', '+ x.d: 1']],
    [
      [rule('/a'), rule('/b'), rule('/c')],
      [rule('/a'), rule('/new'), rule('/b', ['order']), rule('/c')],
      ['~ x[1].path: "/b" → "/new"', '+ x[2]: {"path":"/b","methods":["GET"],"scopes":["order"]}'],
    ],
    [[rule('/a'), rule('/b')], [rule('/b')], ['- x[0]: {"path":"/a","methods":["GET"],"scopes":[]}']],
    [[rule('/b')], [rule('/b', ['order'])], ['+ x[0].scopes[0]: "order"']],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ['text', 7, ['~ x: "text" → 7']],
  ];
  for (const [before, after, lines] of cases) assert.deepEqual(linesOf(before, after), lines);
});

test('long values are cut around what differs, and nothing that a terminal obeys gets out', () => {
  const pem = (end: string): string => `-----BEGIN-----${'A'.repeat(2000)}${end}${'B'.repeat(2000)}`;
  const [line = ''] = linesOf(pem('x'), pem('y'));
  assert.ok(line.length < 500 && line.includes('Ax') && line.includes('Ay'), line);
  assert.match(linesOf(undefined, pem('x'))[0] ?? '', /… \(4018 characters\)$/);
  assert.equal(linesOf('\u001b[31m', '\u009b31m\u202e\u200b')[0], '~ x: "\\u001b[31m" → "\\u009b31m\\u202e\\u200b"');
});

test('there is a line exactly where values differ, in time that does not explode', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, value, (before, after) => {
      assert.equal(linesOf(before, after).length === 0, isDeepStrictEqual(before, after));
      assert.equal(linesOf(before, structuredClone(before)).length, 0);
    }),
  );
  const many = Array.from({ length: 20_000 }, (_, at) => at);
  assert.equal(linesOf(many, many.with(7, -1)).length, 2);
});
